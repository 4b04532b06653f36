use chrono::{DateTime, Utc};
use migrate_core::DbModel;

use super::Article;
use crate::accounts::Account;

/// What a reader says about an article, or about another comment on it.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(
    unique(article_id, id),
    foreign_key(article_id, parent_id, references(Comment, columns(article_id, id)), on_delete = cascade),
    check(body_not_blank = "length(trim(body)) > 0"),
)]
pub struct Comment {
    /// Counts up.
    #[db(primary_key, identity)]
    pub id: i64,
    /// The article.
    #[db(references(Article, on_delete = cascade))]
    pub article_id: i64,
    /// The comment on the same article that this one answers.
    pub parent_id: Option<i64>,
    /// Whose it is; it stays when they go.
    #[db(references(Account, on_delete = set_null), index)]
    pub account_id: Option<i64>,
    /// What is said.
    pub body: String,
    /// When it was said.
    #[db(default = sql("now()"))]
    pub created_at: DateTime<Utc>,
}

use chrono::{DateTime, Utc};
use migrate_core::DbModel;

use super::Article;

/// What readers saw of an article from one publication to the next.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(primary_key(article_id, number), check("number > 0"))]
pub struct ArticleVersion {
    /// The article.
    #[db(references(Article, on_delete = cascade))]
    pub article_id: i64,
    /// Counts the article's versions.
    pub number: i32,
    /// Its headline.
    #[db(varchar = 200)]
    pub title: String,
    /// Its text.
    pub body: String,
    /// When it was published.
    #[db(default = sql("now()"))]
    pub published_at: DateTime<Utc>,
}

use chrono::{DateTime, Utc};
use migrate_core::{DbEnum, DbModel};

use super::SearchDocument;
use crate::accounts::Author;

/// How far an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type, clap::ValueEnum)]
#[sqlx(type_name = "article_status", rename_all = "snake_case")]
pub enum ArticleStatus {
    /// It has a headline, if that.
    Idea,
    /// Only its author sees it.
    Draft,
    /// An editor reads it.
    Review,
    /// Everybody reads it.
    Published,
    /// It can be found no more.
    Archived,
}

/// Something to read.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(
    unique(author_id, slug),
    index(title opclass("gin_trgm_ops"), using = gin, name = "article_title_trgm_idx"),
    index(published_at desc, where = "published_at IS NOT NULL", include(title, author_id)),
    check(published_has_date = "status <> 'published' OR published_at IS NOT NULL"),
    check(language_is_tag = "language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'"),
    comments,
)]
pub struct Article {
    /// Counts up.
    #[db(primary_key, identity)]
    pub id: i64,
    /// Who wrote it.
    #[db(references(Author))]
    pub author_id: i64,
    /// Its name in addresses.
    pub slug: String,
    /// Its headline.
    #[db(varchar = 200)]
    pub title: String,
    /// Its text.
    pub body: String,
    /// How far it is.
    #[db(default = ArticleStatus::Idea)]
    pub status: ArticleStatus,
    /// Words to find it by.
    #[db(default = sql("'{}'"))]
    pub tags: Vec<String>,
    /// Its language, as in BCP 47.
    pub language: String,
    /// When everybody could read it.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was begun.
    #[db(default = sql("now()"), index)]
    pub created_at: DateTime<Utc>,
    /// What `search` looks at; the headline counts more than the text.
    #[db(
        generated = "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')",
        index(using = gin),
    )]
    pub search: SearchDocument,
}

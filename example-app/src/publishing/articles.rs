//! What is asked of articles.

use std::fmt::{Display, Formatter};

use sqlx::{Connection, PgConnection};

use super::{Article, ArticleStatus};

/// An article that nobody has seen yet.
#[derive(Debug, Clone, Copy)]
pub struct NewArticle<'a> {
    /// Who writes it.
    pub author_id: i64,
    /// Its name in addresses.
    pub slug: &'a str,
    /// Its headline.
    pub title: &'a str,
    /// Its text.
    pub body: &'a str,
    /// Its language, as in BCP 47.
    pub language: &'a str,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    /// The article.
    pub id: i64,
    /// Its headline.
    pub title: String,
    /// Its author's name.
    pub author: String,
    /// How far it is.
    pub status: ArticleStatus,
}

impl Display for Listed {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { id, title, author, status } = self;
        write!(f, "{id:>4}  {:<9}  {title} ({author})", format!("{status:?}").to_lowercase())
    }
}

/// Begins an article.
pub async fn write(
    connection: &mut PgConnection,
    article: NewArticle<'_>,
) -> sqlx::Result<Article> {
    sqlx::query_as(
        "INSERT INTO article (author_id, slug, title, body, language)
         VALUES ($1, $2, $3, $4, $5) RETURNING *",
    )
    .bind(article.author_id)
    .bind(article.slug)
    .bind(article.title)
    .bind(article.body)
    .bind(article.language)
    .fetch_one(connection)
    .await
}

/// Lets everybody read an article and keeps what they read as a version. There is none to return
/// where the article is published already or doesn't exist.
pub async fn publish(connection: &mut PgConnection, id: i64) -> sqlx::Result<Option<Article>> {
    let mut transaction = connection.begin().await?;
    let published: Option<Article> = sqlx::query_as(
        "UPDATE article SET status = 'published', published_at = now()
         WHERE id = $1 AND status <> 'published' RETURNING *",
    )
    .bind(id)
    .fetch_optional(&mut *transaction)
    .await?;
    if published.is_some() {
        sqlx::query(
            "INSERT INTO article_version (article_id, number, title, body)
             SELECT id, (SELECT coalesce(max(number), 0) + 1 FROM article_version WHERE article_id = $1),
                    title, body
             FROM article WHERE id = $1",
        )
        .bind(id)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(published)
}

/// The articles, the newest first; of one status where one is asked for.
pub async fn list(
    connection: &mut PgConnection,
    status: Option<ArticleStatus>,
) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as(
        "SELECT article.id, title, ltrim(given_name || ' ' || family_name) AS author, status
         FROM article JOIN author ON author.id = author_id
         WHERE $1 IS NULL OR status = $1
         ORDER BY article.created_at DESC, article.id DESC",
    )
    .bind(status)
    .fetch_all(connection)
    .await
}

/// The articles that hold all words, the best first; a headline with words that resemble them counts
/// too.
pub async fn search(connection: &mut PgConnection, words: &str) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as(
        "SELECT article.id, title, ltrim(given_name || ' ' || family_name) AS author, status
         FROM article JOIN author ON author.id = author_id
         WHERE search @@ websearch_to_tsquery('english', $1) OR $1 <% title
         ORDER BY ts_rank(search, websearch_to_tsquery('english', $1)) DESC, article.id",
    )
    .bind(words)
    .fetch_all(connection)
    .await
}

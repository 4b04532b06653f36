//! What is asked of authors.

use sqlx::PgConnection;

use super::Author;

/// Adds an author, who needs no account.
pub async fn add(
    connection: &mut PgConnection,
    given_name: &str,
    family_name: &str,
    bio: Option<&str>,
) -> sqlx::Result<Author> {
    sqlx::query_as(
        "INSERT INTO author (given_name, family_name, bio) VALUES ($1, $2, $3) RETURNING *",
    )
    .bind(given_name)
    .bind(family_name)
    .bind(bio)
    .fetch_one(connection)
    .await
}

//! What was sold.

use rust_decimal::Decimal;
use sqlx::PgConnection;

/// What one article brought in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Sales {
    /// The article's headline.
    pub title: String,
    /// How many were sold.
    pub quantity: i64,
    /// What was paid for them.
    pub amount: Decimal,
}

/// The sales of each article in paid purchases, the largest first.
pub async fn sales(connection: &mut PgConnection) -> sqlx::Result<Vec<Sales>> {
    sqlx::query_as(
        "SELECT title, sum(quantity) AS quantity, sum(amount) AS amount
         FROM purchase_line
         JOIN purchase ON purchase.id = purchase_id
         JOIN article ON article.id = article_id
         WHERE paid_at IS NOT NULL
         GROUP BY article.id, title
         ORDER BY amount DESC, title",
    )
    .fetch_all(connection)
    .await
}

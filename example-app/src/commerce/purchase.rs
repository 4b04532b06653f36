use chrono::{DateTime, Utc};
use migrate_core::DbModel;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::accounts::Account;
use crate::publishing::Article;

/// Articles bought together.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(index(account_id, placed_at, where = "paid_at IS NULL", name = "purchase_unpaid_idx"))]
pub struct Purchase {
    /// No one can guess it.
    #[db(primary_key, default = sql("gen_random_uuid()"))]
    pub id: Uuid,
    /// Who buys.
    #[db(references(Account))]
    pub account_id: i64,
    /// When it was ordered.
    #[db(default = sql("now()"))]
    pub placed_at: DateTime<Utc>,
    /// When the money came.
    pub paid_at: Option<DateTime<Utc>>,
    /// What the payment service said.
    pub receipt: Option<serde_json::Value>,
}

/// An article in a purchase.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(primary_key(purchase_id, position), unique(purchase_id, article_id))]
pub struct PurchaseLine {
    /// The purchase, which may come later in the same transaction.
    #[db(references(Purchase, on_delete = cascade, initially_deferred))]
    pub purchase_id: Uuid,
    /// Its place in the purchase.
    pub position: i16,
    /// What is bought.
    #[db(references(Article, on_delete = restrict), index)]
    pub article_id: i64,
    /// How many copies.
    #[db(default = 1, check = "quantity > 0")]
    pub quantity: i32,
    /// What one copy cost then.
    #[db(numeric(10, 2))]
    pub unit_price: Decimal,
    /// What the line costs.
    #[db(numeric(12, 2), generated = "unit_price * quantity")]
    pub amount: Decimal,
}

use chrono::{DateTime, Utc};
use migrate_core::DbModel;

use super::Email;

/// Somebody who can sign in.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(index("lower(email)", unique, name = "account_email_key"))]
pub struct Account {
    /// Counts up.
    #[db(primary_key, identity)]
    pub id: i64,
    /// Where mail goes.
    pub email: Email,
    /// What others see.
    #[db(unique)]
    pub handle: String,
    /// What they chose, by name.
    #[db(default = sql("'{}'"))]
    pub settings: serde_json::Value,
    /// When it was opened.
    #[db(default = sql("now()"))]
    pub created_at: DateTime<Utc>,
}

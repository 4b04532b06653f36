use chrono::{DateTime, Utc};
use migrate_core::DbModel;
use sqlx::postgres::types::PgRange;

use super::Article;

/// A place on the front page that an article has for a time.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(exclude(
    using = gist,
    spot with "=",
    shown with "&&",
    where = "NOT cancelled",
    name = "feature_slot_one_at_a_time",
))]
pub struct FeatureSlot {
    /// Counts up.
    #[db(primary_key, identity)]
    pub id: i64,
    /// The place, such as `top`.
    pub spot: String,
    /// What is shown there.
    #[db(references(Article, on_delete = cascade), index)]
    pub article_id: i64,
    /// When.
    pub shown: PgRange<DateTime<Utc>>,
    /// It isn't shown after all.
    #[db(default = false)]
    pub cancelled: bool,
}

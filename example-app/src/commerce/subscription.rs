use chrono::NaiveDate;
use migrate_core::DbModel;
use sqlx::postgres::types::PgRange;

use super::PricePlan;
use crate::accounts::Account;

/// An account may read everything for a time; no two of its subscriptions overlap.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(
    exclude(using = gist, account_id with "=", period with "&&", name = "subscription_no_overlap"),
    check(period_not_empty = "NOT isempty(period)"),
)]
pub struct Subscription {
    /// Counts up.
    #[db(primary_key, identity)]
    pub id: i64,
    /// Who reads.
    #[db(references(Account, on_delete = cascade))]
    pub account_id: i64,
    /// What was subscribed to.
    #[db(references(PricePlan, on_update = cascade), index)]
    pub plan_id: i16,
    /// The days.
    pub period: PgRange<NaiveDate>,
}

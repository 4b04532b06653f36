use migrate_core::DbModel;

use super::Account;

/// Somebody who writes.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
pub struct Author {
    /// Counts up.
    #[db(primary_key, identity)]
    pub id: i64,
    /// The account to sign in with, if any.
    #[db(references(Account, on_delete = set_null), unique)]
    pub account_id: Option<i64>,
    /// Who reads what they write before others do.
    #[db(references(Author, on_delete = set_null), index, check = "mentor_id <> id")]
    pub mentor_id: Option<i64>,
    /// The name that may be left out.
    pub given_name: String,
    /// The name to sort by.
    pub family_name: String,
    /// A few words about them.
    pub bio: Option<String>,
}

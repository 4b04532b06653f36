use chrono::NaiveDate;
use migrate_core::{DbEnum, DbModel};

use super::Account;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "team_role", rename_all = "snake_case")]
pub enum TeamRole {
    /// Reads drafts.
    Reader,
    /// Changes them.
    Editor,
    /// Changes the team too.
    Owner,
}

/// Accounts that work together.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(comments)]
pub struct Team {
    /// Counts up.
    #[db(primary_key, identity(always, start = 100))]
    pub id: i32,
    /// Its name.
    #[db(varchar = 80, unique)]
    pub name: String,
}

/// An account is in a team.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(
    primary_key(team_id, account_id),
    index(team_id, unique, where = "role = 'owner'", name = "team_member_one_owner_idx")
)]
pub struct TeamMember {
    /// The team.
    #[db(references(Team, on_delete = cascade))]
    pub team_id: i32,
    /// The account.
    #[db(references(Account, on_delete = cascade), index)]
    pub account_id: i64,
    /// What it may do.
    #[db(default = TeamRole::Reader)]
    pub role: TeamRole,
    /// Since when.
    #[db(default = sql("CURRENT_DATE"))]
    pub joined_on: NaiveDate,
}

//! What of a service is there before it is bootstrapped.

use sqlx::{FromRow, PgConnection};

use crate::catalog::Ident;
use crate::target::Service;

use super::error::BootstrapError;

/// What of a service is there, as one catalog query reads it.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Found {
    /// As `server_version_num`.
    pub(super) version: i32,
    pub(super) database: String,
    /// The role that bootstraps.
    pub(super) caller: String,
    pub(super) caller_is_superuser: bool,
    pub(super) caller_owns_database: bool,
    /// Null where there is no role.
    pub(super) caller_has_role: Option<bool>,
    pub(super) role_exists: bool,
    pub(super) role_can_login: bool,
    /// Attributes that a service has no need for.
    pub(super) role_powers: Vec<String>,
    /// Roles that can become the service's: neither superusers nor the caller.
    pub(super) members: Vec<String>,
    /// The role's settings in this database, as `name=value`.
    pub(super) settings: Vec<String>,
    /// Null where there is no schema.
    pub(super) schema_owner: Option<String>,
    /// Whether the role may use the schema and create there.
    pub(super) role_uses_schema: bool,
    /// What others own in the schema, which the role can't change, with whose it is; views and
    /// functions are a matter of isolation.
    pub(super) objects_of_others: Vec<String>,
    pub(super) readers_exist: bool,
    pub(super) readers_can_login: bool,
    pub(super) readers_use_schema: bool,
    pub(super) readers_read_later_tables: bool,
    /// Quoted names of tables that the caller can let readers read.
    pub(super) unread_tables: Vec<String>,
    /// Quoted names of tables that somebody else would have to.
    pub(super) unreadable_tables: Vec<String>,
    /// Whether `PUBLIC` may create in the schema `public`.
    pub(super) public_is_open: bool,
    pub(super) caller_owns_public: bool,
    /// Whether the role may connect, or could if it existed.
    pub(super) role_connects: bool,
    pub(super) role_has_own_connect: bool,
    pub(super) readers_have_own_connect: bool,
    /// Whether `PUBLIC` has anything on the database.
    pub(super) database_is_open: bool,
    /// Other roles that could log in here only as anybody can.
    pub(super) roles_without_own_connect: Vec<String>,
}

impl Found {
    /// Reads the catalog.
    pub(super) async fn read(
        conn: &mut PgConnection,
        service: &Service,
    ) -> Result<Self, BootstrapError> {
        sqlx::query_as(include_str!("found.sql"))
            .persistent(false)
            .bind(service.role.as_str())
            .bind(service.schema.as_str())
            .bind(service.readers.as_ref().map(Ident::as_str))
            .fetch_one(conn)
            .await
            .map_err(BootstrapError::read(service))
    }

    /// The value of one of the role's settings.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        let pairs = self.settings.iter().filter_map(|setting| setting.split_once('='));
        pairs
            .into_iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

//! Where revisions go: one schema in one database, how to reach it, and how services share one.

mod alone;
mod bootstrap;
mod connect;
mod database;
mod decommission;
mod isolation;
mod password;
mod service;
mod session;
mod setting;

use sqlx::postgres::PgConnectOptions;

use crate::catalog::Ident;
use crate::history::HistoryTable;
use crate::revision::RunAs;

pub use connect::ConnectRetries;
pub(crate) use connect::{PATIENT, UNSET};
pub use database::{Database, Fleet};
pub use session::Session;

pub use bootstrap::{
    BootstrapError, BootstrapStatement, Bootstrapped, Difference, bootstrap, planned_bootstrap,
    sync_password,
};
pub use decommission::{
    DecommissionError, Decommissioned, ElsewhereHeld, Leaving, LeavingObject, RoleStays,
    decommission, leaving,
};
pub use isolation::{Finding, IsolationError, isolation};
pub use password::{Password, PasswordError, Verifier};
pub use service::{Home, Service};

/// One schema in one database, and how to reach it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The database.
    pub options: PgConnectOptions,
    /// The schema whose objects have no schema in their names.
    pub schema: Ident,
    /// Where its history is kept.
    pub history: HistoryTable,
    /// How its sessions are set up.
    pub session: Session,
}

impl Target {
    /// A schema of a database, with its history in the same schema.
    pub fn new(options: PgConnectOptions, schema: impl Into<Ident>) -> Self {
        let schema = schema.into();
        let history = HistoryTable::in_schema(schema.clone());
        // Poolers refuse a parameter that they don't know; floats are exact without it since 12.
        let options = options.extra_float_digits(None);
        Self { options, schema, history, session: Session::default() }
    }

    /// Database and server as people name them, without the password.
    pub fn place(&self) -> String {
        place(&self.options)
    }

    /// The settings that every revision runs under, for a session or a transaction.
    pub fn settings(&self, set: &str) -> String {
        self.settings_as(RunAs::Service, set)
    }

    /// The same for who runs it. Names of the schema stand before those of PostgreSQL, but not for an
    /// administrator: they may be a service's, which then could be led where only the administrator
    /// may go.
    pub(crate) fn settings_as(&self, run_as: RunAs, set: &str) -> String {
        format!(
            "{set} search_path = {}; {set} timezone = 'UTC'; {set} client_min_messages = warning",
            self.search_path(run_as)
        )
    }

    /// The schemas in which who runs a revision looks names up.
    pub(crate) fn search_path(&self, run_as: RunAs) -> String {
        let behind = match (&self.session.role, run_as) {
            (Some(_), RunAs::Privileged) => "",
            _ => ", pg_catalog",
        };
        format!("{}{behind}", self.schema)
    }

    /// The settings that somebody asked for beyond them, which hold against ours.
    pub(crate) fn own_settings(&self, set: &str) -> String {
        self.session.statements(set)
    }

    /// Who runs a revision, for a session or a transaction.
    pub(crate) fn role(&self, set: &str, run_as: RunAs) -> String {
        match (&self.session.role, run_as) {
            (Some(role), RunAs::Service) => format!("; {set} ROLE {role}"),
            (Some(_), RunAs::Privileged) => format!("; {set} ROLE NONE"),
            (None, _) => String::new(),
        }
    }
}

/// Database and server of a connection as people name them, without the password.
pub fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or(options.get_username());
    match options.get_socket() {
        Some(socket) => format!("`{database}` at {}", socket.display()),
        None => format!("`{database}` at {}:{}", options.get_host(), options.get_port()),
    }
}

//! Where revisions go: one schema in one database.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use crate::catalog::Ident;
use crate::history::HistoryTable;

/// One schema in one database, and how to reach it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The database.
    pub options: PgConnectOptions,
    /// The schema whose objects have no schema in their names.
    pub schema: Ident,
    /// Where its history is kept.
    pub history: HistoryTable,
}

impl Target {
    /// A schema of a database, with its history in the same schema.
    pub fn new(options: PgConnectOptions, schema: impl Into<Ident>) -> Self {
        let schema = schema.into();
        let history = HistoryTable::in_schema(schema.clone());
        Self { options, schema, history }
    }

    /// A connection whose session is as revisions expect it: names resolve in the target schema,
    /// times are UTC, and notices stay quiet.
    pub async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let options = self.options.clone().application_name("migrate").disable_statement_logging();
        let mut connection = options.connect().await?;
        let settings = self.settings("SET");
        sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut connection).await?;
        Ok(connection)
    }

    /// Database and server as people name them, without the password.
    pub fn place(&self) -> String {
        let options = &self.options;
        let database = options.get_database().unwrap_or(options.get_username());
        match options.get_socket() {
            Some(socket) => format!("`{database}` at {}", socket.display()),
            None => format!("`{database}` at {}:{}", options.get_host(), options.get_port()),
        }
    }

    /// The settings that every revision runs under, for a session or a transaction.
    pub fn settings(&self, set: &str) -> String {
        format!(
            "{set} search_path = {}, pg_catalog; {set} timezone = 'UTC'; {set} client_min_messages = warning",
            self.schema
        )
    }
}

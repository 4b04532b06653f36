//! Connections to a target, tried again where the server may be there in a moment.

use std::time::Duration;

use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use crate::revision::RunAs;

use super::Target;

/// How often a connection is tried, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectRetries {
    /// How often in all, at least once.
    pub attempts: u32,
    /// The pause between two.
    pub interval: Duration,
    /// How long one may take: a server may accept it and never answer.
    pub patience: Duration,
}

impl Default for ConnectRetries {
    fn default() -> Self {
        let (interval, patience) = (Duration::from_secs(5), Duration::from_secs(30));
        Self { attempts: 1, interval, patience }
    }
}

/// Keeps a session that waits for another run, or for the next step, from being ended for that.
pub(crate) const PATIENT: &str = "SET idle_session_timeout = 0";

/// Takes away what a session has set, and another role.
pub(crate) const UNSET: &str = "RESET SESSION AUTHORIZATION; RESET ALL; RESET ROLE";

impl Target {
    /// A connection whose session is as revisions expect it: names resolve in the target schema,
    /// times are UTC, and notices stay quiet. Behind a pooler others would find it so.
    pub async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.open().await?;
        self.set_up(&mut connection).await?;
        Ok(connection)
    }

    /// A connection as the role that logs in, for the lock and what is no revision's business.
    pub async fn open(&self) -> Result<PgConnection, sqlx::Error> {
        let options = self.options.clone().application_name("migrate").disable_statement_logging();
        let mut attempt = 1;
        loop {
            match in_time(self.session.retries.patience, Box::pin(options.connect())).await {
                Err(error) if attempt < self.session.retries.attempts && may_pass(&error) => {}
                outcome => return outcome,
            }
            tokio::time::sleep(self.session.retries.interval).await;
            attempt += 1;
        }
    }

    /// Begins a transaction that is as revisions expect it, and nothing beyond it: a pooler may give the
    /// session to others afterwards.
    pub async fn begin(
        &self,
        connection: &mut PgConnection,
        begin: &str,
    ) -> Result<(), sqlx::Error> {
        let sql = format!("{begin}; {}", self.scope(RunAs::Service));
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
        Ok(())
    }

    /// A connection in a transaction that reads, as [`Target::begin`] begins it.
    pub async fn open_reading(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.open().await?;
        self.begin(&mut connection, "BEGIN READ ONLY").await?;
        Ok(connection)
    }

    /// What sets a transaction for who works in it.
    pub(crate) fn scope(&self, run_as: RunAs) -> String {
        format!(
            "{}{}{}",
            self.settings_as(run_as, "SET LOCAL"),
            self.own_settings("SET LOCAL"),
            self.role("SET LOCAL", run_as)
        )
    }

    /// Makes a session that served another target, or a revision that changed it, like a new one.
    pub(crate) async fn reset(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let reset = format!(
            "{UNSET}; {PATIENT}; CLOSE ALL; DISCARD TEMP; UNLISTEN *; SELECT pg_advisory_unlock_all()"
        );
        sqlx::raw_sql(AssertSqlSafe(reset)).execute(&mut *connection).await?;
        Ok(())
    }

    async fn set_up(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let settings = format!(
            "{PATIENT}; {}{}{}",
            self.settings("SET"),
            self.own_settings("SET"),
            self.role("SET", RunAs::Service)
        );
        sqlx::raw_sql(AssertSqlSafe(settings)).execute(connection).await?;
        Ok(())
    }
}

async fn in_time(
    patience: Duration,
    connecting: impl Future<Output = Result<PgConnection, sqlx::Error>>,
) -> Result<PgConnection, sqlx::Error> {
    tokio::time::timeout(patience, connecting).await.unwrap_or_else(|_| {
        let said = format!("the server gave no answer in {} seconds", patience.as_secs());
        Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, said)))
    })
}

/// Whether waiting may help: the network, a server that starts or stops, too many connections. A
/// wrong password or name stays wrong.
fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            code.starts_with("08") || matches!(&*code, "57P01" | "57P02" | "57P03" | "53300")
        }
        _ => false,
    }
}

//! Who holds the locks that a revision waits for.

use std::fmt;

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection};

/// A session in the way.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Blocker {
    /// The backend's process id.
    pub pid: i32,
    /// Its role.
    pub role: Option<String>,
    /// Its application name.
    pub application: Option<String>,
    /// `active`, `idle in transaction`, …
    pub state: Option<String>,
    /// How long its transaction has been open, in seconds.
    pub transaction_seconds: Option<i64>,
    /// Its last statement.
    pub query: Option<String>,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {}", self.pid)?;
        if let Some(role) = &self.role {
            write!(f, ", role `{role}`")?;
        }
        if let Some(application) = self.application.as_ref().filter(|name| !name.is_empty()) {
            write!(f, ", application `{application}`")?;
        }
        if let Some(state) = &self.state {
            write!(f, ", {state}")?;
        }
        if let Some(seconds) = self.transaction_seconds {
            write!(f, ", in a transaction for {seconds} s")?;
        }
        if let Some(query) = &self.query {
            write!(f, ": {}", query.replace('\n', " "))?;
        }
        Ok(())
    }
}

/// The sessions that a backend waits for now.
pub(super) async fn blockers(
    conn: &mut PgConnection,
    pid: i32,
) -> Result<Vec<Blocker>, sqlx::Error> {
    sqlx::raw_sql("SELECT pg_stat_clear_snapshot()").execute(&mut *conn).await?;
    let sql = format!(
        "SELECT a.pid, a.usename::text AS role, a.application_name AS application, a.state,
                extract(epoch FROM clock_timestamp() - a.xact_start)::int8 AS transaction_seconds,
                left(a.query, 200) AS query
         FROM pg_catalog.pg_stat_activity a
         WHERE a.pid = ANY (pg_catalog.pg_blocking_pids({pid}))
         ORDER BY a.xact_start, a.pid",
    );
    let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    rows.iter().map(Blocker::from_row).collect()
}

//! The session that revisions run in.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::history::Record;
use crate::target::Target;

use super::lock::mark_work;
use super::{RunError, RunSettings};

/// A connection to a server that takes changes.
pub(super) async fn connect(target: &Target) -> Result<PgConnection, RunError> {
    let mut connection = target.connect().await.map_err(RunError::connect(target))?;
    let record = |source| RunError::Record { source };
    let standby = connection.fetch_one(sqlx::raw_sql("SELECT pg_is_in_recovery()")).await;
    let standby: bool = standby.and_then(|row| row.try_get(0)).map_err(record)?;
    if standby { Err(RunError::Standby) } else { Ok(connection) }
}

/// The history.
pub(super) async fn records(
    target: &Target,
    connection: &mut PgConnection,
) -> Result<Vec<Record>, RunError> {
    target.history.records(connection).await.map_err(|source| RunError::Record { source })
}

/// What each transaction begins with, so that it holds behind a pooler too.
pub(crate) fn opening(target: &Target, settings: &RunSettings) -> String {
    let (target_settings, timeouts) =
        (target.settings("SET LOCAL"), settings.timeouts("SET LOCAL"));
    format!("BEGIN; {target_settings}; {timeouts}; {}", mark_work(target))
}

/// Sets the session for steps outside a transaction, since a revision before may have changed it;
/// gives the process that serves it.
pub(super) async fn prepare(
    connection: &mut PgConnection,
    target: &Target,
    settings: &RunSettings,
) -> Result<i32, RunError> {
    let sql = format!(
        "{}; {}; SELECT pg_backend_pid()",
        target.settings("SET"),
        settings.timeouts("SET")
    );
    let record = |source| RunError::Record { source };
    let row = connection.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await.map_err(record)?;
    row.try_get(0).map_err(record)
}

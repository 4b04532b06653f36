//! One change of roles and schemas at a time in a database, and another try where that isn't enough.
//!
//! Roles belong to all databases of a server, and an advisory lock to one: two runs in different
//! databases can still meet, and one of them loses. It finds everything made when it looks again.

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::{Connection, PgConnection, Postgres, Transaction};

/// How often a transaction that lost a race begins anew.
const ATTEMPTS: u32 = 10;

/// Names come from `pg_catalog` only, since others may have made functions of the same names
/// elsewhere; and a session that has no patience of its own waits half a minute for others.
const SETTINGS: &str = "
    SET LOCAL search_path = pg_catalog;
    SELECT set_config('lock_timeout', '30s', true) WHERE current_setting('lock_timeout') = '0'";

/// "migrateb" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(x'6d69677261746562'::int8)";

/// An error that may be the server's.
pub(super) trait Race {
    /// What the server said.
    fn server_answer(&self) -> Option<&sqlx::Error>;
}

/// Begins a transaction that has the database's roles and schemas for itself; each statement sees
/// what was committed before it.
pub(super) async fn begin(
    conn: &mut PgConnection,
) -> Result<Transaction<'_, Postgres>, sqlx::Error> {
    let mut transaction =
        conn.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?;
    for sql in [SETTINGS, LOCK] {
        sqlx::raw_sql(sql).execute(&mut *transaction).await?;
    }
    Ok(transaction)
}

/// Waits a little where the attempt lost a race and may begin anew.
pub(super) async fn begins_anew(error: &impl Race, attempt: u32) -> bool {
    let is_lost = error.server_answer().is_some_and(is_race);
    if is_lost && attempt < ATTEMPTS {
        let pause = 20 * u64::from(attempt) + u64::from(rand::random::<u8>());
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    is_lost && attempt < ATTEMPTS
}

/// The code of the server's answer.
pub(super) fn sql_state(error: &sqlx::Error) -> Option<String> {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.map(std::borrow::Cow::into_owned)
}

/// Whether another transaction made, changed or dropped the same thing at the same time.
fn is_race(error: &sqlx::Error) -> bool {
    match sql_state(error).as_deref() {
        // A role, schema or catalog row that came meanwhile, and a deadlock.
        Some("42710" | "42P06" | "23505" | "40P01" | "40001") => true,
        // PostgreSQL has no code of its own for this, and doesn't translate the message.
        Some("XX000") => {
            let message = error.as_database_error().map(DatabaseError::message);
            message.is_some_and(|message| message.starts_with("tuple concurrently"))
        }
        _ => false,
    }
}

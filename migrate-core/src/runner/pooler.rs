//! Poolers that give each transaction another session of the server: what runs outside transactions
//! finds neither the schema nor the role of its target there, and may find those of another.

use sqlx::{Connection, Executor, PgConnection, Row};

use crate::revision::{Direction, Revision};

use super::RunError;
use super::job::On;
use super::record_sql::record_sql;
use super::session::Connections;

/// Refuses a revision that needs a session of its own where a pooler gives none. A target whose names
/// resolve in any session is served all the same, in one of which nothing is set; says whether that is
/// so.
pub(super) async fn require_own_session(
    on: On<'_>,
    revision: &Revision,
    direction: &Direction,
    connection: &mut PgConnection,
    connections: &mut Connections,
) -> Result<bool, RunError> {
    if connections.is_shared == Some(false) || !runs_outside(on, revision, direction).await {
        return Ok(false);
    }
    let is_shared = match connections.is_shared {
        Some(known) => known,
        None => is_shared(on, connection).await?,
    };
    connections.is_shared = Some(is_shared);
    let session = &on.target.session;
    let resolves_anywhere = on.target.schema.as_str() == "public"
        && session.role.is_none()
        && session.statements.is_empty();
    if is_shared && !resolves_anywhere {
        let (revision, place) = (revision.id().to_owned(), on.target.place());
        return Err(RunError::SharedSession { revision, place });
    }
    Ok(is_shared)
}

/// Whether a direction runs anything outside a transaction; what a file of SQL in one does needn't be
/// written down for that.
async fn runs_outside(on: On<'_>, revision: &Revision, direction: &Direction) -> bool {
    if let Direction::Sql(script) = direction
        && !script.runs_outside_transaction()
    {
        return false;
    }
    let (dependencies, schema) = (on.job.dependencies, &on.target.schema);
    let recorded = record_sql(revision, direction, dependencies, schema, 0).await;
    recorded.statements.iter().any(|one| one.outside_transaction)
}

/// How often it is asked: a busy pooler may give the same session again by chance.
const QUESTIONS: usize = 3;

/// Whether the server's process behind a connection is another, or serves others, while somebody else
/// is in a transaction.
async fn is_shared(on: On<'_>, connection: &mut PgConnection) -> Result<bool, RunError> {
    let record = |source| RunError::Record { source };
    for _ in 0..QUESTIONS {
        let before = process(connection, "").await.map_err(record)?;
        let mut other = on.target.open().await.map_err(RunError::connect(on.target))?;
        let others = process(&mut other, "BEGIN; ").await.map_err(record)?;
        // A pooler of few sessions may have none left while the other is in its transaction.
        let after = match before == others {
            true => others,
            false => process(connection, "").await.map_err(record)?,
        };
        other.close().await.ok();
        if before == others || before != after {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn process(connection: &mut PgConnection, begin: &str) -> Result<i32, sqlx::Error> {
    let sql = format!("{begin}SELECT pg_catalog.pg_backend_pid()");
    connection.fetch_one(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await?.try_get(0)
}

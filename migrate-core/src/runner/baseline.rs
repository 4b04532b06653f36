//! Writes revisions down as applied in a database that has what they make, and takes a history
//! away; neither touches what revisions made.

use sqlx::{Executor, PgConnection, Row};

use crate::history::{Outcome, Present, Record, RunMark};
use crate::model::quote_literal as quoted;
use crate::revision::{Chain, Dependencies, Revision};
use crate::sql::with_values;
use crate::target::Target;

use super::apply::state;
use super::job::Job;
use super::lock::MigrationLock;
use super::{Listener, RunError, RunSettings, goal, session};

/// The revisions that a baseline would write down: those up to a revision that aren't applied.
pub fn baseline_revisions<'a>(chain: &'a Chain, at: &str) -> Result<Vec<&'a Revision>, RunError> {
    let ordered = chain.ordered()?;
    let last = match (at, ordered.last()) {
        ("head" | "latest", Some(last)) => *last,
        _ => goal::find(&ordered, at)?,
    };
    let count =
        ordered.iter().position(|revision| revision.id() == last.id()).map_or(0, |at| at + 1);
    Ok(ordered.into_iter().take(count).collect())
}

/// Refuses a baseline that would hide something, without a lock and before anything is written: so
/// that none of several targets has it where it can't be had on another.
pub async fn check_baseline(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    at: &str,
    settings: &RunSettings,
) -> Result<(), RunError> {
    let job = Job::new(chain, dependencies, settings)?;
    let wanted = baseline_revisions(chain, at)?;
    let mut connection = session::connect(target).await?;
    let records = session::records(target, &mut connection).await?;
    missing(&job, &wanted, &records, at, target, &mut connection).await?;
    session::end(connection).await
}

/// Writes the revisions up to one down as applied, without running them, and says which they were.
/// It is refused where it would hide something: a revision that is half applied, one after the
/// wanted one that is applied, or a schema in which nothing is.
pub async fn baseline(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    at: &str,
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<Vec<String>, RunError> {
    let job = Job::new(chain, dependencies, settings)?;
    let wanted = baseline_revisions(chain, at)?;
    let lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    let mut connection = session::connect(target).await?;
    let record = |source| RunError::Record { source };
    let records = session::records(target, &mut connection).await?;
    let missing = missing(&job, &wanted, &records, at, target, &mut connection).await?;
    session::make_history(target, &mut connection).await?;
    for revision in missing {
        let outcome = Outcome {
            duration_ms: 0,
            up_sql: String::new(),
            down_sql: None,
            is_baseline: true,
            run: RunMark { has_hooks_after_all: false, ..job.mark.clone() },
        };
        target.history.insert(&mut connection, revision, &outcome).await.map_err(record)?;
    }
    session::end(connection).await?;
    lock.release().await;
    Ok(missing.iter().map(|revision| revision.id().to_owned()).collect())
}

/// The wanted revisions that aren't applied, where nothing is hidden by writing them down.
async fn missing<'a>(
    job: &Job<'_>,
    wanted: &'a [&'a Revision],
    records: &[Record],
    at: &str,
    target: &Target,
    connection: &mut PgConnection,
) -> Result<&'a [&'a Revision], RunError> {
    let record = |source| RunError::Record { source };
    let state = state(&job.ordered, records, job.settings)?;
    if let Some(record) = state.running {
        return Err(RunError::HalfApplied { revision: record.revision.clone() });
    }
    if let Some(record) = state.reverting {
        return Err(RunError::HalfReverted { revision: record.revision.clone() });
    }
    if let Some((last, _)) = state.applied.last().filter(|_| state.applied.len() > wanted.len()) {
        let (at, applied) = (at.to_owned(), last.id().to_owned());
        return Err(RunError::BaselineBehind { at, applied });
    }
    let missing = &wanted[state.applied.len()..];
    let nothing = !missing.is_empty() && is_empty(connection, target).await.map_err(record)?;
    match nothing {
        true => Err(RunError::BaselineOfNothing { schema: target.schema.as_str().to_owned() }),
        false => Ok(missing),
    }
}

/// Whether a schema holds no relation, type or function but our own.
async fn is_empty(conn: &mut PgConnection, target: &Target) -> Result<bool, sqlx::Error> {
    let own = [target.history.name.clone(), crate::history::SyncedTable::name()];
    let own = own.map(|name| quoted(name.as_str())).join(", ");
    let sql = format!(
        "SELECT NOT EXISTS (
             SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
               AND c.relname NOT IN ({own})
             UNION ALL
             SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = $1
             UNION ALL
             SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE n.nspname = $1 AND t.typtype IN ('d', 'e', 'r'))"
    );
    let sql = with_values(&sql, &[Some(target.schema.as_str())]);
    conn.fetch_one(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await?.try_get(0)
}

/// How many revisions the history of a target holds; none where there is no history. Any other table
/// of its name is refused.
pub async fn history_to_clean(target: &Target) -> Result<Option<i64>, RunError> {
    let mut connection = session::connect(target).await?;
    let found = to_clean(target, &mut connection).await?;
    session::end(connection).await?;
    Ok(found)
}

async fn to_clean(target: &Target, connection: &mut PgConnection) -> Result<Option<i64>, RunError> {
    let present = target.history.present(connection).await;
    match present.map_err(|source| RunError::Record { source })? {
        Present::Nothing => Ok(None),
        Present::History { revisions } => Ok(Some(revisions)),
        Present::Other => Err(RunError::NoHistory { table: target.history.to_string() }),
    }
}

/// Removes the history of a target.
pub async fn clean(
    target: &Target,
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<(), RunError> {
    let lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    let mut connection = session::connect(target).await?;
    if to_clean(target, &mut connection).await?.is_some() {
        let removed = target.history.remove(&mut connection).await;
        removed.map_err(|source| RunError::Record { source })?;
    }
    session::end(connection).await?;
    lock.release().await;
    Ok(())
}

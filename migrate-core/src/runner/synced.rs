//! What `dev sync` made beyond the revisions, on the way back or into the revisions that make it.

use sqlx::PgConnection;

use crate::history::{Outcome, RunMark, Synced};
use crate::revision::{Chain, Dependencies};
use crate::target::Target;

use super::apply::state;
use super::kept::{kept_script, run_kept};
use super::lock::MigrationLock;
use super::loss::{Permission, count_losses, refused};
use super::record_sql::{record_sql, script};
use super::{AppliedRevision, Event, Listener, RunError, RunSettings, session};

/// The changes of a target that no revision made, first to last.
pub async fn synced(target: &Target) -> Result<Vec<Synced>, RunError> {
    let mut connection = session::connect(target).await?;
    let rows = rows(target, &mut connection).await?;
    session::end(connection).await?;
    Ok(rows)
}

pub(super) async fn rows(
    target: &Target,
    connection: &mut PgConnection,
) -> Result<Vec<Synced>, RunError> {
    let table = target.history.synced();
    table.rows(connection).await.map_err(|source| RunError::Record { source })
}

/// Takes every change back, last first, and says how many there were.
pub async fn undo_synced(
    target: &Target,
    permissions: &[Permission],
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<usize, RunError> {
    let lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    let connection = session::open(target).await?;
    let (connection, count) = take_back(target, connection, permissions, settings, &lock).await?;
    session::leave(connection).await;
    lock.release().await;
    Ok(count)
}

/// Takes every change back before revisions come or go, under a lock that is held.
pub(super) async fn make_way(
    target: &Target,
    connection: PgConnection,
    settings: &RunSettings,
    lock: &MigrationLock,
    listen: Listener<'_>,
) -> Result<PgConnection, RunError> {
    let (connection, count) = take_back(target, connection, &[], settings, lock).await?;
    if count > 0 {
        listen(Event::SyncTakenBack);
    }
    Ok(connection)
}

/// The same under a lock that is held. What rows would lose by it has to be allowed.
pub(super) async fn take_back(
    target: &Target,
    mut connection: PgConnection,
    permissions: &[Permission],
    settings: &RunSettings,
    lock: &MigrationLock,
) -> Result<(PgConnection, usize), RunError> {
    session::begin(target, &mut connection).await?;
    let rows = rows(target, &mut connection).await?;
    // Nothing goes where anything is refused. What has another name until later changes are taken back
    // is counted once more when they are.
    let mut lost = Vec::new();
    for synced in rows.iter().rev() {
        lost.extend(lost_by(synced, &mut connection, permissions, Counted::WhatIsThere).await?);
    }
    require_none(lost)?;
    session::commit(&mut connection).await?;
    let count = rows.len();
    for synced in rows.into_iter().rev() {
        session::begin(target, &mut connection).await?;
        let lost = lost_by(&synced, &mut connection, permissions, Counted::All).await?;
        require_none(lost)?;
        session::commit(&mut connection).await?;
        connection = take_one_back(target, connection, &synced, settings, lock).await?;
    }
    Ok((connection, count))
}

/// Which losses are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    All,
    /// Those of tables and columns that have their names already.
    WhatIsThere,
}

/// What rows would lose if one change were taken back, and nobody allowed.
async fn lost_by(
    synced: &Synced,
    connection: &mut PgConnection,
    permissions: &[Permission],
    counted: Counted,
) -> Result<Vec<String>, RunError> {
    let mut held = Vec::new();
    // A change that is half taken back has been agreed to.
    let losses = if synced.reverted_steps.is_empty() { synced.losses() } else { Vec::new() };
    for loss in losses {
        execute(connection, "SAVEPOINT counting").await?;
        match count_losses(connection, [loss]).await {
            Ok(counted) => held.extend(counted),
            Err(RunError::Count { source, .. })
                if counted == Counted::WhatIsThere && is_of_no_name(&source) =>
            {
                execute(connection, "ROLLBACK TO SAVEPOINT counting").await?;
            }
            Err(error) => return Err(error),
        }
    }
    held.retain(|loss| loss.rows.is_some_and(|rows| rows > 0));
    Ok(refused(&held, permissions).iter().map(ToString::to_string).collect())
}

async fn execute(connection: &mut PgConnection, sql: &'static str) -> Result<(), RunError> {
    let done = sqlx::raw_sql(sql).execute(connection).await;
    done.map(drop).map_err(|source| RunError::Record { source })
}

/// Whether a statement speaks of a schema, table, column or type that isn't there.
pub(super) fn is_of_no_name(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| ["3F000", "42P01", "42703", "42704"].contains(&code.as_ref()))
}

fn require_none(lost: Vec<String>) -> Result<(), RunError> {
    if lost.is_empty() { Ok(()) } else { Err(RunError::SyncedRows { lost }) }
}

async fn take_one_back(
    target: &Target,
    connection: PgConnection,
    synced: &Synced,
    settings: &RunSettings,
    lock: &MigrationLock,
) -> Result<PgConnection, RunError> {
    let table = target.history.synced();
    let number = synced.number.to_string();
    let mut db = session::migrator(connection, &number, target, settings, lock).journaled(
        table.down_journal(),
        synced.reverted_steps.clone(),
        None,
    );
    if let Err(source) = run_kept(&mut db, &synced.down_sql).await {
        db.abandon().await;
        return Err(RunError::Synced { source });
    }
    let fail = |source: crate::revision::RevisionError| RunError::Synced { source: source.into() };
    let (connection, _, finish) = db.finish().await.map_err(fail)?;
    let Some(mut connection) = connection else { return Err(RunError::LockLost) };
    let record = |source| RunError::Record { source };
    session::begin_after(finish, target, &mut connection).await?;
    table.delete(&mut connection, synced.number).await.map_err(record)?;
    session::commit(&mut connection).await?;
    Ok(connection)
}

/// Writes every pending revision down as applied, in the place of the changes that made the same,
/// without running anything. Whoever calls has compared the database with what they build.
pub async fn adopt_synced(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<Vec<AppliedRevision>, RunError> {
    let ordered = chain.ordered()?;
    let lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    let mut connection = session::connect(target).await?;
    let record = |source| RunError::Record { source };
    session::make_history(target, &mut connection).await?;
    let records = session::records(target, &mut connection).await?;
    let state = state(&ordered, &records, settings)?;
    let mut adopted = Vec::new();
    if state.running.is_some() || state.reverting.is_some() {
        return Ok(adopted);
    }
    let version = connection.server_version_num().unwrap_or_default();
    for revision in &state.pending {
        let recorded =
            |direction| record_sql(revision, direction, dependencies, &target.schema, version);
        let up = recorded(&revision.up).await;
        let down = recorded(&revision.down).await;
        let down_sql = (!down.runs_code()).then(|| kept_script(&down.statements));
        let (up_sql, run) = (script(&up.statements), RunMark::default());
        let outcome = Outcome { duration_ms: 0, up_sql, down_sql, is_baseline: false, run };
        target.history.insert(&mut connection, revision, &outcome).await.map_err(record)?;
        let id = revision.id().to_owned();
        adopted.push(AppliedRevision { id, elapsed: std::time::Duration::ZERO });
    }
    target.history.synced().clear(&mut connection).await.map_err(record)?;
    session::end(connection).await?;
    lock.release().await;
    Ok(adopted)
}

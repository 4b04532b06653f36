//! Applies what is pending.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};

use crate::history::{Outcome, Record, State, compare};
use crate::revision::{Chain, Dependencies, Finish, Migrator, Revision};
use crate::target::Target;

use super::attempt::{Attempts, Work};
use super::kept::kept_script;
use super::lock::MigrationLock;
use super::record_sql::{record_sql, script};
use super::{Event, Goal, Listener, RunError, RunSettings, goal, session, synced};

/// What an apply did.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// The revisions that were applied, in order.
    pub revisions: Vec<AppliedRevision>,
}

/// One applied revision.
#[derive(Debug, Clone)]
pub struct AppliedRevision {
    /// The id.
    pub id: String,
    /// How long it took.
    pub elapsed: Duration,
}

/// Applies pending revisions up to a goal.
pub async fn apply(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    goal: &Goal,
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<Applied, RunError> {
    let ordered = chain.ordered()?;
    require_dependencies(&ordered, dependencies)?;
    let mut connection = session::connect(target).await?;
    let records = session::records(target, &mut connection).await?;
    if wanted(&state(&ordered, &records, settings)?, goal)?.is_empty() {
        accept_checksums(&ordered, target, &mut connection, settings).await?;
        return Ok(Applied::default());
    }
    let mut lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    target.history.create(&mut connection).await.map_err(|source| RunError::Record { source })?;
    accept_checksums(&ordered, target, &mut connection, settings).await?;
    let records = session::records(target, &mut connection).await?;
    let state = state(&ordered, &records, settings)?;
    let wanted = wanted(&state, goal)?;
    connection = synced::make_way(target, connection, settings, listen).await?;
    let mut applied = Applied::default();
    let of = wanted.len();
    for (number, revision) in (1..).zip(wanted) {
        listen(Event::Started { revision: revision.id().to_owned(), number, of });
        let attempts = Attempts { lock: &mut lock, settings, listen, dependencies };
        let (returned, elapsed) =
            apply_one(revision, state.running, target, attempts, connection).await?;
        connection = returned;
        listen(Event::Finished { revision: revision.id().to_owned(), elapsed });
        applied.revisions.push(AppliedRevision { id: revision.id().to_owned(), elapsed });
    }
    connection.close().await.ok();
    lock.release().await;
    Ok(applied)
}

fn require_dependencies(
    ordered: &[&Revision],
    dependencies: &Dependencies,
) -> Result<(), RunError> {
    for revision in ordered {
        revision.up.check(dependencies)
            .map_err(|source| RunError::Dependency { file: revision.file.to_owned(), source })?;
    }
    Ok(())
}

pub(super) fn state<'a>(
    ordered: &[&'a Revision],
    records: &'a [Record],
    settings: &RunSettings,
) -> Result<State<'a>, RunError> {
    let is = |accepted: &str, id: &str| {
        goal::find(ordered, accepted).is_ok_and(|revision| revision.id() == id)
    };
    let accepts = |id: &str| settings.accepted_checksums.iter().any(|accepted| is(accepted, id));
    Ok(compare(ordered, records, accepts)?)
}

async fn accept_checksums(
    ordered: &[&Revision],
    target: &Target,
    connection: &mut PgConnection,
    settings: &RunSettings,
) -> Result<(), RunError> {
    for accepted in &settings.accepted_checksums {
        let revision = goal::find(ordered, accepted)?;
        target
            .history
            .accept_checksum(connection, revision)
            .await
            .map_err(|source| RunError::Record { source })?;
    }
    Ok(())
}

/// The pending revisions up to the goal.
fn wanted<'a>(state: &State<'a>, goal: &Goal) -> Result<Vec<&'a Revision>, RunError> {
    if let Some(record) = state.reverting {
        return Err(RunError::HalfReverted { revision: record.revision.clone() });
    }
    let count = match goal {
        Goal::Head => state.pending.len(),
        Goal::Base => 0,
        Goal::Count(count) => *count,
        Goal::Revision(text) => {
            let applied = state.applied.iter().map(|(revision, _)| *revision);
            let all: Vec<&Revision> = applied.chain(state.pending.iter().copied()).collect();
            let revision = goal::find(&all, text)?;
            let position = state.pending.iter().position(|pending| pending.id() == revision.id());
            let is_last = state.applied.last().is_some_and(|(last, _)| last.id() == revision.id());
            match position {
                Some(position) => position + 1,
                None if is_last => 0,
                None => {
                    let revision = revision.id().to_owned();
                    return Err(super::GoalError::WrongWay { revision, applied: true }.into());
                }
            }
        }
    };
    Ok(state.pending.iter().copied().take(count).collect())
}

async fn apply_one(
    revision: &Revision,
    running: Option<&Record>,
    target: &Target,
    mut attempts: Attempts<'_>,
    connection: PgConnection,
) -> Result<(PgConnection, Duration), RunError> {
    let begun = Instant::now();
    let running = running.filter(|record| record.revision == revision.id());
    let work = Work {
        revision,
        direction: &revision.up,
        target,
        journal: target.history.up_journal(revision),
        finished: running.map(|record| record.steps.clone()).unwrap_or_default(),
        begun_step: running.and_then(|record| record.begun_step.clone()),
        allowances: Some(revision.header.allowances),
    };
    let db = attempts.run(&work, connection).await?;
    let down = record_sql(revision, &revision.down, attempts.dependencies, &target.schema).await;
    let down_sql = (!down.runs_code()).then(|| kept_script(&down.statements));
    let connection = write_down(db, begun, down_sql, revision, target).await?;
    Ok((connection, begun.elapsed()))
}

async fn write_down(
    db: Migrator,
    begun: Instant,
    down_sql: Option<String>,
    revision: &Revision,
    target: &Target,
) -> Result<PgConnection, RunError> {
    let file = || revision.file.to_owned();
    let fail = |source: Box<dyn std::error::Error + Send + Sync>| RunError::Revision {
        file: file(),
        step: None,
        steps_done: Vec::new(),
        source,
    };
    let (connection, executed, finish) = db.finish().await.map_err(|error| fail(error.into()))?;
    let Some(mut connection) = connection else { return Err(RunError::LockLost) };
    let duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let outcome = Outcome { duration_ms, up_sql: script(&executed), down_sql };
    match finish {
        Finish::OpenTransaction => {
            target
                .history
                .insert(&mut connection, revision, &outcome)
                .await
                .map_err(|source| RunError::Record { source })?;
            sqlx::raw_sql("COMMIT").execute(&mut connection).await.map_err(|source| {
                fail(crate::revision::RevisionError::statement(None, "COMMIT", source).into())
            })?;
        }
        Finish::Steps => {
            target
                .history
                .complete(&mut connection, revision, &outcome)
                .await
                .map_err(|source| RunError::Record { source })?;
        }
    }
    Ok(connection)
}

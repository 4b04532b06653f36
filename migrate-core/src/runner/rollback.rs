//! Takes back what is applied.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};

use crate::history::{Record, State};
use crate::revision::{Chain, Dependencies, Finish, Migrator, Revision};
use crate::target::Target;

use super::apply::{connect, prepare, prologue, read, state};
use super::attempt::Attempts;
use super::lock::MigrationLock;
use super::{AppliedRevision, Event, Goal, GoalError, Listener, RunError, RunSettings, goal};

/// What a rollback did.
#[derive(Debug, Clone, Default)]
pub struct RolledBack {
    /// The revisions that were taken back, in order.
    pub revisions: Vec<AppliedRevision>,
}

/// Takes back applied revisions down to a goal. [`Goal::Head`] takes back nothing.
pub async fn rollback(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    goal: &Goal,
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<RolledBack, RunError> {
    let ordered = chain.ordered()?;
    let mut connection = connect(target).await?;
    let mut lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    let records = read(target, &mut connection).await?;
    let state = state(&ordered, &records, settings)?;
    let wanted = wanted(&state, goal)?;
    for (revision, _) in &wanted {
        (revision.down.check)(dependencies)
            .map_err(|source| RunError::Dependency { file: revision.file.to_owned(), source })?;
    }
    let mut rolled_back = RolledBack::default();
    let of = wanted.len();
    for (number, (revision, record)) in (1..).zip(wanted) {
        let id = revision.id().to_owned();
        listen(Event::Started { revision: id.clone(), number, of });
        let attempts = Attempts { lock: &mut lock, settings, listen, dependencies };
        let (returned, elapsed) =
            revert_one(revision, record, target, attempts, connection).await?;
        connection = returned;
        listen(Event::Finished { revision: id.clone(), elapsed });
        rolled_back.revisions.push(AppliedRevision { id, elapsed });
    }
    connection.close().await.ok();
    lock.release().await;
    Ok(rolled_back)
}

/// The applied revisions after the goal, last first.
pub(super) fn wanted<'a>(
    state: &State<'a>,
    goal: &Goal,
) -> Result<Vec<(&'a Revision, &'a Record)>, RunError> {
    if let Some(record) = state.running {
        return Err(RunError::HalfApplied { revision: record.revision.clone() });
    }
    let applied = &state.applied;
    let count = match goal {
        Goal::Head => 0,
        Goal::Base => applied.len(),
        Goal::Count(count) => *count,
        Goal::Revision(text) => {
            let all: Vec<&Revision> = applied
                .iter()
                .map(|(revision, _)| *revision)
                .chain(state.pending.iter().copied())
                .collect();
            let revision = goal::find(&all, text)?;
            match applied.iter().position(|(applied, _)| applied.id() == revision.id()) {
                Some(position) => applied.len() - position - 1,
                None => {
                    let revision = revision.id().to_owned();
                    return Err(GoalError::WrongWay { revision, applied: false }.into());
                }
            }
        }
    };
    Ok(applied.iter().rev().take(count).copied().collect())
}

async fn revert_one(
    revision: &Revision,
    record: &Record,
    target: &Target,
    mut attempts: Attempts<'_>,
    connection: PgConnection,
) -> Result<(PgConnection, Duration), RunError> {
    let begun = Instant::now();
    let settings = attempts.settings;
    let half_reverted = record.state() == crate::history::RecordState::Reverting;
    let begun_step = record.begun_step.clone().filter(|_| half_reverted);
    let worked = attempts
        .run(revision, &revision.down, connection, async |mut connection| {
            prepare(&mut connection, target, settings).await?;
            let now = read(target, &mut connection).await?;
            let now = now.into_iter().find(|record| record.revision == revision.id());
            let reverting =
                now.filter(|record| record.state() == crate::history::RecordState::Reverting);
            let finished = reverting.map(|record| record.steps).unwrap_or_default();
            Ok(Migrator::live(connection, revision.id(), target.schema.as_str())
                .opening(prologue(target, settings))
                .journaled(target.history.down_journal(), finished, begun_step.clone()))
        })
        .await?;
    let fail = |source: crate::revision::RevisionError| RunError::Revision {
        file: revision.file.to_owned(),
        step: None,
        steps_done: Vec::new(),
        source: source.into(),
    };
    let (connection, _, finish) = worked.migrator.finish().await.map_err(fail)?;
    let Some(mut connection) = connection else { return Err(RunError::LockLost) };
    target
        .history
        .delete(&mut connection, revision.id())
        .await
        .map_err(|source| RunError::Record { source })?;
    if finish == Finish::OpenTransaction {
        sqlx::raw_sql("COMMIT").execute(&mut connection).await.map_err(|source| {
            fail(crate::revision::RevisionError::statement(None, "COMMIT", source))
        })?;
    }
    Ok((connection, begun.elapsed()))
}

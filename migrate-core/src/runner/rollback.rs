//! Takes back what is applied.

use std::time::Instant;

use sqlx::PgConnection;

use crate::history::{Record, RecordState, State};
use crate::plan::Hazard;
use crate::revision::{Chain, Dependencies, Direction, Executed, Finish, Revision};
use crate::target::Target;

use super::apply::state;
use super::attempt::{Calls, Work, attempt};
use super::handover::Handover;
use super::job::{Job, On};
use super::lock::MigrationLock;
use super::pooler::require_own_session;
use super::session::Connections;
use super::{
    AppliedRevision, Event, Goal, GoalError, Listener, RunError, RunSettings, goal, session, synced,
};

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
    let job = Job::new(chain, dependencies, settings)?;
    let mut connections = Connections::default();
    let rolled_back = rollback_on(On { job: &job, target, listen }, &mut connections, goal).await?;
    connections.close().await;
    Ok(rolled_back)
}

/// The same on one target, with the connections of a worker.
pub(super) async fn rollback_on(
    on: On<'_>,
    connections: &mut Connections,
    goal: &Goal,
) -> Result<RolledBack, RunError> {
    let On { job, target, listen } = on;
    let settings = job.settings;
    let (mut lock, mut connection) = on.begin(connections).await?;
    session::begin(target, &mut connection).await?;
    let records = session::records(target, &mut connection).await?;
    session::commit(&mut connection).await?;
    let state = state(&job.ordered, &records, settings)?;
    let wanted = wanted(&state, goal)?;
    require_ways_back(&wanted, job.dependencies)?;
    if !wanted.is_empty() {
        connection = synced::make_way(target, connection, settings, &lock, listen).await?;
    }
    let mut rolled_back = RolledBack::default();
    let of = wanted.len();
    for (number, (revision, record)) in (1..).zip(wanted) {
        let id = revision.id().to_owned();
        let is_shared =
            require_own_session(on, revision, &revision.down, &mut connection, connections).await?;
        listen(Event::Started { revision: id.clone(), number, of });
        let begun = Instant::now();
        let (returned, log) =
            revert_one(on, &mut lock, (revision, record), connection, is_shared).await?;
        let elapsed = begun.elapsed();
        connection = returned;
        listen(Event::Finished { revision: id.clone(), elapsed });
        let what = lost(&log);
        if !what.is_empty() {
            listen(Event::Lost { what });
        }
        rolled_back.revisions.push(AppliedRevision { id, elapsed });
    }
    connections.keep(connection);
    connections.lock = lock.give_back().await;
    Ok(rolled_back)
}

/// Refuses to begin where a revision has no way back, or takes what nobody provides.
pub(super) fn require_ways_back(
    wanted: &[(&Revision, &Record)],
    dependencies: &Dependencies,
) -> Result<(), RunError> {
    for (revision, _) in wanted {
        revision.down.check(dependencies).map_err(RunError::dependency(revision))?;
        if let Direction::Missing = revision.down {
            return Err(RunError::NoDown { revision: revision.id().to_owned() });
        }
    }
    Ok(())
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

/// Whether an earlier rollback stopped in the middle of it.
pub(super) fn is_half_reverted(record: &Record) -> bool {
    record.state() == RecordState::Reverting
}

/// What has gone by statements, with what it held.
fn lost(log: &[Executed]) -> Vec<String> {
    let hazards = log.iter().flat_map(|executed| &executed.hazards);
    let lost = hazards.filter_map(|hazard| match hazard {
        Hazard::DataLost { what } => Some(what.clone()),
        _ => None,
    });
    lost.collect()
}

/// Takes one revision back, and gives its statements.
async fn revert_one(
    on: On<'_>,
    lock: &mut MigrationLock,
    (revision, record): (&Revision, &Record),
    mut connection: PgConnection,
    is_shared: bool,
) -> Result<(PgConnection, Vec<Executed>), RunError> {
    let half_reverted = is_half_reverted(record);
    let record_error = |source| RunError::Record { source };
    let handover =
        Handover::begin(&mut connection, on.target, &revision.header, half_reverted).await;
    let handover = handover.map_err(record_error)?;
    let file = revision.down.file().unwrap_or(revision.file);
    let strike_out = |_: &[Executed]| on.target.history.deletion(revision.id());
    let work = Work {
        name: revision.id(),
        file,
        header: revision.header,
        calls: Calls { direction: Some(&revision.down), ..Calls::default() },
        journal: Some(on.target.history.down_journal()),
        finished: if half_reverted { record.steps.clone() } else { Vec::new() },
        begun_step: record.begun_step.clone().filter(|_| half_reverted),
        allowances: None,
        is_shared,
        history: if handover.is_none() { Some(&strike_out) } else { None },
    };
    let db = attempt(on, lock, &work, connection).await?;
    let fail = RunError::of_file(file);
    let (returned, log, finish) = db.finish().await.map_err(fail)?;
    connection = returned.ok_or(RunError::LockLost)?;
    session::begin_after(finish, on.target, &mut connection).await?;
    if let Some(handover) = handover {
        handover.end(&mut connection).await.map_err(record_error)?;
    }
    if finish != Finish::Committed {
        let deleted = on.target.history.delete(&mut connection, revision.id()).await;
        deleted.map_err(record_error)?;
        session::commit_work(&mut connection, file).await?;
    }
    Ok((connection, log))
}

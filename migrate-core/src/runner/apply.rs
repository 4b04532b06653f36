//! Applies what is pending.

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use crate::history::{Outcome, Record, State, compare};
use crate::revision::{Chain, Dependencies, Executed, Finish, Revision};
use crate::target::Target;

use super::attempt::{Calls, Work, attempt};
use super::finished_steps::require_unedited;
use super::handover::Handover;
use super::hook_run::run_hooks;
use super::job::{Job, On};
use super::kept::kept_script;
use super::lock::MigrationLock;
use super::pooler::require_own_session;
use super::record_sql::{PendingSql, record_sql, script};
use super::session::Connections;
use super::{Event, Goal, Listener, RunError, RunSettings, goal, require_common, session, synced};

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
    let job = Job::new(chain, dependencies, settings)?;
    job.require_dependencies()?;
    for accepted in &settings.accepted_checksums {
        goal::find(&job.ordered, accepted)?;
    }
    let mut connections = Connections::default();
    let mut connection = connections.work(target).await?;
    session::begin(target, &mut connection).await?;
    let records = session::records(target, &mut connection).await?;
    let state = state(&job.ordered, &records, settings)?;
    let wanted = wanted(&state, goal)?;
    require_nothing_common(&wanted)?;
    let nothing = wanted.is_empty() && !owes_hooks(&job, &records);
    if nothing {
        accept_checksums(&job.ordered, target, &mut connection, settings).await?;
    }
    session::commit(&mut connection).await?;
    connections.keep(connection);
    let on = On { job: &job, target, listen };
    let applied = match nothing {
        true => Applied::default(),
        false => apply_on(on, &mut connections, goal).await?,
    };
    connections.close().await;
    Ok(applied)
}

/// Applies what is pending on one target, with the connections of a worker.
pub(super) async fn apply_on(
    on: On<'_>,
    connections: &mut Connections,
    goal: &Goal,
) -> Result<Applied, RunError> {
    let On { job, target, listen } = on;
    let settings = job.settings;
    let (mut lock, mut connection) = on.begin(connections).await?;
    session::begin(target, &mut connection).await?;
    session::make_history(target, &mut connection).await?;
    accept_checksums(&job.ordered, target, &mut connection, settings).await?;
    let records = session::records(target, &mut connection).await?;
    let state = state(&job.ordered, &records, settings)?;
    let wanted = wanted(&state, goal)?;
    if let (Some(revision), Some(record)) = (wanted.first(), state.running)
        && !accepts(&job.ordered, settings, revision.id())
    {
        require_unedited(on, revision, record, &mut connection).await?;
    }
    session::commit(&mut connection).await?;
    connection = synced::make_way(target, connection, settings, &lock, listen).await?;
    let mut applied = Applied::default();
    let of = wanted.len();
    if of > 0 {
        connection = run_hooks(on, &mut lock, &settings.hooks.before_all, connection).await?;
    }
    for (number, revision) in (1..).zip(wanted) {
        let is_shared =
            require_own_session(on, revision, &revision.up, &mut connection, connections).await?;
        listen(Event::Started { revision: revision.id().to_owned(), number, of });
        let (returned, elapsed) =
            apply_one(on, &mut lock, revision, state.running, connection, is_shared).await?;
        connection = returned;
        listen(Event::Finished { revision: revision.id().to_owned(), elapsed });
        applied.revisions.push(AppliedRevision { id: revision.id().to_owned(), elapsed });
    }
    if of > 0 || owes_hooks(job, &records) {
        connection = run_hooks(on, &mut lock, &settings.hooks.after_all, connection).await?;
        session::begin(target, &mut connection).await?;
        let noted = target.history.hooks_ran(&mut connection).await;
        noted.map_err(|source| RunError::Record { source })?;
        session::commit(&mut connection).await?;
        if of == 0 {
            listen(Event::OwedHooksRan);
        }
    }
    connections.keep(connection);
    connections.lock = lock.give_back().await;
    Ok(applied)
}

/// Whether an earlier run stopped before the hooks that come after everything.
pub(super) fn owes_hooks(job: &Job<'_>, records: &[Record]) -> bool {
    job.mark.has_hooks_after_all && records.iter().any(|record| record.hooks_due)
}

pub(super) fn state<'a>(
    ordered: &[&'a Revision],
    records: &'a [Record],
    settings: &RunSettings,
) -> Result<State<'a>, RunError> {
    Ok(compare(ordered, records, |id| accepts(ordered, settings, id))?)
}

/// Whether a revision may be another than the one that ran.
fn accepts(ordered: &[&Revision], settings: &RunSettings, id: &str) -> bool {
    settings
        .accepted_checksums
        .iter()
        .any(|accepted| goal::find(ordered, accepted).is_ok_and(|revision| revision.id() == id))
}

/// On a target by itself nobody knows what is common to several.
pub(super) fn require_nothing_common(wanted: &[&Revision]) -> Result<(), RunError> {
    wanted.iter().try_for_each(|revision| require_common(revision, None))
}

async fn accept_checksums(
    ordered: &[&Revision],
    target: &Target,
    connection: &mut PgConnection,
    settings: &RunSettings,
) -> Result<(), RunError> {
    for accepted in &settings.accepted_checksums {
        // Where there are two chains, one of them has it.
        let Ok(revision) = goal::find(ordered, accepted) else { continue };
        target
            .history
            .accept_checksum(connection, revision)
            .await
            .map_err(|source| RunError::Record { source })?;
    }
    Ok(())
}

/// The pending revisions up to the goal.
pub(super) fn wanted<'a>(state: &State<'a>, goal: &Goal) -> Result<Vec<&'a Revision>, RunError> {
    if let Some(record) = state.reverting {
        return Err(RunError::HalfReverted { revision: record.revision.clone() });
    }
    let applied = state.applied.iter().map(|(revision, _)| *revision);
    let all: Vec<&Revision> = applied.chain(state.pending.iter().copied()).collect();
    let pending: Vec<&str> = state.pending.iter().map(|revision| revision.id()).collect();
    let last = state.applied.last().map(|(revision, _)| revision.id());
    let count = goal::count_pending(goal, &all, &pending, last)?;
    Ok(state.pending.iter().copied().take(count).collect())
}

async fn apply_one(
    on: On<'_>,
    lock: &mut MigrationLock,
    revision: &Revision,
    running: Option<&Record>,
    mut connection: PgConnection,
    is_shared: bool,
) -> Result<(PgConnection, Duration), RunError> {
    let On { job, target, .. } = on;
    let begun = Instant::now();
    let running = running.filter(|record| record.revision == revision.id());
    let hooks = &job.settings.hooks;
    let steps = hooks.are_of_each() && has_steps(on, revision).await;
    let around: Calls<'_> = match steps {
        true => Calls::default(),
        false => Calls { before: &hooks.before_each, after: &hooks.after_each, direction: None },
    };
    if steps && hooks.around_steps {
        connection = run_hooks(on, lock, &hooks.before_each, connection).await?;
    }
    let record_error = |source| RunError::Record { source };
    let goes_on = running.is_some();
    let handover = Handover::begin(&mut connection, target, &revision.header, goes_on).await;
    let handover = handover.map_err(record_error)?;
    let server_version = connection.server_version_num().unwrap_or_default();
    let down = recorded_down(on, revision, server_version).await;
    let down_sql = (!down.runs_code()).then(|| kept_script(&down.statements));
    let outcome = |executed: &[Executed]| Outcome {
        duration_ms: i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX),
        up_sql: script(executed),
        down_sql: down_sql.clone(),
        is_baseline: false,
        run: job.mark.clone(),
    };
    let write_down = |executed: &[Executed]| target.history.insertion(revision, &outcome(executed));
    let work = Work {
        name: revision.id(),
        file: revision.file,
        header: revision.header,
        calls: Calls { direction: Some(&revision.up), ..around },
        journal: Some(target.history.up_journal(revision, &job.mark)),
        finished: running.map(|record| record.steps.clone()).unwrap_or_default(),
        begun_step: running.and_then(|record| record.begun_step.clone()),
        allowances: Some(revision.header.allowances),
        is_shared,
        // What a privileged revision made is handed over before its end.
        history: if handover.is_none() { Some(&write_down) } else { None },
    };
    let db = attempt(on, lock, &work, connection).await?;
    let fail = RunError::of_file(revision.file);
    let (returned, executed, finish) = db.finish().await.map_err(fail)?;
    connection = returned.ok_or(RunError::LockLost)?;
    session::begin_after(finish, target, &mut connection).await?;
    if let Some(handover) = handover {
        handover.end(&mut connection).await.map_err(record_error)?;
    }
    let outcome = || outcome(&executed);
    match finish {
        Finish::Committed => {}
        Finish::OpenTransaction => {
            let inserted = target.history.insert(&mut connection, revision, &outcome()).await;
            inserted.map_err(record_error)?;
            session::commit_work(&mut connection, revision.file).await?;
        }
        Finish::Steps => {
            let completed = target.history.complete(&mut connection, revision, &outcome()).await;
            completed.map_err(record_error)?;
            session::commit(&mut connection).await?;
        }
    }
    if steps && hooks.around_steps {
        connection = run_hooks(on, lock, &hooks.after_each, connection).await?;
    }
    Ok((connection, begun.elapsed()))
}

/// Whether a revision has steps, which is seen by writing it down.
async fn has_steps(on: On<'_>, revision: &Revision) -> bool {
    let On { job, target, .. } = on;
    let up = record_sql(revision, &revision.up, job.dependencies, &target.schema, 0).await;
    up.statements.iter().any(|one| one.step.is_some())
}

async fn recorded_down(on: On<'_>, revision: &Revision, server_version: u32) -> PendingSql {
    let On { job, target, .. } = on;
    record_sql(revision, &revision.down, job.dependencies, &target.schema, server_version).await
}

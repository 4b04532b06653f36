//! Work on a target, tried until its locks can be had.

use std::sync::atomic::{AtomicI32, Ordering};

use sqlx::{AssertSqlSafe, PgConnection};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::postgres::said;
use crate::revision::{
    Allowance, Direction, Executed, Header, Journal, Migrator, Result as RevisionResult,
    RevisionError,
};
use crate::sql::with_values;
use crate::target::Target;

use super::blocker::{Blocker, blockers};
use super::job::On;
use super::lock::MigrationLock;
use super::terminate::Patience;
use super::{Event, Hook, Listener, RunError, session};

/// One direction of a revision, or hooks, on a target.
pub(super) struct Work<'a> {
    /// The revision's id.
    pub(super) name: &'a str,
    /// Its file.
    pub(super) file: &'a str,
    pub(super) header: Header,
    pub(super) calls: Calls<'a>,
    pub(super) journal: Option<Journal>,
    /// The steps that an earlier run finished.
    pub(super) finished: Vec<String>,
    /// The step that an earlier run left open.
    pub(super) begun_step: Option<String>,
    /// What may be destroyed; anything where there is no list.
    pub(super) allowances: Option<&'static [Allowance]>,
    /// Whether a pooler gives each transaction another session.
    pub(super) is_shared: bool,
    /// The statement that writes the revision down, to end its one transaction with.
    pub(super) history: Option<&'a WriteDown<'a>>,
}

/// What makes the statement of what ran.
pub(super) type WriteDown<'a> = dyn Fn(&[Executed]) -> String + Send + Sync + 'a;

/// What is called, one after the other.
#[derive(Default)]
pub(super) struct Calls<'a> {
    pub(super) before: &'a [Hook],
    pub(super) direction: Option<&'a Direction>,
    pub(super) after: &'a [Hook],
}

impl Work<'_> {
    /// A migrator for one attempt, which skips what attempts before it finished.
    fn migrator(
        &self,
        on: On<'_>,
        lock: &MigrationLock,
        connection: PgConnection,
        finished: Vec<String>,
        begun_step: Option<String>,
    ) -> Migrator {
        let (target, settings) = (on.target, on.job.settings);
        let mut db =
            session::migrator_of(&self.header, connection, self.name, target, settings, lock);
        db = match &self.journal {
            Some(journal) => db.journaled(journal.clone(), finished, begun_step),
            None => db.skipping(finished),
        };
        if let Some(allowances) = self.allowances {
            db = db.allowing(allowances);
        }
        if self.is_shared { db.in_shared_session() } else { db }
    }

    /// What was begun and did nothing isn't there: the history says so, and the session is as it was.
    async fn leave_no_trace(&self, target: &Target, mut connection: PgConnection) {
        if let Some(journal) = &self.journal
            && session::begin(target, &mut connection).await.is_ok()
        {
            let sql = with_values(&journal.forget, &[Some(self.name)]);
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.ok();
            session::commit(&mut connection).await.ok();
        }
        session::leave(connection).await;
    }

    /// Each of the calls finds the settings as the first one did.
    async fn call(&self, on: On<'_>, db: &mut Migrator, settings: &str) -> RevisionResult<()> {
        for hook in self.calls.before {
            hook.call(db).await.map_err(|source| in_hook(hook, source))?;
            db.set_again(settings);
        }
        if let Some(direction) = self.calls.direction {
            direction.call(db, on.job.dependencies).await?;
        }
        for hook in self.calls.after {
            db.set_again(settings);
            hook.call(db).await.map_err(|source| in_hook(hook, source))?;
        }
        db.ask_role();
        if let Some(history) = self.history {
            db.conclude(history);
        }
        db.catch_up().await?;
        Ok(())
    }
}

/// The error of a function names no file by itself.
fn in_hook(
    hook: &Hook,
    source: Box<dyn std::error::Error + Send + Sync>,
) -> Box<dyn std::error::Error + Send + Sync> {
    match hook {
        Hook::Sql(_) => source,
        Hook::Rust(_) if lock_was_not_available(source.as_ref()) => source,
        Hook::Rust(_) => format!("{}: {}", hook.name(), said(source.as_ref())).into(),
    }
}

/// Does the work, again and again while a lock can't be had.
pub(super) async fn attempt(
    on: On<'_>,
    lock: &mut MigrationLock,
    work: &Work<'_>,
    mut connection: PgConnection,
) -> Result<Migrator, RunError> {
    let settings = on.job.settings;
    let lock_timeout = work.header.lock_timeout.unwrap_or(settings.lock_timeout);
    let mut patience = Patience::new(settings, lock_timeout);
    let mut attempt = 1;
    let mut finished = work.finished.clone();
    let mut begun_step = work.begun_step.clone();
    let mut is_prepared = false;
    loop {
        let mut db = work.migrator(on, lock, connection, finished, begun_step.clone());
        if is_prepared {
            db = db.in_shared_session();
        }
        let backend = db.backend();
        let local = match work.calls {
            Calls { before: [], after: [], .. } => String::new(),
            _ => session::scoped(&work.header, on.target, settings, lock, "SET LOCAL"),
        };
        let running = work.call(on, &mut db, &local);
        let (outcome, blockers) =
            watched(lock, &backend, &mut patience, on.listen, running).await?;
        let error = match outcome {
            Ok(()) => return Ok(db),
            Err(error) => error,
        };
        let step = db.open_step();
        let steps_done = db.finished_steps();
        begun_step = db.begun_step().or(begun_step).filter(|step| !steps_done.contains(step));
        // What its statements have set stays.
        is_prepared = !db.is_unprepared();
        let returned = db.abandon().await;
        let file = work.file.to_owned();
        let may_pass = lock_was_not_available(error.as_ref());
        let Some(returned) = returned else {
            return Err(RunError::Revision { file, step, steps_done, source: error });
        };
        if !may_pass || attempt >= settings.attempts {
            work.leave_no_trace(on.target, returned).await;
            return Err(match may_pass {
                true => RunError::LockNotAvailable { file, attempts: attempt, blockers },
                false => RunError::Revision { file, step, steps_done, source: error },
            });
        }
        connection = returned;
        finished = steps_done;
        let pause = settings.pause(attempt);
        let revision = work.name.to_owned();
        (on.listen)(Event::LockNotAvailable { revision, attempt, pause, blockers });
        tokio::time::sleep(pause).await;
        attempt += 1;
    }
}

/// Runs the work while the lock's connection sees that it is still there, and keeps an eye on who
/// is in the way of the backend.
pub(super) async fn watched(
    lock: &mut MigrationLock,
    backend: &AtomicI32,
    patience: &mut Patience<'_>,
    listen: Listener<'_>,
    work: impl Future<Output = RevisionResult<()>>,
) -> Result<(RevisionResult<()>, Vec<Blocker>), RunError> {
    let mut work = std::pin::pin!(work);
    let mut seen = Vec::new();
    let mut looks = interval_at(Instant::now() + patience.look_every, patience.look_every);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let outcome = loop {
        tokio::select! {
            biased;
            outcome = &mut work => break outcome,
            _ = looks.tick() => {}
        }
        let looking = async {
            let pid = backend.load(Ordering::Relaxed);
            let found = blockers(&mut lock.connection, lock.work, pid).await?;
            patience.end(&mut lock.connection, &found, listen).await?;
            Ok::<_, sqlx::Error>(found)
        };
        let found = tokio::select! {
            biased;
            outcome = &mut work => break outcome,
            found = looking => found,
        };
        match found {
            Ok(found) if !found.is_empty() => seen = found,
            Ok(_) => {}
            Err(_) => return Err(RunError::LockLost),
        }
    };
    match outcome {
        Err(error) if is_lock_lost(error.as_ref()) => Err(RunError::LockLost),
        outcome => Ok((outcome, seen)),
    }
}

fn is_lock_lost(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(RevisionError::LockLost))
}

/// A lock timeout or a deadlock, in which nothing of this revision is kept.
pub(super) fn lock_was_not_available(
    error: &(dyn std::error::Error + Send + Sync + 'static),
) -> bool {
    let code = if let Some(error) = error.downcast_ref::<RevisionError>() {
        error.sql_state()
    } else if let Some(sqlx::Error::Database(error)) = error.downcast_ref::<sqlx::Error>() {
        error.code().map(std::borrow::Cow::into_owned)
    } else {
        None
    };
    matches!(code.as_deref(), Some("55P03" | "40P01"))
}

//! One revision, tried until its locks can be had.

use std::time::Duration;

use sqlx::PgConnection;

use crate::revision::{
    Allowance, Dependencies, Direction, Journal, Migrator, Result as RevisionResult, Revision,
    RevisionError,
};
use crate::target::Target;

use super::blocker::{Blocker, blockers};
use super::lock::MigrationLock;
use super::{Event, Listener, RunError, RunSettings, session};

/// One direction of a revision on a target.
pub(super) struct Work<'a> {
    pub(super) revision: &'a Revision,
    pub(super) direction: &'a Direction,
    pub(super) target: &'a Target,
    pub(super) journal: Journal,
    /// The steps that an earlier run finished.
    pub(super) finished: Vec<String>,
    /// The step that an earlier run left open.
    pub(super) begun_step: Option<String>,
    /// What may be destroyed; anything where there is no list.
    pub(super) allowances: Option<&'static [Allowance]>,
}

impl Work<'_> {
    /// A migrator for one attempt, which skips what attempts before it finished.
    fn migrator(
        &self,
        connection: PgConnection,
        settings: &RunSettings,
        finished: Vec<String>,
    ) -> Migrator {
        let mut db = Migrator::live(connection, self.revision.id(), self.target.schema.as_str())
            .opening(session::opening(self.target, settings))
            .journaled(self.journal.clone(), finished, self.begun_step.clone());
        if let Some(allowances) = self.allowances {
            db = db.allowing(allowances);
        }
        db
    }
}

/// What tries a revision needs.
pub(super) struct Attempts<'a> {
    pub(super) lock: &'a mut MigrationLock,
    pub(super) settings: &'a RunSettings,
    pub(super) listen: Listener<'a>,
    pub(super) dependencies: &'a Dependencies,
}

/// How often the lock's connection looks for blockers, and whether it is still there.
const HEARTBEAT: Duration = Duration::from_millis(400);

impl Attempts<'_> {
    /// Runs a direction of a revision, again and again while a lock can't be had.
    pub(super) async fn run(
        &mut self,
        work: &Work<'_>,
        mut connection: PgConnection,
    ) -> Result<Migrator, RunError> {
        let mut attempt = 1;
        let mut finished = work.finished.clone();
        loop {
            self.lock.require_held().await?;
            let pid = session::prepare(&mut connection, work.target, self.settings).await?;
            let mut db = work.migrator(connection, self.settings, finished);
            let running = work.direction.call(&mut db, self.dependencies);
            let (outcome, blockers) = watched(self.lock, pid, running).await?;
            let error = match outcome {
                Ok(()) => return Ok(db),
                Err(error) => error,
            };
            let step = db.open_step();
            let steps_done = db.finished_steps();
            let returned = db.abandon().await;
            let file = work.revision.file.to_owned();
            let Some(returned) = returned.filter(|_| lock_was_not_available(error.as_ref())) else {
                return Err(RunError::Revision { file, step, steps_done, source: error });
            };
            if attempt >= self.settings.attempts {
                return Err(RunError::LockNotAvailable { file, attempts: attempt, blockers });
            }
            connection = returned;
            finished = steps_done;
            let pause = self.settings.pause(attempt);
            let revision = work.revision.id().to_owned();
            (self.listen)(Event::LockNotAvailable { revision, attempt, pause, blockers });
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }
}

/// Runs the work while the lock's connection keeps an eye on who is in its way.
pub(super) async fn watched(
    lock: &mut MigrationLock,
    pid: i32,
    work: impl Future<Output = RevisionResult<()>>,
) -> Result<(RevisionResult<()>, Vec<Blocker>), RunError> {
    let mut work = std::pin::pin!(work);
    let mut seen = Vec::new();
    loop {
        tokio::select! {
            biased;
            outcome = &mut work => return Ok((outcome, seen)),
            () = tokio::time::sleep(HEARTBEAT) => {}
        }
        let found = tokio::select! {
            biased;
            outcome = &mut work => return Ok((outcome, seen)),
            found = blockers(&mut lock.connection, pid) => found,
        };
        match found {
            Ok(found) if !found.is_empty() => seen = found,
            Ok(_) => {}
            Err(_) => return Err(RunError::LockLost),
        }
    }
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

//! One revision, tried until its locks can be had.

use std::time::Duration;

use sqlx::PgConnection;

use crate::revision::{
    Dependencies, Direction, Migrator, Result as RevisionResult, Revision, RevisionError,
};

use super::blocker::{Blocker, blockers};
use super::lock::MigrationLock;
use super::{Event, Listener, RunError, RunSettings};

/// A revision's work that is done but for the history.
pub(super) struct Worked {
    pub(super) migrator: Migrator,
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
    /// Runs a direction of a revision, again and again while a lock can't be had. `migrator` makes
    /// a fresh one for each attempt.
    pub(super) async fn run<M>(
        &mut self,
        revision: &Revision,
        direction: &Direction,
        mut connection: PgConnection,
        migrator: M,
    ) -> Result<Worked, RunError>
    where
        M: AsyncFn(PgConnection) -> Result<Migrator, RunError>,
    {
        let mut attempt = 1;
        loop {
            self.lock.require_held().await?;
            let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
                .fetch_one(&mut connection)
                .await
                .map_err(|source| RunError::Record { source })?;
            let mut db = migrator(connection).await?;
            let (outcome, blockers) =
                watched(self.lock, pid, (direction.call)(&mut db, self.dependencies)).await?;
            let error = match outcome {
                Ok(()) => return Ok(Worked { migrator: db }),
                Err(error) => error,
            };
            let step = db.open_step();
            let steps_done = db.finished_steps();
            let returned = db.abandon().await;
            let file = revision.file.to_owned();
            let Some(returned) = returned.filter(|_| lock_was_not_available(error.as_ref())) else {
                return Err(RunError::Revision { file, step, steps_done, source: error });
            };
            if attempt >= self.settings.attempts {
                return Err(RunError::LockNotAvailable { file, attempts: attempt, blockers });
            }
            connection = returned;
            let pause = self.settings.pause(attempt);
            let revision = revision.id().to_owned();
            (self.listen)(Event::LockNotAvailable { revision, attempt, pause, blockers });
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }
}

/// Runs the work while the lock's connection keeps an eye on who is in its way.
async fn watched(
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
fn lock_was_not_available(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let code = if let Some(error) = error.downcast_ref::<RevisionError>() {
        error.sql_state()
    } else if let Some(sqlx::Error::Database(error)) = error.downcast_ref::<sqlx::Error>() {
        error.code().map(std::borrow::Cow::into_owned)
    } else {
        None
    };
    matches!(code.as_deref(), Some("55P03" | "40P01"))
}

//! Runs a plan that no revision holds: under the same lock and timeouts, but without a history, so
//! that what is done is seen by comparing again.

use std::time::Instant;

use sqlx::PgConnection;

use crate::plan::{Plan, Step};
use crate::revision::run_step;
use crate::target::Target;

use super::attempt::{lock_was_not_available, watched};
use super::lock::MigrationLock;
use super::terminate::Patience;
use super::{Event, Listener, RunError, RunSettings, session};

/// Runs the steps of a plan one after the other, each again while its locks can't be had.
pub async fn apply_plan(
    plan: &Plan,
    target: &Target,
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<(), RunError> {
    let mut connection = session::open(target).await?;
    let lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    let mut run = Run { lock, target, settings, listen, done: Vec::new() };
    for (number, step) in (1..).zip(&plan.steps) {
        let begun = Instant::now();
        listen(Event::Started { revision: step.name.clone(), number, of: plan.steps.len() });
        connection = run.step(step, connection).await?;
        listen(Event::Finished { revision: step.name.clone(), elapsed: begun.elapsed() });
        run.done.push(step.name.clone());
    }
    session::leave(connection).await;
    run.lock.release().await;
    Ok(())
}

/// What every step needs.
struct Run<'a> {
    lock: MigrationLock,
    target: &'a Target,
    settings: &'a RunSettings,
    listen: Listener<'a>,
    /// Steps that are committed.
    done: Vec<String>,
}

impl Run<'_> {
    async fn step(
        &mut self,
        step: &Step,
        mut connection: PgConnection,
    ) -> Result<PgConnection, RunError> {
        let mut attempt = 1;
        let mut patience = Patience::new(self.settings, self.settings.lock_timeout);
        loop {
            let Self { target, settings, lock, .. } = self;
            // A message by itself: the server reads the next one by it.
            let plain = sqlx::raw_sql("SET standard_conforming_strings = on");
            let set = plain.execute(&mut connection).await;
            set.map_err(RunError::connect(target))?;
            let mut db = session::migrator(connection, "plan", target, settings, lock);
            let backend = db.backend();
            let running = run_step(&mut db, step);
            let (outcome, blockers) =
                watched(&mut self.lock, &backend, &mut patience, self.listen, running).await?;
            let error = match outcome {
                Ok(()) => {
                    return db.commit().await.map_err(|error| self.failed(step, error.into()));
                }
                Err(error) => error,
            };
            let returned = db.abandon().await;
            let Some(returned) = returned.filter(|_| lock_was_not_available(error.as_ref())) else {
                return Err(self.failed(step, error));
            };
            if attempt >= self.settings.attempts {
                let file = step.name.clone();
                return Err(RunError::LockNotAvailable { file, attempts: attempt, blockers });
            }
            connection = returned;
            let (revision, pause) = (step.name.clone(), self.settings.pause(attempt));
            (self.listen)(Event::LockNotAvailable { revision, attempt, pause, blockers });
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    fn failed(&self, step: &Step, source: Box<dyn std::error::Error + Send + Sync>) -> RunError {
        RunError::Step { step: step.name.clone(), steps_done: self.done.clone(), source }
    }
}

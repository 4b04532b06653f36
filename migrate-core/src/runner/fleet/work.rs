//! The work on one database: what tenants share, then several tenants at a time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;

use crate::runner::apply::apply_on;
use crate::runner::job::{Job, On};
use crate::runner::rollback::rollback_on;
use crate::runner::session::Connections;
use crate::runner::{AppliedRevision, Event, Goal, RunError};
use crate::target::{Database, Target};

use super::{FleetRun, Outcome, TargetReport, Way};

/// What is to be done on one database.
pub(super) struct Part<'a> {
    pub(super) database: &'a Database,
    pub(super) common: Option<&'a Target>,
    pub(super) tenants: Vec<&'a Target>,
}

/// One of several that take the next target of a database when they are done with one.
pub(super) struct Worker<'a> {
    run: &'a FleetRun<'a>,
    part: &'a Part<'a>,
    /// The next tenant.
    next: &'a Mutex<usize>,
    /// Whether the server is gone.
    is_gone: &'a AtomicBool,
    reports: &'a Mutex<Vec<TargetReport>>,
}

impl Worker<'_> {
    /// Does the work on one database and reports of its targets.
    pub(super) async fn run_part(run: &FleetRun<'_>, part: Part<'_>) -> Vec<TargetReport> {
        let (next, is_gone, reports) =
            (Mutex::new(0), AtomicBool::new(false), Mutex::new(Vec::new()));
        let worker = Worker { run, part: &part, next: &next, is_gone: &is_gone, reports: &reports };
        if let (Some(common), Some(job)) = (part.common, &run.common) {
            let mut connections = Connections::default();
            if worker.is_stopped() {
                worker.report(common, Outcome::NotBegun);
            } else if !worker.one(job, common, &Goal::Head, &mut connections).await {
                // No tenant can do without it.
                is_gone.store(true, Ordering::Relaxed);
            }
            connections.close().await;
        }
        let count = run.settings.parallel.clamp(1, part.tenants.len().max(1));
        join_all((0..count).map(|_| Box::pin(worker.work()))).await;
        reports.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one tenant after the other.
    async fn work(&self) {
        let mut connections = Connections::default();
        while let Some(tenant) = self.take() {
            if self.is_stopped() {
                self.report(tenant, Outcome::NotBegun);
            } else if !self.one(&self.run.tenants, tenant, self.run.goal, &mut connections).await {
                connections = Connections::default();
            }
        }
        connections.close().await;
    }

    fn take(&self) -> Option<&Target> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let tenant = self.part.tenants.get(*next).copied();
        *next += 1;
        tenant
    }

    fn is_stopped(&self) -> bool {
        self.run.stops.load(Ordering::Relaxed) || self.is_gone.load(Ordering::Relaxed)
    }

    /// Does the work on one target and says whether it succeeded. A server that is gone stops the
    /// work on its database, and a revision that fails all of it, unless it shall go on.
    async fn one(
        &self,
        job: &Job<'_>,
        target: &Target,
        goal: &Goal,
        connections: &mut Connections,
    ) -> bool {
        let done = Mutex::new(Vec::new());
        let listen = |event: Event| {
            if let Event::Finished { revision: id, elapsed } = &event {
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                done.push(AppliedRevision { id: id.clone(), elapsed: *elapsed });
            }
            (self.run.listen)(target, event);
        };
        let on = On { job, target, listen: &listen };
        let outcome = match self.run.way {
            Way::Apply => apply_on(on, connections, goal).await.map(|done| done.revisions),
            Way::Rollback => rollback_on(on, connections, goal).await.map(|done| done.revisions),
        };
        match outcome {
            Ok(revisions) => {
                self.report(target, Outcome::Done(revisions));
                true
            }
            Err(error) => {
                if is_connection_lost(&error) {
                    self.is_gone.store(true, Ordering::Relaxed);
                } else if !self.run.settings.keep_going {
                    self.run.stops.store(true, Ordering::Relaxed);
                }
                let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
                self.report(target, Outcome::Failed { error: Box::new(error), done });
                false
            }
        }
    }

    fn report(&self, target: &Target, outcome: Outcome) {
        let (database, schema) = (self.part.database.name.clone(), target.schema.clone());
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        (self.run.listen)(target, Event::Ended);
        reports.push(TargetReport { database, schema, outcome });
    }
}

/// Whether a run failed because its server is gone.
fn is_connection_lost(error: &RunError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let is_lost = match error.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Io(_)) => true,
            Some(sqlx::Error::Database(error)) => {
                matches!(error.code().as_deref(), Some("57P01" | "57P02" | "57P03"))
            }
            _ => matches!(
                error.downcast_ref::<RunError>(),
                Some(RunError::Connect { .. } | RunError::LockLost)
            ),
        };
        if is_lost {
            return true;
        }
        cause = error.source();
    }
    false
}

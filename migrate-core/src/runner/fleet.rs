//! One run over many targets: in each database what tenants share first, then the tenants, several
//! at a time, each with a lock, a history and transactions of its own.

mod lag;
mod preflight;
mod report;
mod required;
mod status;
mod work;

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;

use crate::revision::{Chain, Dependencies};
use crate::target::{Fleet, Target};

use super::goal::find;
use super::job::Job;
use super::{Event, Goal, GoalError, RunError, RunSettings};

pub use lag::Lag;
pub use preflight::Obstacle;
pub use report::{FleetError, FleetReport, Outcome, TargetReport};
pub use required::{Requirement, require_common, requirement};
pub use status::{TargetStatus, fleet_status};

use preflight::Preflight;
use work::{Part, Worker};

/// The chains of a fleet.
#[derive(Clone, Copy)]
pub struct Chains<'a> {
    /// The revisions of what tenants share.
    pub common: Option<&'a Chain>,
    /// The revisions of each tenant.
    pub tenants: &'a Chain,
}

/// How a run goes over its targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetSettings {
    /// How many targets of each database at once.
    pub parallel: usize,
    /// Whether the run goes on after a target failed.
    pub keep_going: bool,
    /// How many targets come first; the others only where these succeed.
    pub canary: usize,
    /// Whether tenants that an earlier run left behind are brought to where the others are.
    pub heal: bool,
}

impl Default for FleetSettings {
    fn default() -> Self {
        Self { parallel: 1, keep_going: false, canary: 0, heal: false }
    }
}

/// Whoever wants to hear of events on many targets.
pub type FleetListener<'a> = &'a (dyn Fn(&Target, Event) + Send + Sync);

/// What is done on every target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Apply,
    Rollback,
}

/// A run over a fleet.
struct FleetRun<'a> {
    way: Way,
    common: Option<Job<'a>>,
    tenants: Job<'a>,
    goal: &'a Goal,
    settings: FleetSettings,
    listen: FleetListener<'a>,
    /// Whether no further target is begun, since one failed.
    stops: AtomicBool,
}

/// Applies pending revisions on every target.
pub async fn apply_fleet(
    fleet: &Fleet,
    chains: Chains<'_>,
    dependencies: &Dependencies,
    goal: &Goal,
    run: &RunSettings,
    settings: FleetSettings,
    listen: FleetListener<'_>,
) -> Result<FleetReport, FleetError> {
    let common = chains.common.map(|chain| Job::new(chain, dependencies, run)).transpose()?;
    let tenants = Job::new(chains.tenants, dependencies, run)?;
    let jobs: Vec<&Job<'_>> = common.iter().chain([&tenants]).collect();
    for job in &jobs {
        job.require_dependencies()?;
    }
    for accepted in &run.accepted_checksums {
        let all: Vec<_> = jobs.iter().flat_map(|job| job.ordered.iter().copied()).collect();
        // Either chain may have it, and both may have one of its number.
        match find(&all, accepted) {
            Err(GoalError::Ambiguous { .. }) | Ok(_) => {}
            Err(error) => return Err(RunError::from(error).into()),
        }
    }
    let stops = AtomicBool::new(false);
    let way = Way::Apply;
    FleetRun { way, common, tenants, goal, settings, listen, stops }.run(fleet).await
}

/// Takes revisions back on every tenant; what tenants share stays.
pub async fn rollback_fleet(
    fleet: &Fleet,
    chain: &Chain,
    dependencies: &Dependencies,
    goal: &Goal,
    run: &RunSettings,
    settings: FleetSettings,
    listen: FleetListener<'_>,
) -> Result<FleetReport, FleetError> {
    let tenants = Job::new(chain, dependencies, run)?;
    let (way, common, stops) = (Way::Rollback, None, AtomicBool::new(false));
    FleetRun { way, common, tenants, goal, settings, listen, stops }.run(fleet).await
}

impl FleetRun<'_> {
    async fn run(mut self, fleet: &Fleet) -> Result<FleetReport, FleetError> {
        let preflights = self.preflight(fleet).await?;
        let (canaries, others) = self.parts(fleet, &preflights);
        let mut reports = self.work(canaries).await;
        if reports.iter().any(|report| report.outcome.is_failure()) {
            self.stops.store(true, Ordering::Relaxed);
        }
        reports.extend(self.work(others).await);
        Ok(FleetReport::in_order(fleet, reports))
    }

    /// Each database by itself, all of them at once.
    async fn work(&self, parts: Vec<Part<'_>>) -> Vec<TargetReport> {
        let running = parts.into_iter().map(|part| Worker::run_part(self, part));
        join_all(running).await.into_iter().flatten().collect()
    }

    /// What is to be done on each database: first on the canaries, then on the others. Targets
    /// with nothing to do are in neither.
    fn parts<'a>(
        &self,
        fleet: &'a Fleet,
        preflights: &[Preflight],
    ) -> (Vec<Part<'a>>, Vec<Part<'a>>) {
        let mut left = self.settings.canary;
        let (mut canaries, mut others) = (Vec::new(), Vec::new());
        for (database, preflight) in fleet.databases.iter().zip(preflights) {
            let common = database.common.as_ref().filter(|_| preflight.common_is_pending);
            let pending = database.tenants.iter().zip(&preflight.tenants_are_pending);
            let mut pending: Vec<&Target> =
                pending.filter(|(_, is_pending)| **is_pending).map(|(tenant, _)| tenant).collect();
            let rest = pending.split_off(left.min(pending.len()));
            left -= pending.len();
            match pending.is_empty() {
                true => others.push(Part { database, common, tenants: rest }),
                false => {
                    canaries.push(Part { database, common, tenants: pending });
                    others.push(Part { database, common: None, tenants: rest });
                }
            }
        }
        (canaries, others)
    }
}

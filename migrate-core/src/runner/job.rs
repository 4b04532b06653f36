//! What a run does on each of its targets, and what a worker needs for it.

use std::time::{SystemTime, UNIX_EPOCH};

use sqlx::PgConnection;

use crate::history::RunMark;
use crate::revision::{Chain, ChainError, Dependencies, Revision};
use crate::target::Target;

use super::lock::MigrationLock;
use super::session::Connections;
use super::{Listener, RunError, RunSettings, Serves};

/// What a run does on each of its targets.
pub(super) struct Job<'a> {
    /// The chain, from first to last.
    pub(super) ordered: Vec<&'a Revision>,
    pub(super) dependencies: &'a Dependencies,
    pub(super) settings: &'a RunSettings,
    pub(super) mark: RunMark,
}

impl<'a> Job<'a> {
    pub(super) fn new(
        chain: &'a Chain,
        dependencies: &'a Dependencies,
        settings: &'a RunSettings,
    ) -> Result<Self, ChainError> {
        let mark = RunMark {
            id: run_id(settings.serves),
            installed_by: settings.installed_by.clone(),
            has_hooks_after_all: !settings.hooks.after_all.is_empty(),
        };
        Ok(Self { ordered: chain.ordered()?, dependencies, settings, mark })
    }

    /// Refuses to begin where a revision takes what nobody provides.
    pub(super) fn require_dependencies(&self) -> Result<(), RunError> {
        for revision in &self.ordered {
            revision.up.check(self.dependencies).map_err(RunError::dependency(revision))?;
        }
        Ok(())
    }
}

/// A job on one target, which is told of to somebody.
#[derive(Clone, Copy)]
pub(super) struct On<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) target: &'a Target,
    pub(super) listen: Listener<'a>,
}

impl On<'_> {
    /// The target's lock, and a session on it, from the connections of a worker.
    pub(super) async fn begin(
        self,
        connections: &mut Connections,
    ) -> Result<(MigrationLock, PgConnection), RunError> {
        let patience = self.job.settings.wait_for_other_run;
        let kept = connections.lock.take();
        let lock = MigrationLock::acquire_on(kept, self.target, patience, self.listen).await?;
        Ok((lock, connections.work(self.target).await?))
    }
}

/// What the ids of runs over picked tenants end in.
const PICKED: &str = "-picked";

/// Tells runs apart: the time in microseconds, the process, and which tenants are served.
fn run_id(serves: Serves) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let end = match serves {
        Serves::All => "",
        Serves::Picked => PICKED,
    };
    format!("{}-{}{end}", since.as_micros(), std::process::id())
}

/// Whether a run was over all tenants.
pub(super) fn serves_all(run: &str) -> bool {
    !run.ends_with(PICKED)
}

//! How long the runner waits and how often it tries.

use std::time::Duration;

use crate::revision::Header;

use super::Hooks;

/// Timeouts and retries of a run.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// How long a statement waits for a lock before the revision is rolled back and tried again,
    /// so that the application's queries don't queue behind it.
    pub lock_timeout: Duration,
    /// How long a statement may run; zero for as long as it takes.
    pub statement_timeout: Duration,
    /// How often a revision is tried when a lock can't be had.
    pub attempts: u32,
    /// The pause after the first failed attempt; it doubles, up to 30 seconds.
    pub backoff: Duration,
    /// How long to wait for another run of this tool on the same target.
    pub wait_for_other_run: Duration,
    /// Revisions whose changed checksum is accepted.
    pub accepted_checksums: Vec<String>,
    /// Who the history says applied it; the role that did, where nobody is named.
    pub installed_by: Option<String>,
    /// How long a session may be in the way before it is ended; never, where it isn't said.
    pub terminate_blockers_after: Option<Duration>,
    /// Roles and application names whose sessions are never ended, with `*` for any part.
    pub terminate_blockers_except: Vec<String>,
    /// What runs before and after revisions.
    pub hooks: Hooks,
    /// Which of the tenants are served.
    pub serves: Serves,
}

/// Which of all tenants a run serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Serves {
    /// All of them: one that is left behind is behind the others.
    #[default]
    All,
    /// Some that were picked; what was interrupted before stays so for the others.
    Picked,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(2),
            statement_timeout: Duration::ZERO,
            attempts: 10,
            backoff: Duration::from_millis(500),
            wait_for_other_run: Duration::from_mins(10),
            accepted_checksums: Vec::new(),
            installed_by: None,
            terminate_blockers_after: None,
            terminate_blockers_except: Vec::new(),
            hooks: Hooks::default(),
            serves: Serves::All,
        }
    }
}

impl RunSettings {
    /// The pause after a failed attempt, counted from 1.
    pub(super) fn pause(&self, attempt: u32) -> Duration {
        let doubled = self.backoff.saturating_mul(1 << (attempt - 1).min(16));
        doubled.min(Duration::from_secs(30))
    }

    /// The settings for a session or a transaction.
    pub(super) fn timeouts(&self, set: &str) -> String {
        format!(
            "{set} lock_timeout = {}; {set} statement_timeout = {}; {set} idle_in_transaction_session_timeout = 0",
            self.lock_timeout.as_millis(),
            self.statement_timeout.as_millis()
        )
    }

    /// What a revision says of its own timeouts, each with a semicolon before it.
    pub(super) fn own_timeouts(header: &Header, set: &str) -> String {
        let timeouts = [
            ("lock_timeout", header.lock_timeout),
            ("statement_timeout", header.statement_timeout),
        ];
        let said = timeouts.into_iter().filter_map(|(name, timeout)| Some((name, timeout?)));
        said.map(|(name, timeout)| format!("; {set} {name} = {}", timeout.as_millis())).collect()
    }
}

//! How long the runner waits and how often it tries.

use std::time::Duration;

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
}

//! What a run tells while it works.

use std::time::Duration;

use super::{Blocker, Ending};

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// Another run holds the lock.
    WaitingForOtherRun,
    /// What `dev sync` made beyond the revisions was taken back.
    SyncTakenBack,
    /// A revision begins, as one of several.
    Started { revision: String, number: usize, of: usize },
    /// A lock could not be had; the revision was rolled back and is tried again.
    LockNotAvailable { revision: String, attempt: u32, pause: Duration, blockers: Vec<Blocker> },
    /// Something was done about a session that was in the way for too long.
    BlockerEnded { blocker: Blocker, ending: Ending },
    /// Hooks were run that an earlier run owed.
    OwedHooksRan,
    /// A target is done with.
    Ended,
    /// A revision is done.
    Finished { revision: String, elapsed: Duration },
    /// What has gone with a revision that was taken back, and the rows and values in it.
    Lost { what: Vec<String> },
}

/// Whoever wants to hear of events.
pub type Listener<'a> = &'a (dyn Fn(Event) + Send + Sync);

//! Exit codes.

use migrate_core::history::HistoryError;
use migrate_core::runner::RunError;

/// All is well.
pub const FINE: u8 = 0;
/// Something failed.
pub const ERROR: u8 = 1;
/// There are differences, or pending revisions.
pub const DIFFERENCES: u8 = 2;
/// The database is ahead of this program.
pub const DATABASE_AHEAD: u8 = 3;

/// The exit code of an error.
pub(crate) fn of(error: &anyhow::Error) -> u8 {
    match error.downcast_ref() {
        Some(RunError::History(HistoryError::DatabaseAhead { .. })) => DATABASE_AHEAD,
        _ => ERROR,
    }
}

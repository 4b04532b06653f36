//! Exit codes.

/// All is well.
pub const FINE: u8 = 0;
/// Something failed.
pub const ERROR: u8 = 1;
/// There are differences, or pending revisions.
pub const DIFFERENCES: u8 = 2;
/// The database is ahead of this program.
pub const DATABASE_AHEAD: u8 = 3;

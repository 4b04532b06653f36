//! The history table of a target: what was applied, by whom, when, and with which SQL.

mod present;
mod record;
mod state;
mod survey;
mod synced;
mod table;
mod target;

pub use present::Present;
pub use record::{Record, RecordState};
pub use state::{HistoryError, State, compare};
pub use survey::{Columns, History, connections_of_use, survey};
pub use synced::{Synced, SyncedTable};
pub use table::{HistoryTable, KeptSql, Outcome, Resolution, RunMark, TakenOver};

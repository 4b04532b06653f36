//! Applies and rolls back: under one lock, with retries, each revision in its own transaction or
//! its steps. Nothing here prints; what happens is told as events and reports.

mod apply;
mod apply_plan;
mod attempt;
mod baseline;
mod blocker;
mod error;
mod event;
mod finished_steps;
mod fleet;
mod goal;
mod handover;
mod hook_run;
mod hooks;
mod job;
mod kept;
mod lock;
mod loss;
mod pending;
mod pooler;
mod record_sql;
mod resolve;
mod rollback;
mod rows_in_the_way;
mod session;
mod settings;
mod status;
mod switch;
mod synced;
mod take_over;
mod terminate;

pub use apply::{Applied, AppliedRevision, apply};
pub use apply_plan::apply_plan;
pub use baseline::{baseline, baseline_revisions, check_baseline, clean, history_to_clean};
pub use blocker::{Blocker, Ending, matches_pattern};
pub use error::RunError;
pub use event::{Event, Listener};
pub use fleet::{
    Chains, FleetError, FleetListener, FleetReport, FleetSettings, Lag, Obstacle, Outcome,
    Requirement, TargetReport, TargetStatus, apply_fleet, fleet_status, require_common,
    requirement, rollback_fleet,
};
pub use goal::{Goal, GoalError};
pub use hooks::{Hook, Hooks, RustHook};
pub use kept::kept_script;
pub use lock::MigrationLock;
pub use loss::{CountedLoss, Permission, UnknownPermission, count_losses, refused};
pub use pending::{pending_sql, rollback_sql};
pub use record_sql::{PendingSql, record_sql};
pub use resolve::resolve;
pub use rollback::{RolledBack, rollback};
pub use rows_in_the_way::rows_in_the_way;
#[cfg(feature = "generate")]
pub(crate) use session::migrator;
pub use settings::{RunSettings, Serves};
pub use status::{RevisionStatus, Status, status};
pub use switch::{ToSwitch, switch, to_switch};
pub use synced::{adopt_synced, synced, undo_synced};
pub use take_over::take_over;

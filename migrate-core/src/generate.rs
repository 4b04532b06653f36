//! From models and revisions to a proved revision: both sides are built on scratch databases, read
//! back, compared, planned, and the plan is run there before anything is written.

mod agreement;
mod carried;
mod desired;
mod draft;
mod drift;
mod error;
mod files;
mod guard;
mod proof;
mod renamed;
mod replay;
mod restate;
mod rows;
mod scratch;
mod share;
mod sync;
mod sync_step;
mod values;
mod way_back;

pub use agreement::Agreement;
pub(crate) use desired::{build as build_models, rebuild};
pub use draft::{Comparison, Draft, DraftSettings, Outcome, Sources, compare, draft};
pub use drift::{Drift, drift, drift_from};
pub use error::GenerateError;
pub use files::{FileError, RevisionFile, RevisionFolder, slug};
pub(crate) use renamed::{Renamed, rename};
pub(crate) use replay::missing_role;
pub use replay::replay;
pub(crate) use restate::{differing_expressions, settle};
pub use scratch::Scratch;
pub(crate) use scratch::{connect, read, run, scope};
pub use share::share;
pub use sync::{SyncDraft, is_synced_to, sync_draft};
pub use sync_step::{SyncStep, run_sync};
pub(crate) use values::notes;

//! Revisions: their header, their chain, and the verbs that `up` and `down` are written with.
//!
//! A revision file begins with `use migrate_core::revision::*;`. A verb builds the same action that
//! a plan holds, so generated and hand-written revisions run one path.

mod alter_composite;
mod alter_table;
mod backfill;
mod batch;
mod chain;
mod checksum;
mod column;
mod concurrent_index;
mod constraint;
mod create_table;
mod current_schema;
mod detached_partition;
mod direction;
mod domain;
mod error;
mod excerpt;
mod execute;
mod header;
mod index;
mod inject;
mod migrator;
mod on;
mod place;
mod plan_run;
mod replace_enum;
mod role;
mod run;
mod sequence;
mod setup;
mod sql_chain;
mod sql_file_error;
mod sql_name;
mod sql_options;
mod sql_script;
mod sql_statement;
mod step;
mod verbs;

pub use crate::catalog::{Deferrable, QualifiedName, ReplicaIdentity};
pub use alter_composite::AlterComposite;
pub use alter_table::AlterTable;
pub(crate) use batch::{BACKEND, IS_HELD};
pub use chain::{Chain, ChainError, Revision};
#[cfg(feature = "generate")]
pub(crate) use chain::{Link, order};
pub(crate) use checksum::sql_tokens;
pub use checksum::{checksum, sql_checksum};
pub use column::{Column, Identity};
pub use constraint::{Constraint, ForeignKeyAction};
pub use create_table::CreateTable;
pub use direction::{BoxFuture, Direction, MissingDependency, RevisionFn, RustDirection, refused};
pub use domain::Domain;
pub use error::{Result, RevisionError};
pub use execute::Execute;
pub use header::{
    Allowance, Header, RunAs, drops_attribute, drops_column, drops_schema, drops_sequence,
    drops_table, recomputes_column,
};
pub use index::{Index, IndexElement};
pub use inject::{Dependencies, Inject};
pub use migrator::{Executed, Finish, Journal, Migrator, Work};
pub use on::On;
pub(crate) use plan_run::run_step;
pub use plan_run::{record_plan, run_plan};
#[cfg(feature = "generate")]
pub(crate) use plan_run::{record_plan_from, run_plan_with};
pub(crate) use replace_enum::{LabelCount, counts_of_lost_labels};
pub use replace_enum::{ReplaceEnum, RequireUnusedLabels};
pub use run::{AddEnumValue, Run};
#[cfg(feature = "generate")]
pub(crate) use run::{allowance_text, attribute_allowance_text};
pub use sequence::Sequence;
pub use sql_chain::SqlFile;
pub use sql_file_error::SqlFileError;
pub use sql_name::description_of_id;
pub(crate) use sql_name::{number, number_of_id};
pub use sql_script::SqlScript;

//! Actions as SQL.
//!
//! Statements are built from names, types and expressions, never from a whole deparsed definition,
//! so that the target schema stays out of them.

mod clause;
mod column;
mod comment;
mod composite;
mod constraint;
mod enums;
mod index;
pub(crate) mod not_null_names;
mod sequence;
pub(crate) mod split;
mod statement;
mod table;
mod values;

pub use clause::quoted;
pub use constraint::constraint_clause;
pub(crate) use enums::held_labels;
pub use index::create_index;
pub use statement::statements;
pub use values::with_values;

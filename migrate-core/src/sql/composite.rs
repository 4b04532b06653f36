//! Composite types.

use crate::catalog::{Composite, QualifiedName};
use crate::plan::AttributeChange;

use super::clause::comma_separated;

/// `CREATE TYPE … AS (…)`.
pub(super) fn create(name: &QualifiedName, composite: &Composite) -> String {
    let attributes = composite.attributes.iter().map(|(name, ty)| format!("{name} {ty}"));
    format!("CREATE TYPE {name} AS ({})", comma_separated(attributes))
}

/// `ALTER TYPE` with all changes.
pub(super) fn alter(name: &QualifiedName, changes: &[AttributeChange]) -> String {
    format!("ALTER TYPE {name} {}", comma_separated(changes.iter().map(change)))
}

fn change(change: &AttributeChange) -> String {
    match change {
        AttributeChange::Add { name, sql_type } => {
            format!("ADD ATTRIBUTE {name} {sql_type} CASCADE")
        }
        // A view over a typed table would go with it.
        AttributeChange::Drop { name } => format!("DROP ATTRIBUTE {name}"),
        AttributeChange::SetType { name, sql_type } => {
            format!("ALTER ATTRIBUTE {name} TYPE {sql_type} CASCADE")
        }
    }
}

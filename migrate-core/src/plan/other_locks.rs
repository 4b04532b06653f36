//! Locks on tables that an action doesn't speak of by itself: those that a foreign key references,
//! and those that an index or trigger is on.

use crate::catalog::{Ident, ObjectKey, QualifiedName};

use super::hazard::{Hazard, Lock, lock};
use super::{Action, IndexBuild, Made, TableChange};

/// The locks on tables that were there before.
pub(super) fn other_locks(action: &Action, new: &Made) -> Vec<Hazard> {
    let mut locked = match action {
        Action::DropTable { name } => referenced(name, |_, _| true, new),
        Action::AlterTable { table, changes } => {
            let each = changes.iter().map(|change| match change {
                TableChange::DropConstraint { name } => {
                    referenced(table, |key, _| is_called(key, name), new)
                }
                TableChange::DropColumn { name } => {
                    referenced(table, |_, columns| columns.contains(name), new)
                }
                _ => Vec::new(),
            });
            each.flatten().collect()
        }
        Action::DropIndex { name, build } => {
            let lock = match build {
                IndexBuild::Plain => Lock::AccessExclusive,
                IndexBuild::Concurrently => Lock::ShareUpdateExclusive,
            };
            new.indexed_table(name).map(|table| (table, lock)).into_iter().collect()
        }
        Action::CreateDependent { key, .. } => of_dependent(key, Change::Create),
        Action::DropDependent { key, .. } => of_dependent(key, Change::Drop),
        _ => Vec::new(),
    };
    locked.retain(|(table, _)| !new.table(table));
    locked.into_iter().map(|(table, strength)| lock(table, strength)).collect()
}

/// The tables at the other end of foreign keys that go, whose triggers go with them.
fn referenced<'a>(
    table: &QualifiedName,
    is_going: impl Fn(&ObjectKey, &[Ident]) -> bool,
    new: &'a Made,
) -> Vec<(&'a QualifiedName, Lock)> {
    let tables = new.referenced_by(table, is_going).into_iter();
    tables.map(|table| (table, Lock::AccessExclusive)).collect()
}

fn is_called(key: &ObjectKey, wanted: &Ident) -> bool {
    matches!(key, ObjectKey::Constraint { name, .. } if name == wanted)
}

#[derive(Clone, Copy)]
enum Change {
    Create,
    Drop,
}

fn of_dependent(key: &ObjectKey, change: Change) -> Vec<(&QualifiedName, Lock)> {
    let lock = match (key, change) {
        (ObjectKey::Trigger { .. }, Change::Create) => Lock::ShareRowExclusive,
        (ObjectKey::Statistics { .. }, _) => Lock::ShareUpdateExclusive,
        (
            ObjectKey::Trigger { .. }
            | ObjectKey::Policy { .. }
            | ObjectKey::Rule { .. }
            | ObjectKey::RowSecurity { .. },
            _,
        ) => Lock::AccessExclusive,
        _ => return Vec::new(),
    };
    key.table().map(|table| (table, lock)).into_iter().collect()
}

//! Neighbouring changes of one table become one `ALTER TABLE`, so that the table is locked and
//! rewritten once.

use crate::catalog::{ConstraintKind, Ident};

use super::sort::Placed;
use super::toast::is_toast;
use super::{Action, TableChange};

/// Joins neighbours.
pub(super) fn merge(placed: Vec<Placed>) -> Vec<Placed> {
    let mut merged: Vec<Placed> = Vec::with_capacity(placed.len());
    for next in placed {
        let Some(last) = merged.last_mut() else {
            merged.push(next);
            continue;
        };
        match (&mut last.action, next) {
            (
                Action::AlterTable { table, changes },
                Placed { action: Action::AlterTable { table: same, changes: more }, stage },
            ) if *table == same
                && last.stage == stage
                && changes.iter().chain(&more).all(can_share_a_statement)
                && !retype_the_same(changes, &more)
                && !persist_with_another(changes, &more)
                && !leave_an_identity(changes, &more)
                && !drop_a_proof(changes, &more)
                && !drop_a_placeholder(changes, &more) =>
            {
                changes.extend(more);
            }
            (_, next) => merged.push(next),
        }
    }
    merged
}

/// Whether both give a column a type: the second converts what the first has made. So it does where
/// an identity gets the bounds that its smaller type needs, or goes before a type that can have
/// none, of which PostgreSQL asks before it runs any clause.
fn retype_the_same(changes: &[TableChange], more: &[TableChange]) -> bool {
    let prepared = |change: &TableChange| match change {
        TableChange::SetType { column, .. }
        | TableChange::AlterIdentity { column, .. }
        | TableChange::DropIdentity { column } => Some(column.clone()),
        _ => None,
    };
    let retyped = |change: &TableChange| match change {
        TableChange::SetType { column, .. } => Some(column.clone()),
        _ => None,
    };
    changes
        .iter()
        .filter_map(prepared)
        .any(|column| more.iter().filter_map(retyped).any(|other| other == column))
}

/// Whether a table becomes logged or unlogged beside what it does so with: PostgreSQL looks at the
/// foreign keys and sequences that are there before it runs any clause.
fn persist_with_another(changes: &[TableChange], more: &[TableChange]) -> bool {
    let persists =
        |change: &TableChange| matches!(change, TableChange::SetLogged | TableChange::SetUnlogged);
    let is_with = |change: &TableChange| match change {
        TableChange::DropConstraint { .. }
        | TableChange::DropColumn { .. }
        | TableChange::AddIdentity { .. }
        | TableChange::DropIdentity { .. } => true,
        TableChange::AddColumn { column } => column.column.identity.is_some(),
        _ => false,
    };
    let all = || changes.iter().chain(more);
    all().any(persists) && all().any(is_with)
}

/// Whether a column may be null that the replica identity was on: PostgreSQL sets the identity last.
fn leave_an_identity(changes: &[TableChange], more: &[TableChange]) -> bool {
    let leaves = |change: &TableChange| matches!(change, TableChange::SetReplicaIdentity { .. });
    let frees = |change: &TableChange| matches!(change, TableChange::DropNotNull { .. });
    changes.iter().any(leaves) && more.iter().any(frees)
}

/// Whether a column is required beside the end of a check, which may be what proves it: PostgreSQL
/// drops first, and would read all rows under its lock.
fn drop_a_proof(changes: &[TableChange], more: &[TableChange]) -> bool {
    let requires = |change: &TableChange| matches!(change, TableChange::SetNotNull { .. });
    let drops = |change: &TableChange| matches!(change, TableChange::DropConstraint { .. });
    let all = || changes.iter().chain(more);
    all().any(requires) && all().any(drops)
}

/// Whether a column that is added loses its default again: PostgreSQL drops first.
fn drop_a_placeholder(changes: &[TableChange], more: &[TableChange]) -> bool {
    let added = |change: &TableChange| match change {
        TableChange::AddColumn { column } => Some(column.name.clone()),
        _ => None,
    };
    let added: Vec<Ident> = changes.iter().filter_map(added).collect();
    let drops = |change: &TableChange| match change {
        TableChange::DropDefault { column } => added.contains(column),
        _ => false,
    };
    more.iter().any(drops)
}

/// A validation takes a weaker lock than its neighbours, and a foreign key locks two tables; a
/// generated column that becomes plain has to be so before its type can change, and what is set of a
/// table's long values needs the column that has them.
fn can_share_a_statement(change: &TableChange) -> bool {
    match change {
        TableChange::ValidateConstraint { .. }
        | TableChange::DropExpression { .. }
        | TableChange::SetDeferrable { .. }
        | TableChange::SetTablespace { .. }
        | TableChange::SetAccessMethod { .. } => false,
        TableChange::SetOptions { options } => !options.keys().any(|name| is_toast(name)),
        TableChange::AddConstraint { constraint, .. } => {
            !matches!(constraint.kind, ConstraintKind::ForeignKey { .. })
        }
        _ => true,
    }
}

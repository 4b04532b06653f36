//! How many relations an action locks until its transaction ends.
//!
//! The lock table of a server has room for `max_locks_per_transaction` times `max_connections`,
//! 6,400 by default, for all transactions together; one that needs more fails.

use crate::catalog::{Constraint, ConstraintKind};

use super::{Action, TableChange};

/// What one transaction may lock: about half of what a server has by default.
pub(super) const BUDGET: usize = 3000;

/// An estimate that is rather too high than too low.
pub(super) fn locks(action: &Action) -> usize {
    match action {
        // The table, what holds its long values, and the index of that.
        Action::CreateTable { definition, .. } => {
            let identities = definition.columns.iter().filter(|one| one.column.identity.is_some());
            let constraints = definition.constraints.iter().map(|(_, one)| of_constraint(one));
            3 + identities.count() + constraints.sum::<usize>()
        }
        // What it has is not known here.
        Action::DropTable { .. } => 8,
        Action::AlterTable { changes, .. } => 3 + changes.iter().map(of_change).sum::<usize>(),
        Action::ReplaceEnum { columns, .. } => 2 + 6 * columns.len(),
        Action::CreateIndex { .. } | Action::DropIndex { .. } => 2,
        _ => 1,
    }
}

fn of_change(change: &TableChange) -> usize {
    match change {
        TableChange::AddConstraint { constraint, .. } => of_constraint(constraint),
        _ => 1,
    }
}

fn of_constraint(constraint: &Constraint) -> usize {
    match constraint.kind {
        ConstraintKind::ForeignKey { .. } => 2,
        ConstraintKind::PrimaryKey { .. }
        | ConstraintKind::Unique { .. }
        | ConstraintKind::Exclusion { .. } => 1,
        ConstraintKind::Check { .. } => 0,
    }
}

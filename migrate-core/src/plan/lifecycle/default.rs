//! Defaults of columns.

use crate::catalog::{Expression, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, PlanError, TableChange};

use super::DbObject;

impl DbObject for Expression {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Default { table, column } = key {
            let change = TableChange::SetDefault { column: column.clone(), default: self.clone() };
            draft.push(Node::creating(Action::alter(table, change), key));
        }
        Ok(())
    }

    /// `SET DEFAULT` replaces what is there.
    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        pair.desired.create(key, draft)
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Default { table, column } = key {
            let change = TableChange::DropDefault { column: column.clone() };
            draft.push(Node::destroying(Action::alter(table, change), key));
        }
    }
}

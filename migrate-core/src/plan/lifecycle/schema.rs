//! Schemas.

use crate::catalog::ObjectKey;
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, PlanError};

use super::DbObject;

/// A schema has nothing but its name.
pub(super) struct Schema;

impl DbObject for Schema {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Schema { name } = key {
            draft.push(Node::creating(Action::CreateSchema { name: name.clone() }, key));
        }
        Ok(())
    }

    fn migrate(_: Pair<'_, Self>, _: &ObjectKey, _: &mut Draft<'_>) -> Result<(), PlanError> {
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Schema { name } = key {
            draft.push(Node::destroying(Action::DropSchema { name: name.clone() }, key));
        }
    }
}

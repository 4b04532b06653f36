//! Extensions.

use crate::catalog::{Extension, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, PlanError};

use super::DbObject;

impl DbObject for Extension {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Extension { name } = key {
            let action = Action::CreateExtension { name: name.clone(), extension: self.clone() };
            draft.push(Node::creating(action, key));
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        if let ObjectKey::Extension { name } = key {
            let schema = pair.desired.schema.clone();
            let action = Action::MoveExtension { name: name.clone(), schema };
            draft.push(Node::changing(action, key));
        }
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Extension { name } = key {
            draft.push(Node::destroying(Action::DropExtension { name: name.clone() }, key));
        }
    }
}

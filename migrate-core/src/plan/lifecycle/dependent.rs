//! Objects that are known by their definition.

use crate::catalog::{Dependent, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, PlanError};

use super::DbObject;

impl DbObject for Dependent {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        let action = Action::CreateDependent { key: key.clone(), statements: self.create.clone() };
        draft.push(Node::creating(action, key));
        Ok(())
    }

    fn migrate(_: Pair<'_, Self>, _: &ObjectKey, _: &mut Draft<'_>) -> Result<(), PlanError> {
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        let action = Action::DropDependent { key: key.clone(), statement: self.drop.clone() };
        // It protects or serves until the moment in which it has to go.
        draft.push(Node::destroying(action, key).late());
    }

    fn must_be_recreated(_: Pair<'_, Self>) -> bool {
        true
    }
}

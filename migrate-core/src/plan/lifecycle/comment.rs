//! Comments.

use crate::catalog::ObjectKey;
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, PlanError};

use super::DbObject;

impl DbObject for String {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Comment { on } = key {
            let action = Action::SetComment { on: on.as_ref().clone(), text: Some(self.clone()) };
            draft.push(Node::creating(action, key));
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        pair.desired.create(key, draft)
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Comment { on } = key {
            let action = Action::SetComment { on: on.as_ref().clone(), text: None };
            draft.push(Node::destroying(action, key));
        }
    }
}

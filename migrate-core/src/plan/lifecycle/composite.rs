//! Composite types.

use crate::catalog::{Composite, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, AttributeChange, PlanError};

use super::DbObject;

impl DbObject for Composite {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Composite { name } = key {
            let action = Action::CreateComposite { name: name.clone(), definition: self.clone() };
            draft.push(Node::creating(action, key));
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        if let ObjectKey::Composite { name } = key {
            let changes = attribute_changes(pair);
            draft.push(Node::changing(Action::AlterComposite { name: name.clone(), changes }, key));
        }
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Composite { name } = key {
            draft.push(Node::destroying(Action::DropType { name: name.clone() }, key));
        }
    }
}

fn attribute_changes(pair: Pair<'_, Composite>) -> Vec<AttributeChange> {
    let find = |composite: &'_ Composite, wanted: &_| {
        let found = composite.attributes.iter().find(|(name, _)| name == wanted);
        found.map(|(_, sql_type)| sql_type.clone())
    };
    let dropped =
        pair.current.attributes.iter().filter(|(name, _)| find(pair.desired, name).is_none());
    let dropped = dropped.map(|(name, _)| AttributeChange::Drop { name: name.clone() });
    let kept = pair.desired.attributes.iter().filter_map(|(name, sql_type)| {
        let (name, sql_type) = (name.clone(), sql_type.clone());
        match find(pair.current, &name) {
            None => Some(AttributeChange::Add { name, sql_type }),
            Some(current) if current != sql_type => {
                Some(AttributeChange::SetType { name, sql_type })
            }
            Some(_) => None,
        }
    });
    dropped.chain(kept).collect()
}

//! Composite types.

use crate::catalog::{Composite, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::type_replacement::attribute;
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

/// Whether `ALTER TYPE` leads there: it adds at the end only, and retypes no attribute of a type
/// that something is built on.
pub(in crate::plan) fn can_change_in_place(pair: Pair<'_, Composite>, in_use: bool) -> bool {
    let changes = attribute_changes(pair);
    let retypes = changes.iter().any(|one| matches!(one, AttributeChange::SetType { .. }));
    let kept = pair.current.attributes.iter().map(|(name, _)| name);
    let kept = kept.filter(|name| attribute(pair.desired, name).is_some());
    let added = pair.desired.attributes.iter().map(|(name, _)| name);
    let added = added.filter(|name| attribute(pair.current, name).is_none());
    let reached: Vec<_> = kept.chain(added).collect();
    let wanted: Vec<_> = pair.desired.attributes.iter().map(|(name, _)| name).collect();
    reached == wanted && !(retypes && in_use)
}

fn attribute_changes(pair: Pair<'_, Composite>) -> Vec<AttributeChange> {
    let dropped =
        pair.current.attributes.iter().filter(|(name, _)| attribute(pair.desired, name).is_none());
    let dropped = dropped.map(|(name, _)| AttributeChange::Drop { name: name.clone() });
    let kept = pair.desired.attributes.iter().filter_map(|(name, sql_type)| {
        let (name, sql_type) = (name.clone(), sql_type.clone());
        match attribute(pair.current, &name) {
            None => Some(AttributeChange::Add { name, sql_type }),
            Some(current) if current != sql_type => {
                Some(AttributeChange::SetType { name, sql_type })
            }
            Some(_) => None,
        }
    });
    dropped.chain(kept).collect()
}

//! Sequences that no identity column owns.

use crate::catalog::{Ident, ObjectKey, QualifiedName, Sequence};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, PlanError};

use super::DbObject;

impl DbObject for Sequence {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        let ObjectKey::Sequence { name } = key else { return Ok(()) };
        let action = Action::CreateSequence { name: name.clone(), options: self.options.clone() };
        draft.push(Node::creating(action, key));
        if let Some((table, column)) = &self.owned_by {
            set_owner(name, key, self.owned_by.clone(), draft);
            start_after_rows(table, column, key, draft);
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Sequence { name } = key else { return Ok(()) };
        if pair.differs_in(|sequence| &sequence.options) {
            let options = pair.desired.options.clone();
            draft.push(Node::changing(Action::AlterSequence { name: name.clone(), options }, key));
        }
        if pair.differs_in(|sequence| &sequence.owned_by) {
            set_owner(name, key, pair.desired.owned_by.clone(), draft);
        }
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Sequence { name } = key {
            draft.push(Node::destroying(Action::DropSequence { name: name.clone() }, key));
        }
    }
}

fn set_owner(
    name: &QualifiedName,
    key: &ObjectKey,
    owner: Option<(QualifiedName, Ident)>,
    draft: &mut Draft<'_>,
) {
    draft.push(Node::changing(Action::SetSequenceOwner { name: name.clone(), owner }, key));
}

/// A column that held values before it got a sequence goes on after the largest of them.
fn start_after_rows(table: &QualifiedName, column: &Ident, key: &ObjectKey, draft: &mut Draft<'_>) {
    if draft.current.column(table, column).is_some() {
        let action = Action::SyncSequence { table: table.clone(), column: column.clone() };
        draft.push(Node::changing(action, key));
    }
}

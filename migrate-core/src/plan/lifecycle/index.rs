//! Indexes that no constraint owns. On a table that existed before, writes go on.

use crate::catalog::{Index, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, IndexBuild, PlanError};

use super::DbObject;

impl DbObject for Index {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Index { name } = key {
            let build = build(self, draft);
            let action = Action::CreateIndex { name: name.clone(), index: self.clone(), build };
            draft.push(Node::creating(action, key));
        }
        Ok(())
    }

    fn migrate(_: Pair<'_, Self>, _: &ObjectKey, _: &mut Draft<'_>) -> Result<(), PlanError> {
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Index { name } = key {
            let build = build(self, draft);
            draft.push(Node::destroying(Action::DropIndex { name: name.clone(), build }, key));
        }
    }

    fn must_be_recreated(_: Pair<'_, Self>) -> bool {
        true
    }
}

fn build(index: &Index, draft: &Draft<'_>) -> IndexBuild {
    let existed = draft.exists(&ObjectKey::Table { name: index.table.clone() });
    if existed && !draft.options.simple { IndexBuild::Concurrently } else { IndexBuild::Plain }
}

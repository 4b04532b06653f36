//! Indexes that no constraint owns. On a table that existed before, writes go on.

use crate::catalog::{Index, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Between, Draft, Node};
use crate::plan::{Action, IndexBuild, PlanError};

use super::DbObject;

impl DbObject for Index {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Index { name } = key {
            let build = build(self, key, draft);
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
            let build = build(self, key, draft);
            let action = Action::DropIndex { name: name.clone(), build };
            draft.push(Node::destroying(action, key).late());
        }
    }

    /// The new index is built under another name and takes over in one short transaction.
    fn replace(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Index { name } = key else { return Ok(()) };
        if pair.differs_in(|index| &index.table) {
            pair.current.destroy(key, draft);
            return pair.desired.create(key, draft);
        }
        let index = pair.desired.clone();
        let (build, temporary) = (IndexBuild::Concurrently, draft.temporary_name(name));
        let action = Action::CreateIndex { name: temporary.clone(), index, build };
        let built = draft.push(Node::preparing(action, key));
        let drop = Action::DropIndex { name: name.clone(), build: IndexBuild::Plain };
        let dropped = draft.push(Node::destroying(drop, key));
        let rename = Action::RenameIndex { name: temporary, desired: name.name.clone() };
        let renamed = draft.push(Node::creating(rename, key));
        draft.order(built, dropped, Between::Commit);
        draft.order(dropped, renamed, Between::Nothing);
        Ok(())
    }

    fn must_be_recreated(_: Pair<'_, Self>) -> bool {
        true
    }
}

/// What goes and comes again around a type that its columns lose does so within the transaction that
/// rewrites the table: nothing is lost where that is refused for its rows.
fn build(index: &Index, key: &ObjectKey, draft: &Draft<'_>) -> IndexBuild {
    let existed = draft.exists(&ObjectKey::Table { name: index.table.clone() });
    let comes_again = draft.exists(key) && draft.desired.objects.contains_key(key);
    let is_rewritten = comes_again
        && (draft.replaces_type_in(&index.table) || draft.rewrites_columns_of(&index.table));
    match existed && !is_rewritten && !draft.options.simple {
        true => IndexBuild::Concurrently,
        false => IndexBuild::Plain,
    }
}

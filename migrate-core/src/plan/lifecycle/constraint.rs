//! Constraints of tables. On a table that existed before, rows are checked without blocking it.

use crate::catalog::{
    Constraint, ConstraintKind, Ident, Index, IndexElement, IndexTerm, ObjectKey, QualifiedName,
};
use crate::diff::Pair;
use crate::plan::node::{Between, Draft, Node};
use crate::plan::{Action, IndexBuild, IndexKey, PlanError, TableChange};

use super::DbObject;

impl DbObject for Constraint {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        let ObjectKey::Constraint { table, name } = key else { return Ok(()) };
        let new_table = !draft.exists(&ObjectKey::Table { name: table.clone() });
        if new_table || draft.options.simple {
            draft.push(Node::creating(add(table, name, self.clone()), key));
            return Ok(());
        }
        match &self.kind {
            // The table is rewritten under its lock in the same transaction, so that a second one
            // for the check alone would spare nobody.
            ConstraintKind::Check { .. } if draft.exists(key) && draft.rewrites_enum_in(table) => {
                draft.push(Node::creating(add(table, name, self.clone()), key));
            }
            ConstraintKind::ForeignKey { .. } | ConstraintKind::Check { .. } if self.validated => {
                add_then_validate(self, table, name, key, draft);
            }
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } => {
                build_then_use_index(self, table, name, key, draft);
            }
            ConstraintKind::ForeignKey { .. }
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclusion { .. } => {
                draft.push(Node::creating(add(table, name, self.clone()), key));
            }
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Constraint { table, name } = key else { return Ok(()) };
        if pair.differs_in(|constraint| &constraint.deferrable) {
            let deferrable = pair.desired.deferrable;
            let change = TableChange::SetDeferrable { name: name.clone(), deferrable };
            draft.push(Node::changing(Action::alter(table, change), key));
        }
        if pair.differs_in(|constraint| &constraint.validated) {
            draft.push(Node::changing(validate(table, name), key));
        }
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Constraint { table, name } = key {
            let change = TableChange::DropConstraint { name: name.clone() };
            let node = Node::destroying(Action::alter(table, change), key);
            let waits = self.has_index() || draft.desired.objects.contains_key(key);
            draft.push(if waits { node.late() } else { node });
        }
    }

    /// The index of a key is built under another name; the constraint takes it over in the
    /// statement that drops the current one.
    fn replace(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Constraint { table, name } = key else { return Ok(()) };
        let Some((index, index_key)) = index_behind(pair.desired, table) else {
            pair.current.destroy(key, draft);
            return pair.desired.create(key, draft);
        };
        let temporary = draft.temporary_name(&table.sibling(name.clone()));
        let build = IndexBuild::Concurrently;
        let action = Action::CreateIndex { name: temporary.clone(), index, build };
        let built = draft.push(Node::preparing(action, key));
        let add = TableChange::AddConstraintUsingIndex {
            name: name.clone(),
            key: index_key,
            index: temporary.name,
            deferrable: pair.desired.deferrable,
        };
        let changes = vec![TableChange::DropConstraint { name: name.clone() }, add];
        let action = Action::AlterTable { table: table.clone(), changes };
        let swapped = draft.push(Node::replacing(action, key));
        draft.order(built, swapped, Between::Commit);
        Ok(())
    }

    /// Only a foreign key can change when it is checked, and only `NOT VALID` can become valid.
    fn must_be_recreated(pair: Pair<'_, Self>) -> bool {
        let is_foreign_key = matches!(pair.desired.kind, ConstraintKind::ForeignKey { .. });
        let loses_validity = pair.current.validated && !pair.desired.validated;
        pair.differs_in(|constraint| &constraint.kind)
            || loses_validity
            || (pair.differs_in(|constraint| &constraint.deferrable) && !is_foreign_key)
    }
}

fn add(table: &QualifiedName, name: &Ident, constraint: Constraint) -> Action {
    Action::alter(table, TableChange::AddConstraint { name: name.clone(), constraint })
}

fn validate(table: &QualifiedName, name: &Ident) -> Action {
    Action::alter(table, TableChange::ValidateConstraint { name: name.clone() })
}

fn add_then_validate(
    constraint: &Constraint,
    table: &QualifiedName,
    name: &Ident,
    key: &ObjectKey,
    draft: &mut Draft<'_>,
) {
    let unchecked = Constraint { validated: false, ..constraint.clone() };
    let added = draft.push(Node::creating(add(table, name, unchecked), key));
    let validated = draft.push(Node::changing(validate(table, name), key));
    draft.order(added, validated, Between::Commit);
}

/// The index is built with writes going on; then the constraint takes it over without a scan.
fn build_then_use_index(
    constraint: &Constraint,
    table: &QualifiedName,
    name: &Ident,
    key: &ObjectKey,
    draft: &mut Draft<'_>,
) {
    let Some((index, index_key)) = index_behind(constraint, table) else { return };
    let build = Action::CreateIndex {
        name: table.sibling(name.clone()),
        index,
        build: IndexBuild::Concurrently,
    };
    let built = draft.push(Node::creating(build, key));
    let change = TableChange::AddConstraintUsingIndex {
        name: name.clone(),
        key: index_key,
        index: name.clone(),
        deferrable: constraint.deferrable,
    };
    let used = draft.push(Node::creating(Action::alter(table, change), key));
    draft.order(built, used, Between::Commit);
}

/// The index that a key needs, and which key it is.
pub(in crate::plan) fn index_behind(
    constraint: &Constraint,
    table: &QualifiedName,
) -> Option<(Index, IndexKey)> {
    let (columns, include, nulls_not_distinct, storage, key) = match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, include, storage } => {
            (columns, include, false, storage, IndexKey::Primary)
        }
        ConstraintKind::Unique { columns, include, nulls_not_distinct, storage } => {
            (columns, include, *nulls_not_distinct, storage, IndexKey::Unique)
        }
        _ => return None,
    };
    let elements = columns.iter().map(|column| IndexElement::of(IndexTerm::Column(column.clone())));
    let index = Index {
        table: table.clone(),
        unique: true,
        method: "btree".into(),
        elements: elements.collect(),
        include: include.clone(),
        nulls_not_distinct,
        predicate: None,
        storage: storage.clone(),
        valid: true,
    };
    Some((index, key))
}

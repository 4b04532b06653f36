//! Enums: labels are added in place; what PostgreSQL can't do in place makes a new type.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, EnumType, Ident, Object, ObjectKey, QualifiedName};
use crate::diff::Pair;
use crate::plan::node::{Between, Draft, Node, NodeId};
use crate::plan::{Action, EnumColumn, LabelPosition, PlanError};

use super::DbObject;
use super::column::restored_storage;

impl DbObject for EnumType {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Enum { name } = key {
            let action = Action::CreateEnum { name: name.clone(), definition: self.clone() };
            draft.push(Node::creating(action, key));
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Enum { name } = key else { return Ok(()) };
        if pair.must_be_replaced() {
            replace(pair, name, key, draft);
            return Ok(());
        }
        let mut before = None;
        for (value, position) in added_labels(pair) {
            let action = Action::AddEnumValue { name: name.clone(), value, position };
            let node = draft.push(Node::changing(action, key));
            if let Some(before) = before.replace(node) {
                draft.order(before, node, Between::Nothing);
            }
        }
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Enum { name } = key {
            draft.push(Node::destroying(Action::DropType { name: name.clone() }, key));
        }
    }
}

impl Pair<'_, EnumType> {
    /// Whether labels went away or changed their order, which only a new type can do.
    pub(in crate::plan) fn must_be_replaced(&self) -> bool {
        let mut desired = self.desired.labels.iter();
        !self.current.labels.iter().all(|label| desired.any(|other| other == label))
    }
}

/// The new labels, each placed beside one that is there when it is added.
fn added_labels(pair: Pair<'_, EnumType>) -> Vec<(String, LabelPosition)> {
    let desired = &pair.desired.labels;
    let is_new = |label: &&String| !pair.current.labels.contains(label);
    let position = |index: usize| {
        let behind_all = desired[index..].iter().all(|label| is_new(&label));
        let first_kept = desired[index..].iter().find(|label| !is_new(label));
        match (index.checked_sub(1), first_kept) {
            _ if behind_all => LabelPosition::Last,
            (Some(previous), _) => LabelPosition::After(desired[previous].clone()),
            (None, Some(kept)) => LabelPosition::Before(kept.clone()),
            (None, None) => LabelPosition::Last,
        }
    };
    let new = desired.iter().enumerate().filter(|(_, label)| is_new(label));
    new.map(|(index, label)| (label.clone(), position(index))).collect()
}

fn replace(pair: Pair<'_, EnumType>, name: &QualifiedName, key: &ObjectKey, draft: &mut Draft<'_>) {
    let columns = kept_columns(name, key, draft);
    let labels = &pair.desired.labels;
    let mapping = draft.options.enum_mappings.get(name).cloned().unwrap_or_default();
    let mapping = mapping
        .into_iter()
        .filter(|(from, to)| pair.current.labels.contains(from) && labels.contains(to))
        .collect();
    let touched = columns.iter().map(|EnumColumn { table, column, .. }| ObjectKey::Column {
        table: table.clone(),
        name: column.clone(),
    });
    let touched: Vec<ObjectKey> = touched.collect();
    let action = Action::ReplaceEnum {
        name: name.clone(),
        definition: pair.desired.clone(),
        mapping,
        columns,
    };
    let replaced = draft.push(Node { changes: touched.clone(), ..Node::replacing(action, key) });
    for key in &touched {
        restore_storage(key, replaced, draft);
    }
}

/// A column that gets the new type forgets how it is stored.
fn restore_storage(key: &ObjectKey, replaced: NodeId, draft: &mut Draft<'_>) {
    let ObjectKey::Column { table, name } = key else { return };
    let Some(column) = draft.desired.column(table, name) else { return };
    for change in restored_storage(name, column) {
        let restored = draft.push(Node::changing(Action::alter(table, change), key));
        draft.order(replaced, restored, Between::Nothing);
    }
}

/// The columns that hold the enum before and after; others leave it or come to it by themselves.
fn kept_columns(name: &QualifiedName, key: &ObjectKey, draft: &Draft<'_>) -> Vec<EnumColumn> {
    let users = draft.dependents.on(key);
    let columns: BTreeSet<EnumColumn> = users
        .filter_map(|user| match user {
            ObjectKey::Column { table, name: column } => {
                let held = enum_column(draft.current, name, table, column)?;
                enum_column(draft.desired, name, table, column).map(|_| held)
            }
            _ => None,
        })
        .collect();
    columns.into_iter().collect()
}

fn enum_column(
    catalog: &Catalog,
    name: &QualifiedName,
    table: &QualifiedName,
    column: &Ident,
) -> Option<EnumColumn> {
    let key = ObjectKey::Column { table: table.clone(), name: column.clone() };
    let Some(Object::Column(found)) = catalog.objects.get(&key) else { return None };
    if found.generated.is_some() {
        return None;
    }
    let plain = name.to_string();
    let array = match found.sql_type.strip_prefix(&plain)? {
        "" => false,
        "[]" => true,
        _ => return None,
    };
    Some(EnumColumn { table: table.clone(), column: column.clone(), array })
}

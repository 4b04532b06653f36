//! Columns that become required, or no longer are: what needs them so, and that their rows are filled
//! before.

use rustc_hash::FxHashMap;

use crate::catalog::{
    Catalog, ConstraintKind, Ident, IndexTerm, Object, ObjectKey, QualifiedName, ReplicaIdentity,
};

use super::dependency::each;
use super::node::{Draft, Edge, NodeId};
use super::touches::Touches;
use super::{Action, TableChange};

/// A column may be null when the primary key over it is gone and the replica identity has left it,
/// and is required before it becomes a part of that.
pub(super) fn keys_need_required_columns(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut identities: FxHashMap<&QualifiedName, Vec<NodeId>> = FxHashMap::default();
    for (id, table, change) in changes(draft) {
        if let TableChange::SetReplicaIdentity { .. } = change {
            identities.entry(table).or_default().push(id);
        }
    }
    let mut keys: FxHashMap<(&QualifiedName, &Ident), &[NodeId]> = FxHashMap::default();
    for (key, touch) in touches.iter() {
        if let ObjectKey::Constraint { table, .. } = key
            && let Some(Object::Constraint(constraint)) = touch.current
            && let ConstraintKind::PrimaryKey { columns, .. } = &constraint.kind
        {
            keys.extend(columns.iter().map(|column| ((table, column), touch.destroys.as_slice())));
        }
    }
    let mut edges = Vec::new();
    for (id, table, change) in changes(draft) {
        let setting = || identities.get(table).map(Vec::as_slice).unwrap_or_default();
        match change {
            TableChange::DropNotNull { column } => {
                let going = keys.get(&(table, column)).copied().unwrap_or_default();
                edges.extend(each(going, &[id]));
                if identifies(table, column, draft.current) {
                    edges.extend(each(setting(), &[id]));
                }
            }
            TableChange::SetNotNull { column } if identifies(table, column, draft.desired) => {
                edges.extend(each(&[id], setting()));
            }
            _ => {}
        }
    }
    edges
}

fn changes<'a>(
    draft: &'a Draft<'_>,
) -> impl Iterator<Item = (NodeId, &'a QualifiedName, &'a TableChange)> {
    let nodes = draft.nodes.iter().enumerate();
    let altering = nodes.filter_map(|(id, node)| match &node.action {
        Action::AlterTable { table, changes } => Some((id, table, changes)),
        _ => None,
    });
    altering.flat_map(|(id, table, changes)| changes.iter().map(move |one| (id, table, one)))
}

/// Whether the table's replica identity is an index over the column.
fn identifies(table: &QualifiedName, column: &Ident, catalog: &Catalog) -> bool {
    let Some(Object::Table(one)) = catalog.objects.get(&ObjectKey::Table { name: table.clone() })
    else {
        return false;
    };
    let ReplicaIdentity::Index(index) = &one.replica_identity else { return false };
    let constraint = ObjectKey::Constraint { table: table.clone(), name: index.clone() };
    if let Some(Object::Constraint(constraint)) = catalog.objects.get(&constraint) {
        return match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                columns.contains(column)
            }
            _ => false,
        };
    }
    let index = ObjectKey::Index { name: table.sibling(index.clone()) };
    let Some(Object::Index(index)) = catalog.objects.get(&index) else { return false };
    let is_column = |term: &IndexTerm| matches!(term, IndexTerm::Column(one) if one == column);
    index.elements.iter().any(|element| is_column(&element.term))
}

/// New rows have their value by the default before those that are there are filled, and all columns of
/// a table are filled before a check that says so of any: it would refuse each row that lacks another.
pub(super) fn rows_are_filled(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut fills: FxHashMap<&QualifiedName, Vec<NodeId>> = FxHashMap::default();
    let mut edges = Vec::new();
    for (id, node) in draft.nodes.iter().enumerate() {
        let Action::Backfill { table, column, .. } = &node.action else { continue };
        fills.entry(table).or_default().push(id);
        let default = ObjectKey::Default { table: table.clone(), column: column.clone() };
        edges.extend(each(
            touches.creating(&default).iter().chain(touches.changing(&default)),
            &[id],
        ));
    }
    for (id, node) in draft.nodes.iter().enumerate() {
        let Action::AlterTable { table, changes } = &node.action else { continue };
        let proves = node.creates.is_empty()
            && matches!(changes.as_slice(), [TableChange::AddConstraint { .. }]);
        if let (true, Some(fills)) = (proves, fills.get(table)) {
            edges.extend(each(fills, &[id]));
        }
    }
    edges
}

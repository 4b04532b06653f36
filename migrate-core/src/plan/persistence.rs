//! Which tables become logged or unlogged first: a permanent table may not reference an unlogged
//! one, which `pg_depend` doesn't say.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::catalog::{Catalog, Object, ObjectKey, QualifiedName};
use crate::diff::Change;

use super::dependency::each;
use super::node::{Draft, Edge, NodeId};
use super::touches::Touches;
use super::{Action, TableChange};

/// Tables become logged in the order in which they reference each other, and unlogged in the other
/// one; foreign keys that go are gone before, and those that come find what they need.
pub(super) fn permanent_tables_reference_permanent_ones(
    draft: &Draft<'_>,
    touches: &Touches<'_>,
) -> Vec<Edge> {
    let changing = |wanted: TableChange| -> HashMap<&QualifiedName, NodeId> {
        let nodes = draft.nodes.iter().enumerate();
        let found = nodes.filter_map(|(id, node)| match &node.action {
            Action::AlterTable { table, changes } if changes.contains(&wanted) => Some((table, id)),
            _ => None,
        });
        found.collect()
    };
    let (logged, unlogged) = (changing(TableChange::SetLogged), changing(TableChange::SetUnlogged));
    if logged.is_empty() && unlogged.is_empty() {
        return Vec::new();
    }
    let mut edges = Vec::new();
    for (key, table, referenced) in foreign_keys(draft.current) {
        let needing: Vec<NodeId> =
            logged.get(table).into_iter().chain(unlogged.get(referenced)).copied().collect();
        edges.extend(each(touches.destroying(key), &needing));
        if touches.destroying(key).is_empty() {
            for (first, second) in [
                (logged.get(referenced), logged.get(table)),
                (unlogged.get(table), unlogged.get(referenced)),
            ] {
                edges.extend(each(first, second.map(std::slice::from_ref).unwrap_or_default()));
            }
        }
    }
    for (key, table, referenced) in foreign_keys(draft.desired) {
        let needed = logged.get(referenced).into_iter().chain(unlogged.get(table));
        edges.extend(each(needed, touches.creating(key)));
    }
    edges
}

/// What its table becomes, its sequence becomes with it, so that it is set after.
pub(super) fn sequences_follow_their_tables(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let nodes = draft.nodes.iter().enumerate();
    let setting = nodes.filter_map(|(id, node)| match &node.action {
        Action::SetSequenceLogged { name } | Action::SetSequenceUnlogged { name } => {
            Some((id, ObjectKey::Sequence { name: name.clone() }))
        }
        _ => None,
    });
    let mut edges = Vec::new();
    for (id, sequence) in setting {
        for side in [draft.current, draft.desired] {
            let Some(Object::Sequence(sequence)) = side.objects.get(&sequence) else { continue };
            let Some((table, _)) = &sequence.owned_by else { continue };
            let table = ObjectKey::Table { name: table.clone() };
            edges.extend(each(touches.changing(&table), &[id]));
        }
    }
    edges
}

/// Whether a table becomes unlogged, where it becomes logged or unlogged.
pub(super) fn becomes_unlogged(table: &QualifiedName, draft: &Draft<'_>) -> Option<bool> {
    let key = ObjectKey::Table { name: table.clone() };
    match (draft.current.objects.get(&key)?, draft.desired.objects.get(&key)?) {
        (Object::Table(current), Object::Table(desired)) => {
            (current.unlogged != desired.unlogged).then_some(desired.unlogged)
        }
        _ => None,
    }
}

/// The foreign keys of tables that reference each other and all become logged, or unlogged: none of
/// the tables can be the first.
pub(super) fn foreign_keys_in_circles<'a>(
    changes: &[Change<'_>],
    current: &'a Catalog,
    desired: &Catalog,
) -> Vec<&'a ObjectKey> {
    let changing: BTreeSet<&QualifiedName> =
        changes.iter().filter_map(changed_persistence).collect();
    if changing.is_empty() {
        return Vec::new();
    }
    let stays = |key: &ObjectKey| desired.objects.contains_key(key);
    let between: Vec<_> = foreign_keys(current)
        .filter(|(key, table, referenced)| {
            stays(key) && changing.contains(table) && changing.contains(referenced)
        })
        .collect();
    let mut graph = DiGraph::<&QualifiedName, ()>::new();
    let places: BTreeMap<&QualifiedName, NodeIndex> =
        changing.into_iter().map(|table| (table, graph.add_node(table))).collect();
    for (_, table, referenced) in &between {
        graph.add_edge(places[table], places[referenced], ());
    }
    let mut circles: BTreeMap<&QualifiedName, usize> = BTreeMap::new();
    for (number, circle) in tarjan_scc(&graph).into_iter().enumerate() {
        circles.extend(circle.into_iter().map(|place| (graph[place], number)));
    }
    let found = between
        .into_iter()
        .filter(|(_, table, referenced)| circles.get(table) == circles.get(referenced));
    found.map(|(key, _, _)| key).collect()
}

fn changed_persistence<'a>(change: &Change<'a>) -> Option<&'a QualifiedName> {
    match change {
        Change::Migrate {
            key: ObjectKey::Table { name },
            current: Object::Table(current),
            desired: Object::Table(desired),
        } if current.unlogged != desired.unlogged => Some(name),
        _ => None,
    }
}

/// Each foreign key to another table, with its table and the one that it references.
fn foreign_keys(
    catalog: &Catalog,
) -> impl Iterator<Item = (&ObjectKey, &QualifiedName, &QualifiedName)> {
    catalog.objects.iter().filter_map(|(key, object)| match (key, object) {
        (ObjectKey::Constraint { table, .. }, Object::Constraint(constraint)) => {
            let referenced = constraint.referenced_table()?;
            (referenced != table).then_some((key, table, referenced))
        }
        _ => None,
    })
}

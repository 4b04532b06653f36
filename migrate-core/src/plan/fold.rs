//! What can be one statement becomes one: a new table with its columns, defaults and constraints,
//! a new column with its default, and everything that goes by itself with what owns it.
//!
//! Folding is tried for all members at once; members that would close a circle (two tables that
//! reference each other) are taken out again.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::{
    Catalog, Constraint, ConstraintKind, Dependency, Ident, IndexTerm, Object, ObjectKey,
};

use super::node::{Draft, Edge, Node, NodeId};
use super::{Action, TableChange};

/// Nodes with the edges between them.
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// Folds members into their heads.
pub(super) fn fold(draft: Draft<'_>, edges: Vec<Edge>) -> Graph {
    let mut heads = heads(&draft);
    while let Some(evicted) = members_in_circles(&heads, &edges) {
        // Without their foreign keys most circles are none, and the rest can stay folded.
        let keys = evicted.iter().copied().filter(|id| is_foreign_key(&draft, *id));
        let keys: Vec<NodeId> = keys.collect();
        for member in if keys.is_empty() { evicted } else { keys } {
            heads[member] = member;
        }
    }
    contract(draft, &heads, &edges)
}

fn is_foreign_key(draft: &Draft<'_>, id: NodeId) -> bool {
    let Node { creates, destroys, .. } = &draft.nodes[id];
    let created = creates.iter().filter_map(|key| draft.desired.objects.get(key));
    let destroyed = destroys.iter().filter_map(|key| draft.current.objects.get(key));
    created.chain(destroyed).any(|object| {
        matches!(object, Object::Constraint(one) if matches!(one.kind, ConstraintKind::ForeignKey { .. }))
    })
}

/// For each node, the node that it becomes part of; itself where it stands alone.
fn heads(draft: &Draft<'_>) -> Vec<NodeId> {
    let creators: FxHashMap<&ObjectKey, NodeId> = sole(draft, |node| &node.creates);
    let destroyers: FxHashMap<&ObjectKey, NodeId> = sole(draft, |node| &node.destroys);
    let indexed = columns_of_indexes(draft.current, &destroyers);
    draft
        .nodes
        .iter()
        .enumerate()
        .map(|(id, node)| {
            match (node.creates.as_slice(), node.changes.as_slice(), node.destroys.as_slice()) {
                ([key], [], []) if creators.get(key) == Some(&id) => {
                    creation_head(key, node, &creators, draft).unwrap_or(id)
                }
                ([], [], [key]) => {
                    destruction_head(key, &destroyers, &indexed, draft).unwrap_or(id)
                }
                _ => id,
            }
        })
        .collect()
}

/// The node of each key that only one node touches so.
fn sole<'a>(
    draft: &'a Draft<'_>,
    keys: fn(&Node) -> &[ObjectKey],
) -> FxHashMap<&'a ObjectKey, NodeId> {
    let mut found: FxHashMap<&ObjectKey, NodeId> = FxHashMap::default();
    let mut twice = FxHashSet::default();
    for (id, node) in draft.nodes.iter().enumerate() {
        for key in keys(node) {
            if found.insert(key, id).is_some() {
                twice.insert(key);
            }
        }
    }
    found.retain(|key, _| !twice.contains(key));
    found
}

fn creation_head(
    key: &ObjectKey,
    node: &Node,
    creators: &FxHashMap<&ObjectKey, NodeId>,
    draft: &Draft<'_>,
) -> Option<NodeId> {
    let foldable = match key {
        ObjectKey::Column { .. } | ObjectKey::Default { .. } => true,
        ObjectKey::Constraint { .. } => adds_valid_constraint(node),
        _ => false,
    };
    if !foldable {
        return None;
    }
    let owner = key.owner()?;
    let head = *creators.get(&owner)?;
    let above = creation_head(&owner, &draft.nodes[head], creators, draft);
    Some(above.unwrap_or(head))
}

/// `CREATE TABLE` ignores `NOT VALID`.
fn adds_valid_constraint(node: &Node) -> bool {
    let Action::AlterTable { changes, .. } = &node.action else { return false };
    matches!(changes.as_slice(), [TableChange::AddConstraint { constraint, .. }] if constraint.validated)
}

fn destruction_head(
    key: &ObjectKey,
    destroyers: &FxHashMap<&ObjectKey, NodeId>,
    indexed: &FxHashMap<&ObjectKey, Vec<&ObjectKey>>,
    draft: &Draft<'_>,
) -> Option<NodeId> {
    let owner = owners(key, indexed, draft.current)
        .into_iter()
        .find(|owner| destroyers.contains_key(owner))?;
    let head = *destroyers.get(&owner)?;
    if keeps_index(&draft.nodes[head])
        || steps_aside(&draft.nodes[head]) && leans_on_what_goes(key, destroyers, draft)
    {
        return None;
    }
    Some(destruction_head(&owner, destroyers, indexed, draft).unwrap_or(head))
}

/// An index that becomes a constraint keeps what is on it.
pub(super) fn keeps_index(node: &Node) -> bool {
    let Action::AlterTable { changes, .. } = &node.action else { return false };
    matches!(changes.as_slice(), [TableChange::AddConstraintUsingIndex { .. }])
}

/// A type that steps aside keeps its checks until its end.
fn steps_aside(node: &Node) -> bool {
    matches!(node.action, Action::RenameType { .. })
}

/// Whether the object uses what is gone before such an end.
fn leans_on_what_goes(
    key: &ObjectKey,
    destroyers: &FxHashMap<&ObjectKey, NodeId>,
    draft: &Draft<'_>,
) -> bool {
    let dependent = key.clone();
    let start = Dependency { dependent, referenced: ObjectKey::Schema { name: Ident::first() } };
    let used = draft.current.dependencies.range(start..).take_while(|one| one.dependent == *key);
    let mut destroying = used.filter_map(|one| destroyers.get(&one.referenced));
    destroying.any(|node| !steps_aside(&draft.nodes[*node]))
}

/// What takes the object along when it goes; tables before columns.
fn owners(
    key: &ObjectKey,
    indexed: &FxHashMap<&ObjectKey, Vec<&ObjectKey>>,
    current: &Catalog,
) -> Vec<ObjectKey> {
    let mut owners: Vec<ObjectKey> = key.owner().into_iter().collect();
    match current.objects.get(key) {
        Some(Object::Index(index)) => owners.push(ObjectKey::Table { name: index.table.clone() }),
        Some(Object::Sequence(sequence)) => {
            let owner = sequence.owned_by.clone();
            owners.extend(owner.map(|(table, name)| ObjectKey::Column { table, name }));
        }
        _ => {}
    }
    owners.extend(indexed.get(key).into_iter().flatten().map(|column| (*column).clone()));
    owners
}

/// The columns of its own table that a destroyed index or constraint goes with.
fn columns_of_indexes<'a>(
    current: &'a Catalog,
    destroyers: &FxHashMap<&ObjectKey, NodeId>,
) -> FxHashMap<&'a ObjectKey, Vec<&'a ObjectKey>> {
    let mut columns: FxHashMap<&ObjectKey, Vec<&ObjectKey>> = FxHashMap::default();
    for dependency in current.dependencies_of(|key| destroyers.contains_key(key)) {
        let object = current.objects.get(&dependency.dependent);
        let table = match (&dependency.dependent, object) {
            // It goes along with the columns that it compares, not with those in its expressions.
            (ObjectKey::Constraint { .. }, Some(Object::Constraint(one)))
                if !compares(one, &dependency.referenced) =>
            {
                continue;
            }
            (ObjectKey::Constraint { table, .. }, _) => table,
            (_, Some(Object::Index(index))) => &index.table,
            _ => continue,
        };
        if matches!(&dependency.referenced, ObjectKey::Column { table: owner, .. } if owner == table)
        {
            columns.entry(&dependency.dependent).or_default().push(&dependency.referenced);
        }
    }
    columns
}

/// Whether an exclusion constraint compares the values of a column; any other constraint knows no
/// column but those that it is over.
fn compares(constraint: &Constraint, column: &ObjectKey) -> bool {
    let ConstraintKind::Exclusion { elements, include, .. } = &constraint.kind else {
        return true;
    };
    let ObjectKey::Column { name, .. } = column else { return true };
    let is_it = |term: &IndexTerm| matches!(term, IndexTerm::Column(own) if own == name);
    include.contains(name) || elements.iter().any(|(one, _)| is_it(&one.term))
}

/// Members of a circle that reach another statement of the same circle, if there is any circle.
fn members_in_circles(heads: &[NodeId], edges: &[Edge]) -> Option<Vec<NodeId>> {
    let mut graph = DiGraph::<(), ()>::new();
    let indexes: Vec<NodeIndex> = heads.iter().map(|_| graph.add_node(())).collect();
    for edge in edges.iter().filter(|edge| heads[edge.before] != heads[edge.after]) {
        graph.add_edge(indexes[heads[edge.before]], indexes[heads[edge.after]], ());
    }
    let mut circle_of: FxHashMap<NodeId, usize> = FxHashMap::default();
    for (number, circle) in
        tarjan_scc(&graph).into_iter().enumerate().filter(|(_, circle)| circle.len() > 1)
    {
        circle_of.extend(circle.into_iter().map(|node| (node.index(), number)));
    }
    let mut evicted: Vec<NodeId> = edges
        .iter()
        .filter(|edge| heads[edge.before] != heads[edge.after])
        .filter(|edge| {
            let circles = (circle_of.get(&heads[edge.before]), circle_of.get(&heads[edge.after]));
            matches!(circles, (Some(before), Some(after)) if before == after)
        })
        .flat_map(|edge| [edge.before, edge.after])
        .filter(|member| heads[*member] != *member)
        .collect();
    evicted.sort_unstable();
    evicted.dedup();
    let some_constraint_only = !evicted.is_empty();
    some_constraint_only.then_some(evicted)
}

/// One node for each head, with what its members bring.
fn contract(draft: Draft<'_>, heads: &[NodeId], edges: &[Edge]) -> Graph {
    let mut position: Vec<usize> = vec![0; heads.len()];
    let mut nodes: Vec<Node> = Vec::new();
    let mut members: Vec<(NodeId, Node)> = Vec::new();
    for (id, node) in draft.nodes.into_iter().enumerate() {
        if heads[id] == id {
            position[id] = nodes.len();
            nodes.push(node);
        } else {
            members.push((heads[id], node));
        }
    }
    for (head, member) in members {
        take_in(&mut nodes[position[head]], member);
    }
    for node in &mut nodes {
        arrange(&mut node.action, draft.desired);
    }
    let at = |node: NodeId| position[heads[node]];
    let mut edges: Vec<Edge> = edges
        .iter()
        .map(|edge| Edge { before: at(edge.before), after: at(edge.after), ..*edge })
        .filter(|edge| edge.before != edge.after)
        .collect();
    edges.sort_unstable();
    edges.dedup();
    Graph { nodes, edges }
}

fn take_in(head: &mut Node, member: Node) {
    let Node { action, creates, changes, destroys, prepares, late: _ } = member;
    head.creates.extend(creates);
    head.changes.extend(changes);
    head.destroys.extend(destroys);
    head.prepares.extend(prepares);
    absorb(&mut head.action, action);
}

/// The parts of a new table in the order in which they are wanted.
fn arrange(action: &mut Action, desired: &Catalog) {
    let Action::CreateTable { name, definition } = action else { return };
    let order = desired.column_order.get(name);
    let position = |name: &Ident| order.and_then(|order| order.iter().position(|one| one == name));
    definition.columns.sort_by_cached_key(|column| position(&column.name));
    definition.constraints.sort_by(|(a, first), (b, second)| {
        (constraint_rank(first), a).cmp(&(constraint_rank(second), b))
    });
}

fn constraint_rank(constraint: &crate::catalog::Constraint) -> u8 {
    use crate::catalog::ConstraintKind;
    match constraint.kind {
        ConstraintKind::PrimaryKey { .. } => 0,
        ConstraintKind::Unique { .. } => 1,
        ConstraintKind::ForeignKey { .. } => 2,
        ConstraintKind::Check { .. } => 3,
        ConstraintKind::Exclusion { .. } => 4,
    }
}

/// A created member becomes a part of its head's statement; a destroyed one needs no statement.
fn absorb(head: &mut Action, member: Action) {
    let Action::AlterTable { changes, .. } = member else { return };
    for change in changes {
        match head {
            Action::CreateTable { definition, .. } => match change {
                TableChange::AddColumn { mut column } => {
                    let present = definition.columns.iter().position(|one| one.name == column.name);
                    if let Some(present) = present {
                        column.default = definition.columns.remove(present).default;
                    }
                    definition.columns.push(column);
                }
                TableChange::AddConstraint { name, constraint } => {
                    definition.constraints.push((name, constraint));
                }
                TableChange::SetDefault { column, default } => {
                    if let Some(column) =
                        definition.columns.iter_mut().find(|one| one.name == column)
                    {
                        column.default = Some(default);
                    }
                }
                _ => {}
            },
            Action::AlterTable { changes: head, .. } => {
                if let (
                    TableChange::SetDefault { default, .. },
                    [TableChange::AddColumn { column }],
                ) = (change, head.as_mut_slice())
                {
                    column.default = Some(default);
                }
            }
            _ => {}
        }
    }
}

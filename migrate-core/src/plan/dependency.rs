//! What runs before what, from both catalogs' dependencies and the few rules that PostgreSQL
//! doesn't record.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::{
    Catalog, ConstraintKind, Dependency, Ident, IndexTerm, Namespace, Object, ObjectKey,
    OccupiedName, QualifiedName, ReplicaIdentity,
};

use super::closed_domain::domains_are_complete;
use super::labels::labels_are_committed;
use super::node::{Between, Draft, Edge, Node, NodeId};
use super::persistence::{
    permanent_tables_reference_permanent_ones, sequences_follow_their_tables,
};
use super::recreate::leaning_keys;
use super::type_replacement::Replacement;
use super::{Action, TableChange};

/// Every edge between the draft's nodes.
pub(super) fn graph(draft: &Draft<'_>) -> Vec<Edge> {
    let touches = Touches::of(&draft.nodes);
    let mut edges = draft.edges.clone();
    edges.extend(desired_order(draft, &touches));
    edges.extend(current_order(draft, &touches));
    edges.extend(names_become_free(draft, &touches));
    edges.extend(labels_are_committed(draft));
    edges.extend(owners_exist(draft, &touches));
    edges.extend(index_roles_follow_indexes(draft, &touches));
    edges.extend(domains_are_complete(draft, &touches));
    edges.extend(foreign_keys_find_their_key(draft, &touches));
    edges.extend(replaced_types_hand_over(draft, &touches));
    edges.extend(keys_leave_rebuilt_indexes(draft, &touches));
    edges.extend(a_table_has_one_primary_key(draft, &touches));
    edges.extend(permanent_tables_reference_permanent_ones(draft, &touches));
    edges.extend(sequences_follow_their_tables(draft, &touches));
    edges.retain(|edge| edge.before != edge.after);
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The nodes by what they do to each object.
pub(super) struct Touches<'a> {
    /// Every object that is touched.
    keys: FxHashSet<&'a ObjectKey>,
    creates: FxHashMap<&'a ObjectKey, Vec<NodeId>>,
    changes: FxHashMap<&'a ObjectKey, Vec<NodeId>>,
    destroys: FxHashMap<&'a ObjectKey, Vec<NodeId>>,
    prepares: FxHashMap<&'a ObjectKey, Vec<NodeId>>,
}

impl<'a> Touches<'a> {
    fn of(nodes: &'a [Node]) -> Self {
        let index = |keys: fn(&Node) -> &[ObjectKey]| {
            let mut index: FxHashMap<&'a ObjectKey, Vec<NodeId>> = FxHashMap::default();
            for (id, node) in nodes.iter().enumerate() {
                for key in keys(node) {
                    index.entry(key).or_default().push(id);
                }
            }
            index
        };
        let keys = nodes.iter().flat_map(|node| {
            [&node.creates, &node.changes, &node.destroys, &node.prepares].into_iter().flatten()
        });
        Self {
            keys: keys.collect(),
            creates: index(|node| &node.creates),
            changes: index(|node| &node.changes),
            destroys: index(|node| &node.destroys),
            prepares: index(|node| &node.prepares),
        }
    }

    pub(super) fn creating(&self, key: &ObjectKey) -> impl Iterator<Item = NodeId> {
        self.creates.get(key).into_iter().flatten().copied()
    }

    pub(super) fn changing(&self, key: &ObjectKey) -> impl Iterator<Item = NodeId> {
        self.changes.get(key).into_iter().flatten().copied()
    }

    pub(super) fn destroying(&self, key: &ObjectKey) -> impl Iterator<Item = NodeId> {
        self.destroys.get(key).into_iter().flatten().copied()
    }

    fn preparing(&self, key: &ObjectKey) -> impl Iterator<Item = NodeId> {
        self.prepares.get(key).into_iter().flatten().copied()
    }

    /// What needs all that the object needs: its creation, and what prepares it.
    fn making(&self, key: &ObjectKey) -> impl Iterator<Item = NodeId> {
        self.creating(key).chain(self.preparing(key))
    }
}

fn plain(before: NodeId, after: NodeId) -> Edge {
    Edge { before, after, between: Between::Nothing }
}

/// Each of these before each of those.
pub(super) fn each(
    before: impl Iterator<Item = NodeId>,
    after: &[NodeId],
) -> impl Iterator<Item = Edge> {
    before.flat_map(move |before| after.iter().map(move |after| plain(before, *after)))
}

/// `pg_depend` of a catalog, and the ownership that keys speak of, between objects that are touched.
fn dependencies<'a>(
    catalog: &'a Catalog,
    touches: &'a Touches<'_>,
) -> impl Iterator<Item = (&'a ObjectKey, Cow<'a, ObjectKey>)> {
    let recorded = catalog.dependencies_of(|key| touches.keys.contains(key));
    let recorded = recorded.filter(|one| touches.keys.contains(&one.referenced));
    let recorded = recorded.map(|one| (&one.dependent, Cow::Borrowed(&one.referenced)));
    let owned = touches.keys.iter().flat_map(|key| {
        let schema = key.schema().map(|name| ObjectKey::Schema { name: name.clone() });
        let owners = key.owner().into_iter().chain(schema).chain(indexed_table(key, catalog));
        owners.map(|owner| (*key, owner))
    });
    let owned = owned
        .filter(|(key, owner)| touches.keys.contains(owner) && catalog.objects.contains_key(*key));
    recorded.chain(owned.map(|(key, owner)| (key, Cow::Owned(owner))))
}

fn indexed_table(key: &ObjectKey, catalog: &Catalog) -> Option<ObjectKey> {
    let ObjectKey::Index { .. } = key else { return None };
    let Some(Object::Index(index)) = catalog.objects.get(key) else { return None };
    Some(ObjectKey::Table { name: index.table.clone() })
}

/// What an object needs is made, and has its desired form, before the object.
fn desired_order(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (key, changing) in &touches.changes {
        edges.extend(each(touches.creating(key), changing));
    }
    for (dependent, referenced) in dependencies(draft.desired, touches) {
        // A type that steps aside takes its columns along, before another has its name.
        let takes_along = |id: &NodeId| {
            let node = &draft.nodes[*id];
            let steps_aside = matches!(node.action, Action::RenameType { .. });
            steps_aside || node.destroys.contains(referenced.as_ref())
        };
        let after = touches.making(dependent).chain(touches.changing(dependent));
        let after: Vec<NodeId> = after.filter(|id| !takes_along(id)).collect();
        if !after.is_empty() {
            edges.extend(each(touches.creating(&referenced), &after));
            let making: Vec<NodeId> = touches.making(dependent).collect();
            edges.extend(each(
                touches.changing(&referenced).filter(|id| is_form(&draft.nodes[*id], &referenced)),
                &making,
            ));
        }
    }
    edges
}

/// Whether a change alters the form that dependents see, rather than who owns a sequence, or how a
/// table as a whole is stored.
fn is_form(node: &Node, key: &ObjectKey) -> bool {
    match &node.action {
        Action::SetSequenceOwner { .. }
        | Action::SetSequenceLogged { .. }
        | Action::SetSequenceUnlogged { .. }
        | Action::SyncSequence { .. } => false,
        _ => !matches!(key, ObjectKey::Table { .. }),
    }
}

/// What depends on an object is gone, or has left it, before the object goes or changes.
fn current_order(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (dependent, referenced) in dependencies(draft.current, touches) {
        let destroyed: Vec<NodeId> = touches.destroying(&referenced).collect();
        let reforms = |id: &NodeId| is_form(&draft.nodes[*id], &referenced);
        let changed: Vec<NodeId> = touches.changing(&referenced).filter(reforms).collect();
        edges.extend(each(touches.destroying(dependent), &destroyed));
        // What is being built beside it needs the change, and it lives through the change.
        if touches.preparing(dependent).next().is_none() {
            edges.extend(each(touches.destroying(dependent), &changed));
        }
        if touches.destroying(dependent).next().is_none() {
            // An enum that is replaced takes the columns along that stay with it.
            let leaves = |id: &&NodeId| !draft.nodes[**id].changes.contains(dependent);
            let left: Vec<NodeId> = destroyed.iter().filter(leaves).copied().collect();
            edges.extend(each(touches.changing(dependent), &left));
            edges.extend(each(touches.creating(dependent), &left));
        }
    }
    edges
}

/// An object goes before another takes its name, or the same comes again.
fn names_become_free(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut blocked: FxHashMap<OccupiedName, Vec<NodeId>> = FxHashMap::default();
    let mut edges = Vec::new();
    for (key, nodes) in &touches.destroys {
        let again: Vec<NodeId> = touches.creating(key).collect();
        edges.extend(each(nodes.iter().copied(), &again));
        if let Some(object) = draft.current.objects.get(*key) {
            for name in object.occupied_names(key) {
                blocked.entry(name).or_default().extend(nodes);
            }
        }
    }
    for (id, node) in
        draft.nodes.iter().enumerate().filter(|(_, node)| drops_identity(&node.action))
    {
        let objects =
            node.changes.iter().filter_map(|key| Some((key, draft.current.objects.get(key)?)));
        let names = objects.flat_map(|(key, object)| object.occupied_names(key));
        for name in names.filter(|name| name.namespace == Namespace::Relation) {
            blocked.entry(name).or_default().push(id);
        }
    }
    for (key, nodes) in touches.creates.iter().chain(&touches.changes) {
        let Some(object) = draft.desired.objects.get(*key) else { continue };
        for name in object.occupied_names(key) {
            let blocking = blocked.get(&name).into_iter().flatten().copied();
            edges.extend(each(blocking, nodes));
        }
    }
    edges
}

/// The sequence of an identity goes with it, and its name becomes free.
fn drops_identity(action: &Action) -> bool {
    let Action::AlterTable { changes, .. } = action else { return false };
    changes.iter().any(|change| matches!(change, TableChange::DropIdentity { .. }))
}

/// A foreign key leans on whichever unique index over its target it finds: one that goes is gone
/// before the key comes, and is there until the key is gone, whichever the catalog says it leans on.
fn foreign_keys_find_their_key(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut going: FxHashMap<&QualifiedName, Vec<(&ObjectKey, NodeId)>> = FxHashMap::default();
    for (key, nodes) in touches.destroys.iter().filter(|(key, _)| may_have_index(key)) {
        let table = match (key, draft.current.objects.get(*key)) {
            (ObjectKey::Constraint { table, .. }, Some(Object::Constraint(one)))
                if one.has_index() =>
            {
                table
            }
            (_, Some(Object::Index(index))) if index.unique => &index.table,
            _ => continue,
        };
        going.entry(table).or_default().extend(nodes.iter().map(|node| (*key, *node)));
    }
    if going.is_empty() {
        return Vec::new();
    }
    let mut edges = Vec::new();
    for (key, nodes) in &touches.creates {
        if let Some((table, _)) = target_of_foreign_key(key, draft.desired) {
            let going = going.get(table).into_iter().flatten();
            edges.extend(each(going.map(|(_, node)| *node), nodes));
        }
    }
    for (key, nodes) in &touches.destroys {
        if let Some((table, target)) = target_of_foreign_key(key, draft.current) {
            let going = going.get(table).into_iter().flatten();
            let fitting = going.filter(|(key, _)| is_unique_over(key, target, draft.current));
            let fitting: Vec<NodeId> = fitting.map(|(_, node)| *node).collect();
            edges.extend(each(nodes.iter().copied(), &fitting));
        }
    }
    edges
}

/// The table and the columns that a foreign key references.
fn target_of_foreign_key<'a>(
    key: &ObjectKey,
    catalog: &'a Catalog,
) -> Option<(&'a QualifiedName, &'a [Ident])> {
    let ObjectKey::Constraint { .. } = key else { return None };
    let Some(Object::Constraint(constraint)) = catalog.objects.get(key) else { return None };
    match &constraint.kind {
        ConstraintKind::ForeignKey { table, target, .. } => Some((table, target)),
        _ => None,
    }
}

/// Whether a foreign key to these columns, in any order, may lean on the key or index.
fn is_unique_over(key: &ObjectKey, target: &[Ident], catalog: &Catalog) -> bool {
    let same = |columns: &mut dyn Iterator<Item = &Ident>| {
        columns.collect::<BTreeSet<_>>() == target.iter().collect::<BTreeSet<_>>()
    };
    match catalog.objects.get(key) {
        Some(Object::Constraint(one)) => match &one.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                same(&mut columns.iter())
            }
            _ => false,
        },
        Some(Object::Index(index)) => {
            same(&mut index.elements.iter().filter_map(|element| match &element.term {
                IndexTerm::Column(column) => Some(column),
                IndexTerm::Expression(_) => None,
            }))
        }
        _ => false,
    }
}

/// A new type is complete before columns move to it, which is before they become something else of
/// it, and the old one goes after the last of them has left.
fn replaced_types_hand_over(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let Replacement { types, conversions, ends } = &draft.replacement;
    let mut edges = Vec::new();
    for (key, nodes) in &touches.creates {
        let ObjectKey::DomainConstraint { domain, .. } = key else { continue };
        if types.contains(&ObjectKey::Domain { name: domain.clone() }) {
            let conversions: Vec<NodeId> = conversions.values().copied().collect();
            edges.extend(each(nodes.iter().copied(), &conversions));
        }
    }
    for (column, conversion) in conversions {
        let retyping = touches.changing(column).filter(|id| sets_type(&draft.nodes[*id].action));
        edges.extend(each(std::iter::once(*conversion), &retyping.collect::<Vec<_>>()));
    }
    for Dependency { dependent, referenced } in &draft.current.dependencies {
        let Some(end) = ends.get(referenced) else { continue };
        edges.extend(each(touches.changing(dependent), &[*end]));
        edges.extend(each(touches.destroying(dependent), &[*end]));
        edges.extend(ends.get(dependent).map(|before| plain(*before, *end)));
    }
    edges
}

/// Whether an object is an index or may come with one.
fn may_have_index(key: &ObjectKey) -> bool {
    matches!(key, ObjectKey::Constraint { .. } | ObjectKey::Index { .. })
}

fn sets_type(action: &Action) -> bool {
    let Action::AlterTable { changes, .. } = action else { return false };
    changes.iter().any(|change| matches!(change, TableChange::SetType { .. }))
}

/// Foreign keys leave an index before it is built again for a column, and come back after.
fn keys_leave_rebuilt_indexes(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let columns = touches.changes.iter().filter_map(|(key, nodes)| {
        let sets_type = |id: &NodeId| sets_type(&draft.nodes[*id].action);
        let retyping: Vec<NodeId> = nodes.iter().copied().filter(sets_type).collect();
        let is_column = matches!(key, ObjectKey::Column { .. });
        (is_column && !retyping.is_empty()).then_some((key, retyping))
    });
    let mut edges = Vec::new();
    for (column, retyping) in columns {
        for key in leaning_keys(column, &draft.dependents) {
            edges.extend(each(touches.destroying(key), &retyping));
            let creating: Vec<NodeId> = touches.creating(key).collect();
            edges.extend(each(retyping.iter().copied(), &creating));
        }
    }
    edges
}

/// A primary key under another name comes when the current one is gone; its index may be built
/// before.
fn a_table_has_one_primary_key(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let primary = |catalog: &Catalog, key: &ObjectKey| {
        let ObjectKey::Constraint { table, .. } = key else { return None };
        let Some(Object::Constraint(one)) = catalog.objects.get(key) else { return None };
        matches!(one.kind, ConstraintKind::PrimaryKey { .. }).then(|| table.clone())
    };
    let mut going: FxHashMap<QualifiedName, Vec<NodeId>> = FxHashMap::default();
    for (key, nodes) in &touches.destroys {
        if let Some(table) = primary(draft.current, key) {
            going.entry(table).or_default().extend(nodes);
        }
    }
    let mut edges = Vec::new();
    for (key, nodes) in &touches.creates {
        let Some(table) = primary(draft.desired, key) else { continue };
        let adds = |id: &NodeId| !matches!(draft.nodes[*id].action, Action::CreateIndex { .. });
        let adding: Vec<NodeId> = nodes.iter().copied().filter(adds).collect();
        edges.extend(each(going.get(&table).into_iter().flatten().copied(), &adding));
    }
    edges
}

/// A sequence is given to a column that exists, and taken from one before the column goes; it goes on
/// after rows that have the column's type.
fn owners_exist(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (id, node) in draft.nodes.iter().enumerate() {
        match &node.action {
            Action::SetSequenceOwner { name, owner } => {
                let sequence = ObjectKey::Sequence { name: name.clone() };
                edges.extend(each(touches.creating(&sequence), &[id]));
                if let Some((table, column)) = owner {
                    let column = ObjectKey::Column { table: table.clone(), name: column.clone() };
                    edges.extend(each(touches.creating(&column), &[id]));
                }
                if let Some(Object::Sequence(current)) = draft.current.objects.get(&sequence)
                    && let Some((table, column)) = &current.owned_by
                {
                    let column = ObjectKey::Column { table: table.clone(), name: column.clone() };
                    let destroying: Vec<NodeId> = touches.destroying(&column).collect();
                    edges.extend(each(std::iter::once(id), &destroying));
                }
            }
            Action::SyncSequence { table, column } => {
                let column = ObjectKey::Column { table: table.clone(), name: column.clone() };
                let retyping =
                    touches.changing(&column).filter(|id| sets_type(&draft.nodes[*id].action));
                edges.extend(each(retyping, &[id]));
                let owned = node.changes.iter().flat_map(|key| touches.changing(key));
                let owner = owned.filter(|other| {
                    matches!(draft.nodes[*other].action, Action::SetSequenceOwner { .. })
                });
                edges.extend(each(owner, &[id]));
            }
            _ => {}
        }
    }
    edges
}

/// Replica identity and `CLUSTER ON` name an index that has to be there.
fn index_roles_follow_indexes(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (id, node) in draft.nodes.iter().enumerate() {
        let Action::AlterTable { table, changes } = &node.action else { continue };
        for change in changes {
            let (TableChange::SetReplicaIdentity { identity: ReplicaIdentity::Index(index) }
            | TableChange::SetCluster { index: Some(index) }) = change
            else {
                continue;
            };
            let keys = [
                ObjectKey::Index { name: table.sibling(index.clone()) },
                ObjectKey::Constraint { table: table.clone(), name: index.clone() },
            ];
            for key in keys {
                edges.extend(each(touches.creating(&key), &[id]));
            }
        }
    }
    edges
}

//! What runs before what, from both catalogs' dependencies and the few rules that PostgreSQL
//! doesn't record.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::catalog::{
    Catalog, ConstraintKind, Dependency, Ident, IndexTerm, Namespace, Object, ObjectKey,
    OccupiedName, QualifiedName, ReplicaIdentity,
};

use super::closed_domain::domains_are_complete;
use super::count_handover::counts_are_read;
use super::fold::keeps_index;
use super::labels::labels_are_committed;
use super::node::{Between, Draft, Edge, Node, NodeId};
use super::persistence::{
    permanent_tables_reference_permanent_ones, sequences_follow_their_tables,
};
use super::recreate::leaning_keys;
use super::required_columns::{keys_need_required_columns, rows_are_filled};
use super::row_type::rows_are_complete;
use super::sequence_order::{owners_exist, syncs_follow_former_sequences};
use super::touches::{Touch, Touches};
use super::type_replacement::Replacement;
use super::{Action, TableChange};

/// Every edge between the draft's nodes.
pub(super) fn graph(draft: &Draft<'_>) -> Vec<Edge> {
    let touches = Touches::of(draft);
    let mut edges = draft.edges.clone();
    edges.extend(desired_order(draft, &touches));
    edges.extend(current_order(draft, &touches));
    edges.extend(names_become_free(draft, &touches));
    edges.extend(labels_are_committed(draft));
    edges.extend(owners_exist(draft, &touches));
    edges.extend(syncs_follow_former_sequences(draft));
    edges.extend(index_roles_follow_indexes(draft, &touches));
    edges.extend(rows_are_filled(draft, &touches));
    edges.extend(domains_are_complete(draft, &touches));
    edges.extend(foreign_keys_find_their_key(&touches));
    edges.extend(replaced_types_hand_over(draft, &touches));
    edges.extend(keys_leave_rebuilt_indexes(draft, &touches));
    edges.extend(a_table_has_one_primary_key(draft, &touches));
    edges.extend(keys_need_required_columns(draft, &touches));
    edges.extend(permanent_tables_reference_permanent_ones(draft, &touches));
    edges.extend(sequences_follow_their_tables(draft, &touches));
    edges.extend(rows_are_complete(draft, &touches));
    edges.extend(counts_are_read(draft));
    edges.retain(|edge| edge.before != edge.after);
    edges.sort_unstable();
    edges.dedup();
    edges
}

pub(super) fn plain(before: NodeId, after: NodeId) -> Edge {
    Edge { before, after, between: Between::Nothing }
}

/// Each of these before each of those.
pub(super) fn each<'a>(
    before: impl IntoIterator<Item = &'a NodeId>,
    after: &[NodeId],
) -> impl Iterator<Item = Edge> {
    let before = before.into_iter();
    before.flat_map(move |before| after.iter().map(move |after| plain(*before, *after)))
}

/// An object that depends on another, where both are touched.
struct Pair<'a> {
    dependent: &'a ObjectKey,
    referenced: Cow<'a, ObjectKey>,
    /// What touches the dependent.
    above: &'a Touch<'a>,
    /// What touches the referenced object.
    below: &'a Touch<'a>,
}

/// `pg_depend` of a catalog, and the ownership that keys speak of, between objects that are touched.
fn dependencies<'a>(
    catalog: &'a Catalog,
    object: fn(&Touch<'a>) -> Option<&'a Object>,
    touches: &'a Touches<'a>,
) -> impl Iterator<Item = Pair<'a>> {
    let recorded = catalog.dependencies_of(|key| touches.get(key).is_some());
    let recorded = recorded.filter_map(|Dependency { dependent, referenced }| {
        let (above, below) = (touches.get(dependent)?, touches.get(referenced)?);
        Some(Pair { dependent, referenced: Cow::Borrowed(referenced), above, below })
    });
    let there = touches.iter().filter_map(move |(key, above)| Some((key, above, object(above)?)));
    let owned = there.flat_map(move |(key, above, object)| {
        let schema = key.schema().map(|name| ObjectKey::Schema { name: name.clone() });
        let owners = key.owner().into_iter().chain(schema).chain(indexed_table(object));
        owners.filter_map(move |owner| {
            let below = touches.get(&owner)?;
            Some(Pair { dependent: key, referenced: Cow::Owned(owner), above, below })
        })
    });
    recorded.chain(owned)
}

fn indexed_table(object: &Object) -> Option<ObjectKey> {
    let Object::Index(index) = object else { return None };
    Some(ObjectKey::Table { name: index.table.clone() })
}

/// What an object needs is made, and has its desired form, before the object.
fn desired_order(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (_, touch) in touches.iter() {
        edges.extend(each(&touch.creates, &touch.changes));
    }
    let pairs = dependencies(draft.desired, |touch| touch.desired, touches);
    for Pair { referenced, above, below, .. } in pairs {
        // A type that steps aside takes its columns along, before another has its name.
        let takes_along = |id: &NodeId| {
            let node = &draft.nodes[*id];
            let steps_aside = matches!(node.action, Action::RenameType { .. });
            steps_aside || node.destroys.contains(referenced.as_ref())
        };
        let after = above.makes().chain(above.changes.iter().copied());
        let after: Vec<NodeId> = after.filter(|id| !takes_along(id)).collect();
        if !after.is_empty() {
            edges.extend(each(&below.creates, &after));
            let waits_for = |action: &Action| match above.desired {
                Some(Object::Dependent(_)) => !demands_more(action),
                // A column that is computed takes no null only of rows that are filled.
                Some(Object::Column(column)) if column.generated.is_some() => {
                    let fills = matches!(action, Action::Backfill { .. });
                    (column.not_null && fills) || !demands_more(action)
                }
                Some(Object::Default(_)) => decides_on_values(action),
                _ => true,
            };
            let reforming = below.changes.iter().filter(|id| {
                let node = &draft.nodes[**id];
                is_form(node, &referenced) && waits_for(&node.action)
            });
            edges.extend(each(reforming, &above.makes().collect::<Vec<_>>()));
        }
    }
    edges
}

/// Whether a change alters the form that dependents see, rather than who owns a sequence, how a
/// table as a whole is stored, or that a column may be null.
fn is_form(node: &Node, key: &ObjectKey) -> bool {
    match &node.action {
        Action::AlterTable { changes, .. }
            if changes.iter().all(|one| matches!(one, TableChange::DropNotNull { .. })) =>
        {
            false
        }
        Action::SetSequenceOwner { .. }
        | Action::SetSequenceLogged { .. }
        | Action::SetSequenceUnlogged { .. }
        | Action::SyncSequence { .. }
        | Action::AdvanceSequence { .. } => false,
        _ => !matches!(key, ObjectKey::Table { .. }),
    }
}

/// Whether an action only says what rows have to be, or fills them for that: no view, policy, trigger or
/// generated column waits for it, which may take long and may fail.
pub(super) fn demands_more(action: &Action) -> bool {
    match action {
        Action::Backfill { .. } => true,
        Action::AlterTable { changes, .. } => changes.iter().all(|change| {
            matches!(
                change,
                TableChange::SetNotNull { .. }
                    | TableChange::AddConstraint { .. }
                    | TableChange::ValidateConstraint { .. }
                    | TableChange::DropConstraint { .. }
            )
        }),
        _ => false,
    }
}

/// Whether a change says of which type a column's values are, and that they are given.
fn decides_on_values(action: &Action) -> bool {
    match action {
        Action::Backfill { .. } => false,
        Action::AlterTable { changes, .. } => changes.iter().any(|change| {
            matches!(
                change,
                TableChange::SetType { .. }
                    | TableChange::DropExpression { .. }
                    | TableChange::DropIdentity { .. }
            )
        }),
        _ => true,
    }
}

/// What depends on an object is gone, or has left it, before the object goes or changes.
fn current_order(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    let frees = |id: &&NodeId| drops_expression(&draft.nodes[**id].action);
    let pairs = dependencies(draft.current, |touch| touch.current, touches);
    for Pair { dependent, referenced, above, below } in pairs {
        edges.extend(each(&above.destroys, &below.destroys));
        // What is being built beside it needs the change, and it lives through the change.
        if above.prepares.is_empty() {
            let reforms = |id: &NodeId| {
                let node = &draft.nodes[*id];
                is_form(node, &referenced) && !adds_label(&node.action)
            };
            let reforming: Vec<NodeId> = below.changes.iter().copied().filter(reforms).collect();
            edges.extend(each(&above.destroys, &reforming));
        }
        // What is no longer computed from a column lets it change.
        edges.extend(each(above.changes.iter().filter(frees), &below.changes));
        if above.destroys.is_empty() {
            // An enum that is replaced takes the columns along that stay with it.
            let leaves = |id: &NodeId| {
                let node = &draft.nodes[*id];
                !node.changes.contains(dependent) && !keeps_index(node)
            };
            let left: Vec<NodeId> = below.destroys.iter().copied().filter(leaves).collect();
            edges.extend(each(above.changes.iter().chain(&above.creates), &left));
        }
    }
    edges
}

/// Whether an action adds a label, for which nothing that uses the enum has to go.
fn adds_label(action: &Action) -> bool {
    matches!(action, Action::AddEnumValue { .. })
}

/// An object goes before another takes its name, or the same comes again.
fn names_become_free(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut blocked: FxHashMap<OccupiedName, Vec<NodeId>> = FxHashMap::default();
    let mut edges = Vec::new();
    for (key, Touch { creates, destroys, current, .. }) in touches.iter() {
        edges.extend(each(destroys, creates));
        let going = current.filter(|_| !destroys.is_empty());
        for name in going.into_iter().flat_map(|object| object.occupied_names(key)) {
            blocked.entry(name).or_default().extend(destroys);
        }
    }
    for (id, node) in
        draft.nodes.iter().enumerate().filter(|(_, node)| drops_identity(&node.action))
    {
        let objects =
            node.changes.iter().filter_map(|key| Some((key, draft.current.objects.get(key)?)));
        let names = objects.flat_map(|(key, object)| object.occupied_names(key));
        let handed = node.changes.iter().find_map(|key| draft.counts.get(key));
        let id = handed.map_or(id, |one| one.steps_aside);
        for name in names.filter(|name| name.namespace == Namespace::Relation) {
            blocked.entry(name).or_default().push(id);
        }
    }
    if blocked.is_empty() {
        return edges;
    }
    for (key, Touch { creates, changes, desired, .. }) in touches.iter() {
        let coming = desired.filter(|_| !creates.is_empty() || !changes.is_empty());
        for name in coming.into_iter().flat_map(|object| object.occupied_names(key)) {
            let blocking = blocked.get(&name).map(Vec::as_slice).unwrap_or_default();
            edges.extend(each(blocking, creates));
            edges.extend(each(blocking, changes));
        }
    }
    edges
}

/// The sequence of an identity goes with it, and its name becomes free.
fn drops_identity(action: &Action) -> bool {
    alters(action, |change| matches!(change, TableChange::DropIdentity { .. }))
}

/// A foreign key leans on whichever unique index over its target it finds: one that goes is gone
/// before the key comes, and is there until the key is gone, whichever the catalog says it leans on.
fn foreign_keys_find_their_key(touches: &Touches<'_>) -> Vec<Edge> {
    let mut going: FxHashMap<&QualifiedName, Vec<(&Object, NodeId)>> = FxHashMap::default();
    let destroyed = touches.iter().filter(|(_, touch)| !touch.destroys.is_empty());
    for (key, Touch { current, destroys, .. }) in destroyed {
        let (table, object) = match (key, current) {
            (ObjectKey::Constraint { table, .. }, Some(object @ Object::Constraint(one)))
                if one.has_index() =>
            {
                (table, object)
            }
            (_, Some(object @ Object::Index(index))) if index.unique => (&index.table, object),
            _ => continue,
        };
        going.entry(table).or_default().extend(destroys.iter().map(|node| (*object, *node)));
    }
    if going.is_empty() {
        return Vec::new();
    }
    let mut edges = Vec::new();
    for (_, Touch { current, desired, creates, destroys, .. }) in touches.iter() {
        if let Some((table, _)) = desired.and_then(target_of_foreign_key) {
            let going = going.get(table).into_iter().flatten();
            edges.extend(each(going.map(|(_, node)| node), creates));
        }
        if let Some((table, target)) = current.and_then(target_of_foreign_key) {
            let going = going.get(table).into_iter().flatten();
            let fitting = going.filter(|(object, _)| is_unique_over(object, target));
            let fitting: Vec<NodeId> = fitting.map(|(_, node)| *node).collect();
            edges.extend(each(destroys, &fitting));
        }
    }
    edges
}

/// The table and the columns that a foreign key references.
fn target_of_foreign_key(object: &Object) -> Option<(&QualifiedName, &[Ident])> {
    let Object::Constraint(constraint) = object else { return None };
    match &constraint.kind {
        ConstraintKind::ForeignKey { table, target, .. } => Some((table, target)),
        _ => None,
    }
}

/// Whether a foreign key to these columns, in any order, may lean on the key or index.
fn is_unique_over(object: &Object, target: &[Ident]) -> bool {
    let same = |columns: &mut dyn Iterator<Item = &Ident>| {
        columns.collect::<BTreeSet<_>>() == target.iter().collect::<BTreeSet<_>>()
    };
    match object {
        Object::Constraint(one) => match &one.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                same(&mut columns.iter())
            }
            _ => false,
        },
        Object::Index(index) => {
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
    if types.is_empty() {
        return edges;
    }
    for (key, touch) in touches.iter() {
        let ObjectKey::DomainConstraint { domain, .. } = key else { continue };
        if types.contains(&ObjectKey::Domain { name: domain.clone() }) {
            let conversions: Vec<NodeId> = conversions.values().copied().collect();
            edges.extend(each(&touch.creates, &conversions));
        }
    }
    for (column, conversion) in conversions {
        for id in touches.changing(column) {
            let action = &draft.nodes[*id].action;
            if drops_expression(action) {
                edges.push(plain(*id, *conversion));
            } else if sets_type(action) {
                edges.push(plain(*conversion, *id));
            }
        }
    }
    for Dependency { dependent, referenced } in &draft.current.dependencies {
        let Some(end) = ends.get(referenced) else {
            // What stepped aside is still built on what goes.
            if let Some(last) = ends.get(dependent) {
                edges.extend(each([last], touches.destroying(referenced)));
            }
            continue;
        };
        edges.extend(each(touches.changing(dependent), &[*end]));
        edges.extend(each(touches.destroying(dependent), &[*end]));
        edges.extend(ends.get(dependent).map(|before| plain(*before, *end)));
    }
    edges
}

fn drops_expression(action: &Action) -> bool {
    alters(action, |change| matches!(change, TableChange::DropExpression { .. }))
}

pub(super) fn sets_type(action: &Action) -> bool {
    alters(action, |change| matches!(change, TableChange::SetType { .. }))
}

/// Whether an action makes such a change of a table.
fn alters(action: &Action, such: fn(&TableChange) -> bool) -> bool {
    matches!(action, Action::AlterTable { changes, .. } if changes.iter().any(such))
}

/// Foreign keys leave an index before it is built again for a column, and come, or come back, after.
fn keys_leave_rebuilt_indexes(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let columns = touches.iter().filter(|(key, _)| matches!(key, ObjectKey::Column { .. }));
    let columns = columns.filter_map(|(column, touch)| {
        let sets_type = |id: &NodeId| sets_type(&draft.nodes[*id].action);
        let retyping: Vec<NodeId> = touch.changes.iter().copied().filter(sets_type).collect();
        (!retyping.is_empty()).then_some((column, retyping))
    });
    let columns: Vec<(&ObjectKey, Vec<NodeId>)> = columns.collect();
    let mut edges = Vec::new();
    if columns.is_empty() {
        return edges;
    }
    let mut coming: FxHashMap<&QualifiedName, Vec<&Touch<'_>>> = FxHashMap::default();
    for (_, touch) in touches.iter() {
        if let Some((table, _)) = touch.desired.and_then(target_of_foreign_key) {
            coming.entry(table).or_default().push(touch);
        }
    }
    for (column, retyping) in columns {
        for key in leaning_keys(column, &draft.dependents) {
            edges.extend(each(touches.destroying(key), &retyping));
        }
        let ObjectKey::Column { table, .. } = column else { continue };
        let Some(coming) = coming.get(table) else { continue };
        let rebuilt = draft.dependents.on(column).filter_map(|key| draft.current.objects.get(key));
        for index in rebuilt {
            let leaning = coming.iter().filter(|touch| {
                let target = touch.desired.and_then(target_of_foreign_key);
                target.is_some_and(|(_, target)| is_unique_over(index, target))
            });
            edges.extend(leaning.flat_map(|touch| each(&retyping, &touch.creates)));
        }
    }
    edges
}

/// A primary key under another name comes when the current one is gone; its index may be built
/// before.
fn a_table_has_one_primary_key(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let primary = |object: Option<&Object>| {
        let Some(Object::Constraint(one)) = object else { return false };
        matches!(one.kind, ConstraintKind::PrimaryKey { .. })
    };
    let mut going: FxHashMap<ObjectKey, Vec<NodeId>> = FxHashMap::default();
    for (key, touch) in touches.iter().filter(|(_, touch)| primary(touch.current)) {
        if let Some(table) = key.owner() {
            going.entry(table).or_default().extend(&touch.destroys);
        }
    }
    let mut edges = Vec::new();
    for (key, touch) in touches.iter().filter(|(_, touch)| primary(touch.desired)) {
        let adds = |id: &NodeId| !matches!(draft.nodes[*id].action, Action::CreateIndex { .. });
        let adding: Vec<NodeId> = touch.creates.iter().copied().filter(adds).collect();
        let going = key.owner().and_then(|table| going.get(&table));
        edges.extend(each(going.into_iter().flatten(), &adding));
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

//! A column that counts with another sequence from now on goes on where its former one is, which steps
//! aside until its count is read.

use rustc_hash::FxHashMap;

use crate::catalog::{
    Catalog, Column, Dependency, Ident, Identity, ObjectKey, QualifiedName, Sequence,
    identity_sequence,
};

use super::dependency::plain;
use super::node::{Between, Draft, Edge, Node, NodeId};
use super::{Action, TableChange};

/// A count on its way from one sequence of a column to the next.
#[derive(Debug)]
pub(super) struct HandedCount {
    /// What frees the name of the former sequence.
    pub(super) steps_aside: NodeId,
    /// What reads its count.
    reads: NodeId,
}

/// Hands the count of a sequence that goes to the identity that its column becomes; says whether that is
/// so. A sequence that others count with too goes as any other.
pub(super) fn to_identity(key: &ObjectKey, sequence: &Sequence, draft: &mut Draft<'_>) -> bool {
    let (ObjectKey::Sequence { name }, Some((table, column))) = (key, &sequence.owned_by) else {
        return false;
    };
    let [current, desired] = [draft.current, draft.desired].map(|side| side.column(table, column));
    let (Some(_), Some(identity)) = (current, identity_of(desired)) else { return false };
    let is_own = |user: &ObjectKey| match user {
        ObjectKey::Default { table: of, column: name } => of == table && name == column,
        user => matches!(user, ObjectKey::Comment { .. }),
    };
    if draft.counts.contains_key(&key_of(table, column))
        || !draft.dependents.on(key).all(is_own)
        || !gives_values(key, table, column, draft.current)
    {
        return false;
    }
    let next = sequence_of(identity, table, column);
    let from = draft.temporary_name(name);
    let step = Action::RenameSequence { name: name.clone(), desired: from.name.clone() };
    let steps_aside = draft.push(Node::destroying(step, key));
    let reads = draft.push(Node::of(Action::TakeOverSequence { name: next, from }));
    hand_over(table, column, HandedCount { steps_aside, reads }, draft);
    true
}

/// Hands the count of an identity that goes to the new sequence of its column, which is made by a node.
pub(super) fn to_sequence(
    name: &QualifiedName,
    sequence: &Sequence,
    made: NodeId,
    draft: &mut Draft<'_>,
) {
    let Some((table, column)) = &sequence.owned_by else { return };
    let [current, desired] = [draft.current, draft.desired].map(|side| side.column(table, column));
    let (Some(identity), None) = (identity_of(current), identity_of(desired)) else { return };
    let key = ObjectKey::Sequence { name: name.clone() };
    if !gives_values(&key, table, column, draft.desired)
        || draft.counts.contains_key(&key_of(table, column))
    {
        return;
    }
    let former = sequence_of(identity, table, column);
    let from = draft.temporary_name(&former);
    let step = Action::RenameSequence { name: former, desired: from.name.clone() };
    let steps_aside = draft.push(Node::of(step));
    let reads = draft.push(Node::of(Action::ContinueSequence { name: name.clone(), from }));
    draft.order(made, reads, Between::Nothing);
    hand_over(table, column, HandedCount { steps_aside, reads }, draft);
}

/// Whether it is this sequence that the column's default counts with, of those that belong to it.
fn gives_values(
    sequence: &ObjectKey,
    table: &QualifiedName,
    column: &Ident,
    side: &Catalog,
) -> bool {
    let dependent = ObjectKey::Default { table: table.clone(), column: column.clone() };
    side.dependencies.contains(&Dependency { dependent, referenced: sequence.clone() })
}

fn hand_over(table: &QualifiedName, column: &Ident, count: HandedCount, draft: &mut Draft<'_>) {
    draft.order(count.steps_aside, count.reads, Between::Nothing);
    draft.counts.insert(key_of(table, column), count);
}

fn identity_of(column: Option<&Column>) -> Option<&Identity> {
    column?.identity.as_deref()
}

fn sequence_of(identity: &Identity, table: &QualifiedName, column: &Ident) -> QualifiedName {
    identity.sequence.clone().unwrap_or_else(|| identity_sequence(table, column))
}

fn key_of(table: &QualifiedName, column: &Ident) -> ObjectKey {
    ObjectKey::Column { table: table.clone(), name: column.clone() }
}

/// A count is read when the next sequence is there and before the former goes, and what finds a sequence
/// by its column comes when there is one again.
pub(super) fn counts_are_read(draft: &Draft<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    if draft.counts.is_empty() {
        return edges;
    }
    let mut drops: FxHashMap<ObjectKey, NodeId> = FxHashMap::default();
    let mut syncs: Vec<(ObjectKey, NodeId)> = Vec::new();
    for (id, node) in draft.nodes.iter().enumerate() {
        match &node.action {
            Action::AlterTable { table, changes } => {
                for change in changes {
                    let (TableChange::AddIdentity { column, .. }
                    | TableChange::DropIdentity { column }) = change
                    else {
                        continue;
                    };
                    let key = key_of(table, column);
                    let Some(count) = draft.counts.get(&key) else { continue };
                    if let TableChange::AddIdentity { .. } = change {
                        edges.push(plain(id, count.reads));
                    } else {
                        edges.push(plain(count.reads, id));
                        drops.insert(key, id);
                    }
                }
            }
            Action::SyncSequence { table, column } => syncs.push((key_of(table, column), id)),
            _ => {}
        }
    }
    for (key, sync) in syncs {
        if let Some(count) = draft.counts.get(&key) {
            edges.push(plain(drops.get(&key).copied().unwrap_or(count.reads), sync));
        }
    }
    edges
}

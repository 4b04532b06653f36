//! Sequences among the other changes: whose they are, and after which rows they go on.

use rustc_hash::FxHashMap;

use crate::catalog::{Ident, Object, ObjectKey, QualifiedName};

use super::Action;
use super::dependency::{each, plain, sets_type};
use super::node::{Draft, Edge, NodeId};
use super::touches::Touches;

/// A sequence is given to a column that exists, and taken from one before the column goes; it goes on
/// after rows that have the column's type.
pub(super) fn owners_exist(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
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
                    edges.extend(each(&[id], touches.destroying(&column)));
                }
            }
            Action::SyncSequence { table, column }
            | Action::AdvanceSequence { table, column, .. } => {
                let column = ObjectKey::Column { table: table.clone(), name: column.clone() };
                let retyping = touches.changing(&column).iter();
                let retyping = retyping.filter(|id| sets_type(&draft.nodes[**id].action));
                edges.extend(each(retyping, &[id]));
                let changing = node.changes.iter().flat_map(|key| touches.changing(key));
                let is_formed = |other: &&NodeId| {
                    matches!(
                        draft.nodes[**other].action,
                        Action::SetSequenceOwner { .. }
                            | Action::AlterSequence { .. }
                            | Action::RestartSequence { .. }
                    )
                };
                edges.extend(each(changing.filter(is_formed), &[id]));
            }
            _ => {}
        }
    }
    edges
}

/// A column has one sequence of its own when that is found by the column: the one that it had has
/// gone, or belongs to another.
pub(super) fn syncs_follow_former_sequences(draft: &Draft<'_>) -> Vec<Edge> {
    let synced = draft.nodes.iter().enumerate().filter_map(|(id, node)| match &node.action {
        Action::SyncSequence { table, column } => Some(((table, column), id)),
        _ => None,
    });
    let synced: FxHashMap<(&QualifiedName, &Ident), NodeId> = synced.collect();
    let mut edges = Vec::new();
    for (id, node) in draft.nodes.iter().enumerate() {
        let (Action::SetSequenceOwner { name, .. } | Action::DropSequence { name }) = &node.action
        else {
            continue;
        };
        let key = ObjectKey::Sequence { name: name.clone() };
        let Some(Object::Sequence(before)) = draft.current.objects.get(&key) else { continue };
        let owner = before.owned_by.as_ref();
        let sync = owner.and_then(|(table, column)| synced.get(&(table, column)));
        edges.extend(sync.map(|sync| plain(id, *sync)));
    }
    edges
}

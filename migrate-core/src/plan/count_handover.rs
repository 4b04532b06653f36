//! A column that counts with another sequence from now on goes on where its former one is, which steps
//! aside until its count is read.

use crate::catalog::{
    Ident, Identity, Object, ObjectKey, QualifiedName, Sequence, identity_sequence,
};

use super::dependency::{each, plain};
use super::node::{Between, Draft, Edge, Node, NodeId};
use super::touches::Touches;
use super::type_replacement::aside;
use super::{Action, TableChange};

/// A count on its way from one sequence of a column to the next.
#[derive(Debug)]
pub(super) struct HandedCount {
    table: QualifiedName,
    column: Ident,
    /// What frees the name of the former sequence.
    pub(super) steps_aside: NodeId,
    /// What reads its count.
    reads: NodeId,
    /// After what the column has one sequence again.
    end: NodeId,
}

impl HandedCount {
    /// Whether it is that of the column.
    pub(super) fn is_of(&self, key: &ObjectKey) -> bool {
        let Self { table, column, .. } = self;
        matches!(key, ObjectKey::Column { table: of, name } if of == table && name == column)
    }
}

/// Hands the count of a sequence that goes to the identity that its column becomes; says whether that is
/// so. A sequence that others count with too goes as any other.
pub(super) fn to_identity(key: &ObjectKey, sequence: &Sequence, draft: &mut Draft<'_>) -> bool {
    let (ObjectKey::Sequence { name }, Some((table, column))) = (key, &sequence.owned_by) else {
        return false;
    };
    let identity = draft.desired.column(table, column).and_then(|one| one.identity.as_deref());
    let Some(identity) = identity.filter(|_| draft.current.column(table, column).is_some()) else {
        return false;
    };
    let is_own = |user: &ObjectKey| match user {
        ObjectKey::Default { table: of, column: name } => of == table && name == column,
        user => matches!(user, ObjectKey::Comment { .. }),
    };
    let from = aside(name);
    if !draft.dependents.on(key).all(is_own) || is_taken(&from, draft) {
        return false;
    }
    let name_of_next = sequence_of(identity, table, column);
    let step = Action::RenameSequence { name: name.clone(), desired: from.name.clone() };
    let steps_aside = draft.push(Node::destroying(step, key));
    let reads = draft.push(Node::of(Action::TakeOverSequence { name: name_of_next, from }));
    draft.order(steps_aside, reads, Between::Nothing);
    let (table, column) = (table.clone(), column.clone());
    draft.counts.push(HandedCount { table, column, steps_aside, reads, end: reads });
    true
}

/// Hands the count of an identity to the new sequence of its column, where it gets one; `drops` is what
/// ends the identity.
pub(super) fn to_sequence(
    table: &QualifiedName,
    column: &Ident,
    identity: &Identity,
    drops: NodeId,
    draft: &mut Draft<'_>,
) {
    let name = sequence_of(identity, table, column);
    let from = aside(&name);
    let next = draft.desired.objects.iter().find_map(|(key, object)| match (key, object) {
        (ObjectKey::Sequence { name }, Object::Sequence(one))
            if !draft.exists(key)
                && one.owned_by.as_ref().is_some_and(|(of, own)| of == table && own == column) =>
        {
            Some(name.clone())
        }
        _ => None,
    });
    let Some(next) = next.filter(|_| !is_taken(&from, draft)) else { return };
    let step = Action::RenameSequence { name, desired: from.name.clone() };
    let steps_aside = draft.push(Node::of(step));
    let reads = draft.push(Node::of(Action::ContinueSequence { name: next, from }));
    draft.order(steps_aside, reads, Between::Nothing);
    draft.order(reads, drops, Between::Nothing);
    let (table, column) = (table.clone(), column.clone());
    draft.counts.push(HandedCount { table, column, steps_aside, reads, end: drops });
}

fn sequence_of(identity: &Identity, table: &QualifiedName, column: &Ident) -> QualifiedName {
    identity.sequence.clone().unwrap_or_else(|| identity_sequence(table, column))
}

/// Whether something has the name on either side.
fn is_taken(name: &QualifiedName, draft: &Draft<'_>) -> bool {
    let keys = [
        ObjectKey::Table { name: name.clone() },
        ObjectKey::View { name: name.clone() },
        ObjectKey::MaterializedView { name: name.clone() },
        ObjectKey::Sequence { name: name.clone() },
        ObjectKey::Index { name: name.clone() },
        ObjectKey::Composite { name: name.clone() },
    ];
    let sides = [draft.current, draft.desired];
    keys.iter().any(|key| sides.iter().any(|side| side.objects.contains_key(key)))
}

/// A count is read when the next sequence is there, and what finds a sequence by its column comes when
/// there is one.
pub(super) fn counts_are_read(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for HandedCount { table, column, reads, end, .. } in &draft.counts {
        if let Action::ContinueSequence { name, .. } = &draft.nodes[*reads].action {
            let next = ObjectKey::Sequence { name: name.clone() };
            edges.extend(each(touches.creating(&next), &[*reads]));
        }
        for (id, node) in draft.nodes.iter().enumerate() {
            match &node.action {
                Action::AlterTable { table: of, changes } if of == table => {
                    let adds = |change: &TableChange| matches!(change, TableChange::AddIdentity { column: name, .. } if name == column);
                    edges.extend(changes.iter().any(adds).then(|| plain(id, *reads)));
                }
                Action::SyncSequence { table: of, column: name }
                    if of == table && name == column =>
                {
                    edges.push(plain(*end, id));
                }
                _ => {}
            }
        }
    }
    edges
}

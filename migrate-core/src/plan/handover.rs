//! A unique index that becomes a constraint of the same name, and a constraint that becomes an index:
//! at no moment are rows without their key.

use std::collections::BTreeSet;

use crate::catalog::{Constraint, Index, Object, ObjectKey};
use crate::diff::Change;

use super::lifecycle::index_behind;
use super::node::{Between, Draft, Node};
use super::{Action, IndexBuild, TableChange};

/// An index and a constraint of one table and one name, of which one takes over from the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handover<'a> {
    index_key: &'a ObjectKey,
    index: &'a Index,
    constraint_key: &'a ObjectKey,
    constraint: &'a Constraint,
    way: Way,
}

/// Which of the two is there, and whether the index can stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The index is the one that the constraint needs.
    Attached,
    /// The constraint needs another index.
    Constrained,
    /// The constraint goes, and takes its index along.
    Released,
}

impl<'a> Handover<'a> {
    /// What goes.
    pub(super) fn dropped(&self) -> &'a ObjectKey {
        match self.way {
            Way::Attached | Way::Constrained => self.index_key,
            Way::Released => self.constraint_key,
        }
    }

    /// What comes.
    pub(super) fn created(&self) -> &'a ObjectKey {
        match self.way {
            Way::Attached | Way::Constrained => self.constraint_key,
            Way::Released => self.index_key,
        }
    }

    /// Whether the index stays, with all that leans on it.
    pub(super) fn keeps_index(&self) -> bool {
        self.way == Way::Attached
    }
}

/// Every handover among the changes.
pub(super) fn handovers<'a>(changes: &[Change<'a>]) -> Vec<Handover<'a>> {
    let constraints = changes.iter().filter_map(|change| match change {
        Change::Create { key, desired: Object::Constraint(constraint) } => {
            Some((*key, constraint, true))
        }
        Change::Drop { key, current: Object::Constraint(constraint) } => {
            Some((*key, constraint, false))
        }
        _ => None,
    });
    let found = constraints.filter_map(|(constraint_key, constraint, comes)| {
        let ObjectKey::Constraint { table, name } = constraint_key else { return None };
        let wanted = ObjectKey::Index { name: table.sibling(name.clone()) };
        let place = changes.binary_search_by(|change| change.key().cmp(&wanted)).ok()?;
        let (index_key, index, way) = match &changes[place] {
            Change::Drop { key, current: Object::Index(index) } if comes => {
                let (needed, _) = index_behind(constraint, table)?;
                let fits = needed == **index;
                (*key, index, if fits { Way::Attached } else { Way::Constrained })
            }
            Change::Create { key, desired: Object::Index(index) } if !comes => {
                (*key, index, Way::Released)
            }
            _ => return None,
        };
        let handover = Handover { index_key, index, constraint_key, constraint, way };
        (index.table == *table).then_some(handover)
    });
    found.collect()
}

/// The indexes that become constraints as they are.
pub(super) fn kept_indexes(handovers: &[Handover<'_>]) -> BTreeSet<ObjectKey> {
    let kept = handovers.iter().filter(|handover| handover.keeps_index());
    kept.map(|handover| handover.index_key.clone()).collect()
}

/// Pushes what lets one take over from the other.
pub(super) fn hand_over(handover: Handover<'_>, draft: &mut Draft<'_>) {
    let Handover { index_key, index, constraint_key, constraint, way } = handover;
    let (ObjectKey::Constraint { table, name }, ObjectKey::Index { name: index_name }) =
        (constraint_key, index_key)
    else {
        return;
    };
    let add = |key, index| {
        let deferrable = constraint.deferrable;
        let change =
            TableChange::AddConstraintUsingIndex { name: name.clone(), key, index, deferrable };
        Action::alter(table, change)
    };
    let build = IndexBuild::Concurrently;
    match (way, index_behind(constraint, table)) {
        (Way::Attached, Some((_, key))) => {
            let node = Node::creating(add(key, name.clone()), constraint_key);
            let (destroys, prepares) = (vec![index_key.clone()], vec![index_key.clone()]);
            draft.push(Node { destroys, prepares, ..node });
        }
        (Way::Constrained, Some((index, key))) => {
            let temporary = draft.temporary_name(index_name);
            let action = Action::CreateIndex { name: temporary.clone(), index, build };
            let built = taking_over(action, constraint_key, index_key);
            let drop = Action::DropIndex { name: index_name.clone(), build: IndexBuild::Plain };
            let added = Node::creating(add(key, temporary.name), constraint_key);
            swap(built, Node::destroying(drop, index_key), added, draft);
        }
        (Way::Attached | Way::Constrained, None) => {}
        (Way::Released, _) => {
            let temporary = draft.temporary_name(index_name);
            let index = index.clone();
            let action = Action::CreateIndex { name: temporary.clone(), index, build };
            let built = taking_over(action, index_key, constraint_key);
            let drop = Action::alter(table, TableChange::DropConstraint { name: name.clone() });
            let rename = Action::RenameIndex { name: temporary, desired: name.clone() };
            let renamed = Node::creating(rename, index_key);
            swap(built, Node::destroying(drop, constraint_key), renamed, draft);
        }
    }
}

/// What is built for one while the other lives on.
fn taking_over(action: Action, created: &ObjectKey, dropped: &ObjectKey) -> Node {
    Node { prepares: vec![created.clone(), dropped.clone()], ..Node::of(action) }
}

/// One goes and the other comes in one short transaction, once the latter is built.
fn swap(built: Node, dropped: Node, added: Node, draft: &mut Draft<'_>) {
    let [built, dropped, added] = [built, dropped, added].map(|node| draft.push(node));
    draft.order(built, dropped, Between::Commit);
    draft.order(dropped, added, Between::Nothing);
}

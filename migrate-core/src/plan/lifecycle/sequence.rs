//! Sequences that no identity column owns.

use std::collections::BTreeSet;

use crate::catalog::{Ident, Object, ObjectKey, QualifiedName, Sequence, SequenceOptions};
use crate::diff::Pair;
use crate::plan::node::{Between, Draft, Node, NodeId, given_to};
use crate::plan::{Action, PlanError, count_handover, persistence};

use super::DbObject;

impl DbObject for Sequence {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        let ObjectKey::Sequence { name } = key else { return Ok(()) };
        let action = Action::CreateSequence { name: name.clone(), options: self.options.clone() };
        let made = draft.push(Node::creating(action, key));
        if let Some((table, column)) = &self.owned_by {
            set_owner(name, key, self.owned_by.clone(), Some(made), draft);
            count_handover::to_sequence(name, self, made, draft);
            start_after_rows(table, column, key, draft);
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Sequence { name } = key else { return Ok(()) };
        if pair.differs_in(|sequence| &sequence.options) {
            let options = Pair::of(&pair.current.options, &pair.desired.options);
            let alter = |options| Action::AlterSequence { name: name.clone(), options };
            let actions = actions_between(options, name, alter);
            if actions.iter().any(restarts) {
                go_on_after_rows(pair.desired, name, key, draft);
            }
            let mut last = None;
            for action in actions {
                let node = draft.push(Node::changing(action, key));
                if let Some(last) = last.replace(node) {
                    draft.order(last, node, Between::Nothing);
                }
            }
        }
        if pair.differs_in(|sequence| &sequence.owned_by) {
            set_owner(name, key, pair.desired.owned_by.clone(), None, draft);
        }
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Sequence { name } = key
            && !count_handover::to_identity(key, self, draft)
        {
            draft.push(Node::destroying(Action::DropSequence { name: name.clone() }, key));
        }
    }
}

/// The actions that give a sequence its desired options, each made by `alter`. The count stays where
/// the desired range allows it; where it doesn't, which only the database knows, it begins again,
/// over a range that allows both counts.
pub(super) fn actions_between(
    options: Pair<'_, SequenceOptions>,
    name: &QualifiedName,
    alter: impl Fn(SequenceOptions) -> Action,
) -> Vec<Action> {
    let Pair { current, desired } = options;
    let mut actions = Vec::new();
    if !desired.allows(current.min) || !desired.allows(current.max) {
        let SequenceOptions { start, min, max, .. } = *desired;
        if !current.allows(start) {
            actions.push(alter(desired.widened(current)));
        }
        actions.push(Action::RestartSequence { name: name.clone(), start, min, max });
    }
    actions.push(alter(desired.clone()));
    actions
}

/// Whether a count may begin again, among values that rows have.
pub(super) fn restarts(action: &Action) -> bool {
    matches!(action, Action::RestartSequence { .. })
}

/// The columns that count with a sequence, before and after, hold no value that it gives next.
fn go_on_after_rows(
    sequence: &Sequence,
    name: &QualifiedName,
    key: &ObjectKey,
    draft: &mut Draft<'_>,
) {
    let users: BTreeSet<(QualifiedName, Ident)> = draft
        .dependents
        .on(key)
        .filter_map(|user| match user {
            ObjectKey::Default { table, column } if draft.desired.objects.contains_key(user) => {
                Some((table.clone(), column.clone()))
            }
            _ => None,
        })
        .chain(sequence.owned_by.clone())
        .collect();
    for (table, column) in users {
        if may_hold_numbers(&table, &column, draft) {
            let action = Action::AdvanceSequence { name: name.clone(), table, column };
            draft.push(Node::changing(action, key));
        }
    }
}

fn set_owner(
    name: &QualifiedName,
    key: &ObjectKey,
    owner: Option<(QualifiedName, Ident)>,
    made: Option<NodeId>,
    draft: &mut Draft<'_>,
) {
    let handed_over = owner.as_ref().and_then(|(table, _)| handed_over(key, table, draft));
    let set =
        draft.push(Node::changing(Action::SetSequenceOwner { name: name.clone(), owner }, key));
    if let Some(handed_over) = handed_over {
        let handed_over = draft.push(Node::of(handed_over));
        draft.order(handed_over, set, Between::Nothing);
        made.inspect(|made| draft.order(*made, handed_over, Between::Nothing));
    }
}

/// What gives a sequence to the role that a table belongs to: no other role's can be owned by a column
/// of it.
fn handed_over(key: &ObjectKey, table: &QualifiedName, draft: &Draft<'_>) -> Option<Action> {
    let role_of = |key: &ObjectKey| draft.current.owners.get(key);
    let (before, after) = (role_of(key), role_of(&ObjectKey::Table { name: table.clone() }));
    let role = after.map_or_else(|| "CURRENT_USER".to_owned(), ToString::to_string);
    given_to(key, &role).filter(|_| before != after)
}

/// A column that held values before it got a sequence goes on after the largest of them.
fn start_after_rows(table: &QualifiedName, column: &Ident, key: &ObjectKey, draft: &mut Draft<'_>) {
    if may_hold_numbers(table, column, draft) {
        let action = Action::SyncSequence { table: table.clone(), column: column.clone() };
        draft.push(Node::changing(action, key));
    }
}

/// Whether the column was there before and a sequence can count in it.
pub(super) fn may_hold_numbers(table: &QualifiedName, column: &Ident, draft: &Draft<'_>) -> bool {
    let (current, desired) = (draft.current.column(table, column), draft.desired);
    current.is_some()
        && desired.column(table, column).is_some_and(|column| {
            let base = desired.base_type(&column.sql_type);
            let base = base.split('(').next().unwrap_or(base);
            ["smallint", "integer", "bigint", "numeric"].contains(&base)
        })
}

/// Pushes what makes sequences logged or unlogged, those too that are the same on both sides: they
/// follow the table that owns them, whatever they shall be themselves.
pub(in crate::plan) fn set_persistence(draft: &mut Draft<'_>) {
    let (current, desired) = (draft.current, draft.desired);
    for (key, object) in &desired.objects {
        let (ObjectKey::Sequence { name }, Object::Sequence(after)) = (key, object) else {
            continue;
        };
        let Some(unlogged) = after.unlogged else { continue };
        let before = match current.objects.get(key) {
            Some(Object::Sequence(before)) => Some(before),
            _ => None,
        };
        if !reaches(before, after, unlogged, draft) {
            let name = name.clone();
            let action = match unlogged {
                true => Action::SetSequenceUnlogged { name },
                false => Action::SetSequenceLogged { name },
            };
            draft.push(Node::changing(action, key));
        }
    }
}

/// Whether the sequence becomes so, or stays so, by itself.
fn reaches(before: Option<&Sequence>, after: &Sequence, unlogged: bool, draft: &Draft<'_>) -> bool {
    let owners = before.into_iter().chain([after]).filter_map(|one| one.owned_by.as_ref());
    let mut followed = owners.filter_map(|(table, _)| persistence::becomes_unlogged(table, draft));
    match before {
        Some(before) if before.owned_by == after.owned_by => {
            followed.next().or(before.unlogged) == Some(unlogged)
        }
        // Which table it belongs to when that changes is left open.
        _ => {
            let at_first = before.and_then(|before| before.unlogged).unwrap_or(false);
            at_first == unlogged && followed.next().is_none()
        }
    }
}

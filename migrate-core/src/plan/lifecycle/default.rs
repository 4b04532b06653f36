//! Defaults of columns.

use crate::catalog::{Dependency, Expression, Ident, Object, ObjectKey, QualifiedName};
use crate::diff::Pair;
use crate::plan::node::{Between, Draft, Node};
use crate::plan::{Action, PlanError, TableChange};

use super::DbObject;
use super::sequence::may_hold_numbers;

impl DbObject for Expression {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Default { table, column } = key {
            let change = TableChange::SetDefault { column: column.clone(), default: self.clone() };
            let set = draft.push(Node::creating(Action::alter(table, change), key));
            for advanced in counted_from_now_on(table, column, key, draft) {
                // What locks the table comes first, so that no value comes between.
                let advanced = draft.push(advanced);
                draft.order(set, advanced, Between::Nothing);
            }
        }
        Ok(())
    }

    /// `SET DEFAULT` replaces what is there.
    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        pair.desired.create(key, draft)
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Default { table, column } = key {
            let change = TableChange::DropDefault { column: column.clone() };
            let node = Node::destroying(Action::alter(table, change), key);
            let comes_again = draft.desired.objects.contains_key(key);
            draft.push(if comes_again { node.late() } else { node });
        }
    }
}

/// A column that held values before it counts with a sequence goes on after the largest of them. One
/// that is made for the column alone knows by itself.
fn counted_from_now_on(
    table: &QualifiedName,
    column: &Ident,
    key: &ObjectKey,
    draft: &Draft<'_>,
) -> Vec<Node> {
    let is_new = |one: &&Dependency| {
        let is_own = match draft.desired.objects.get(&one.referenced) {
            Some(Object::Sequence(sequence)) => {
                let owner = sequence.owned_by.as_ref();
                owner.is_some_and(|(of, name)| of == table && name == column)
            }
            _ => false,
        };
        !draft.current.dependencies.contains(*one) && (!is_own || draft.exists(&one.referenced))
    };
    let new: Vec<&Dependency> = draft.desired.dependencies_on(key).filter(is_new).collect();
    if new.is_empty() || !may_hold_numbers(table, column, draft) {
        return Vec::new();
    }
    let advanced = new.into_iter().filter_map(|one| match &one.referenced {
        ObjectKey::Sequence { name } => {
            let (name, table, column) = (name.clone(), table.clone(), column.clone());
            let action = Action::AdvanceSequence { name, table, column };
            Some(Node::changing(action, &one.referenced))
        }
        _ => None,
    });
    advanced.collect()
}

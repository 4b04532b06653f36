//! The header of a revision.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::catalog::{Composite, ObjectKey, QualifiedName};
use crate::diff::plain_name;
use crate::plan::{Action, Plan, TableChange, dropped_attributes, losses, missing};
use crate::revision::{allowance_text, attribute_allowance_text};

use super::RevisionText;

/// The constant that says what a revision is and what its `up` may destroy.
pub(super) fn header(of: &RevisionText<'_>) -> TokenStream {
    let RevisionText { id, parent, requires, .. } = of;
    let after = parent.map(|parent| quote!(.after(#parent)));
    let requires = requires.map(|requires| quote!(.requires(#requires)));
    let allowances = allowances(of.up, of.down);
    let allow = allowances.map(|allowances| quote!(.allow(&[#(#allowances),*])));
    quote!(pub const REVISION: Header = Header::new(#id) #after #requires #allow;)
}

fn allowances(up: &Plan, down: &Plan) -> Option<Vec<syn::Expr>> {
    let lost = lost(up);
    let [again, before] = [up, down].map(generated);
    let texts = lost.iter().map(|key| match again.contains(key) && before.contains(key) {
        true => recomputation_text(key),
        false => allowance_text(key),
    });
    let attributes = lost_attributes(up, down);
    let texts = texts.chain(attributes.iter().map(|name| attribute_allowance_text(name)));
    let allowances: Vec<syn::Expr> = texts.filter_map(|text| syn::parse_str(&text).ok()).collect();
    (!allowances.is_empty()).then_some(allowances)
}

/// The attributes of composite types that `up` drops, and those that a type which it replaces, and
/// which `down` makes again, doesn't have any more.
fn lost_attributes(up: &Plan, down: &Plan) -> BTreeSet<String> {
    let [replacing, before] = [up, down].map(composites);
    let dropped = up.actions().flat_map(dropped_attributes);
    let dropped = dropped.filter(|(composite, _)| !replacing.contains_key(composite));
    let left_out = replacing.iter().flat_map(|(composite, after)| {
        let before = before.get(composite);
        before.into_iter().flat_map(|before| missing(before, after)).map(|name| (*composite, name))
    });
    let lost = dropped.chain(left_out);
    lost.map(|(composite, name)| composite.plain_part(name)).collect()
}

/// The composite types that a plan makes.
fn composites(plan: &Plan) -> BTreeMap<&QualifiedName, &Composite> {
    let made = plan.actions().filter_map(|action| match action {
        Action::CreateComposite { name, definition } => Some((name, definition)),
        _ => None,
    });
    made.collect()
}

/// The generated columns that a plan makes. What `up` and `down` both make is computed again.
fn generated(plan: &Plan) -> BTreeSet<ObjectKey> {
    let made = plan.table_changes().filter_map(|(table, change)| match change {
        TableChange::AddColumn { column } if column.column.generated.is_some() => {
            Some(ObjectKey::Column { table: table.clone(), name: column.name.clone() })
        }
        _ => None,
    });
    made.collect()
}

/// The Rust text that says that a column's values are computed again.
fn recomputation_text(key: &ObjectKey) -> String {
    format!("recomputes_column({:?})", plain_name(key))
}

/// What a plan destroys of what was there before it.
fn lost(plan: &Plan) -> BTreeSet<ObjectKey> {
    let mut made: BTreeSet<ObjectKey> = BTreeSet::new();
    let mut lost = BTreeSet::new();
    for action in plan.actions() {
        let held = |key: &ObjectKey| {
            made.contains(key) || key.owner().is_some_and(|owner| made.contains(&owner))
        };
        lost.extend(losses(action).into_iter().filter(|key| !held(key)));
        made.extend(created(action));
    }
    lost
}

/// The objects with data that an action makes.
fn created(action: &Action) -> Vec<ObjectKey> {
    match action {
        Action::CreateSchema { name } => vec![ObjectKey::Schema { name: name.clone() }],
        Action::CreateSequence { name, .. } => vec![ObjectKey::Sequence { name: name.clone() }],
        Action::CreateTable { name, .. } => vec![ObjectKey::Table { name: name.clone() }],
        Action::AlterTable { table, changes } => changes
            .iter()
            .filter_map(|change| match change {
                TableChange::AddColumn { column } => {
                    Some(ObjectKey::Column { table: table.clone(), name: column.name.clone() })
                }
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

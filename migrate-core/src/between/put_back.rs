//! The form in which views, functions, triggers, policies and rules come again that had to go. FROM's
//! own may hold casts to types that are no more, or need what goes; TO's is what is wanted.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Dependent, Object, ObjectKey};
use crate::plan::{Action, Plan};

use super::Pattern;
use super::exclude::is_excluded;
use super::left_alone::lacks;

/// What a plan makes that is known by its definition.
pub(super) fn made(plan: &Plan) -> Vec<ObjectKey> {
    let made = plan.actions().filter_map(|action| match action {
        Action::CreateDependent { key, .. } => Some(key.clone()),
        _ => None,
    });
    made.collect()
}

/// A materialized view comes again with its rows, where it had them.
fn filled_as(current: Option<&Object>, desired: &Dependent) -> Dependent {
    let is_empty = |dependent: &Dependent| {
        dependent.create.first().is_some_and(|create| create.ends_with(WITHOUT_ROWS))
    };
    let mut filled = desired.clone();
    if let (Some(Object::Dependent(current)), Some(create)) = (current, filled.create.first_mut())
        && !is_empty(current)
        && let Some(query) = create.strip_suffix(WITHOUT_ROWS)
    {
        *create = query.to_owned();
    }
    filled
}

/// How the text of a materialized view ends that was never filled.
const WITHOUT_ROWS: &str = "\nWITH NO DATA";

/// Gives these, as far as both sides have them, the form that TO has, where everything is there that
/// it needs; says which got another.
pub(super) fn take_desired_forms(
    keys: &[ObjectKey],
    carried: &mut Catalog,
    desired: &Catalog,
    patterns: &[Pattern],
) -> BTreeSet<ObjectKey> {
    let mut taken = BTreeSet::new();
    for key in keys {
        let Some(Object::Dependent(wanted)) = desired.objects.get(key) else { continue };
        let object = &Object::Dependent(filled_as(carried.objects.get(key), wanted));
        let is_of_the_author =
            !matches!(key, ObjectKey::Privileges { .. } | ObjectKey::RowSecurity { .. });
        let differs = || {
            carried.objects.get(key) != Some(object)
                || !carried.dependencies_on(key).eq(desired.dependencies_on(key))
        };
        let has_its_needs =
            || !desired.dependencies_on(key).any(|one| lacks(one, desired, carried));
        if is_of_the_author && differs() && !is_excluded(key, desired, patterns) && has_its_needs()
        {
            carried.objects.insert(key.clone(), object.clone());
            carried.dependencies.retain(|one| one.dependent != *key);
            carried.dependencies.extend(desired.dependencies_on(key).cloned());
            taken.insert(key.clone());
        }
    }
    taken
}

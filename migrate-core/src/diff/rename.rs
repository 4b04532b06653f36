//! What may have been renamed, and what follows a rename.

use std::cell::LazyCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::catalog::{
    Catalog, Ident, Object, ObjectKey, OccupiedName, QualifiedName, identity_sequence,
};
use crate::plan::{Action, attribute, missing};

use super::Answers;

/// A dropped object, and the created ones that may be it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameCandidate {
    /// What would be dropped.
    pub current: ObjectKey,
    /// What would be created, the likeliest first; at least one.
    pub desired: Vec<ObjectKey>,
}

/// Dropped and created tables of the same columns, and dropped and created columns of one table
/// with the same type, that no answer speaks of. `current` is the catalog after all known renames.
pub fn rename_candidates(
    current: &Catalog,
    desired: &Catalog,
    answers: &Answers,
) -> Vec<RenameCandidate> {
    let dropped = current.objects.keys().filter(|key| !desired.objects.contains_key(key));
    let created = created_places(current, desired);
    let mut candidates = Vec::new();
    for from in dropped.filter(|from| !answers.drops.contains(&plain_name(from))) {
        let place = place(from).and_then(|place| created.get(&place));
        let alike = place.into_iter().flatten().filter_map(|to| {
            let likeness = likeness(current, from, desired, to)?;
            Some((Reverse(likeness), (*to).clone()))
        });
        let alike: BTreeSet<(Reverse<usize>, ObjectKey)> = alike.collect();
        if !alike.is_empty() {
            let desired = alike.into_iter().map(|(_, to)| to).collect();
            candidates.push(RenameCandidate { current: from.clone(), desired });
        }
    }
    candidates.extend(attribute_candidates(current, desired, answers));
    candidates
}

/// The same for attributes of composite types that something is built on.
fn attribute_candidates(
    current: &Catalog,
    desired: &Catalog,
    answers: &Answers,
) -> Vec<RenameCandidate> {
    let is_used = |key: &ObjectKey| current.dependencies.iter().any(|one| one.referenced == *key);
    let pairs = current.objects.iter().filter_map(|(key, object)| {
        let (ObjectKey::Composite { name }, Object::Composite(before)) = (key, object) else {
            return None;
        };
        match desired.objects.get(key)? {
            Object::Composite(after) if before != after && is_used(key) => {
                Some((name, before, after))
            }
            _ => None,
        }
    });
    let candidates = pairs.flat_map(|(composite, before, after)| {
        let key = |name: &Ident| ObjectKey::Column { table: composite.clone(), name: name.clone() };
        missing(before, after).filter_map(move |name| {
            let new = missing(after, before);
            let alike = new.filter(|to| attribute(after, to) == attribute(before, name));
            let desired: Vec<ObjectKey> = alike.map(key).collect();
            (!desired.is_empty()).then(|| RenameCandidate { current: key(name), desired })
        })
    });
    candidates.filter(|one| !answers.drops.contains(&plain_name(&one.current))).collect()
}

/// Among what an object may have had another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place<'a> {
    /// Anywhere.
    Database,
    /// In one table or domain.
    Owner(&'a QualifiedName),
}

/// Where a table or column may have had another name.
fn place(key: &ObjectKey) -> Option<Place<'_>> {
    match key {
        ObjectKey::Table { .. } => Some(Place::Database),
        ObjectKey::Column { table, .. } => Some(Place::Owner(table)),
        _ => None,
    }
}

/// The tables and columns that only the desired side has, by place.
fn created_places<'a>(
    current: &Catalog,
    desired: &'a Catalog,
) -> BTreeMap<Place<'a>, Vec<&'a ObjectKey>> {
    let mut places: BTreeMap<_, Vec<&ObjectKey>> = BTreeMap::new();
    for key in desired.objects.keys().filter(|key| !current.objects.contains_key(key)) {
        if let Some(place) = place(key) {
            places.entry(place).or_default().push(key);
        }
    }
    places
}

/// `table` or `table.column`, as flags have it.
pub fn plain_name(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Column { table, name } => table.plain_part(name),
        ObjectKey::Table { name } => name.plain(),
        _ => key.to_string(),
    }
}

/// How much two objects have in common that may be one.
fn likeness(
    current: &Catalog,
    from: &ObjectKey,
    desired: &Catalog,
    to: &ObjectKey,
) -> Option<usize> {
    match (from, to) {
        (ObjectKey::Table { name: from }, ObjectKey::Table { name: to }) => {
            let columns = |catalog: &Catalog, table| -> BTreeSet<(String, String)> {
                catalog
                    .columns(table)
                    .map(|(name, column)| (name.as_str().to_owned(), column.sql_type.clone()))
                    .collect()
            };
            let (from, to) = (columns(current, from), columns(desired, to));
            let shared = from.intersection(&to).count();
            let may_be_one = from.len() > 1 && shared * 2 > from.len().max(to.len());
            may_be_one.then_some(shared)
        }
        (
            ObjectKey::Column { table: from_table, name: from },
            ObjectKey::Column { table: to_table, name: to },
        ) => {
            let (before, after) =
                (current.column(from_table, from)?, desired.column(to_table, to)?);
            let defaults = (current.default_of(from_table, from), desired.default_of(to_table, to));
            let may_be_one = from_table == to_table && before.sql_type == after.sql_type;
            may_be_one.then(|| usize::from(before == after) + usize::from(defaults.0 == defaults.1))
        }
        _ => None,
    }
}

/// Constraints, indexes and sequences that are the same but for their names: PostgreSQL keeps
/// their default names when a table or column is renamed, and the models' follow.
pub fn followers(current: &Catalog, desired: &Catalog) -> Vec<Action> {
    let alike = alike(current, desired);
    let renamed = alike.into_iter().filter_map(|(from, to)| follower(from, to));
    renamed_identities(current, desired).into_iter().chain(renamed).collect()
}

/// The constraints and indexes that are the same but for their names, with the actions that rename them.
pub fn other_names<'a>(
    current: &'a Catalog,
    desired: &'a Catalog,
) -> impl Iterator<Item = (&'a ObjectKey, &'a ObjectKey, Action)> {
    let alike = alike(current, desired).into_iter();
    let alike = alike.filter(|(key, _)| !matches!(key, ObjectKey::Sequence { .. }));
    alike.filter_map(|(from, to)| Some((from, to, follower(from, to)?)))
}

/// What only one side has each, and is the same but for the name, which nothing else has.
fn alike<'a>(current: &'a Catalog, desired: &'a Catalog) -> Vec<(&'a ObjectKey, &'a ObjectKey)> {
    let gone = current.objects.iter().filter(|(key, _)| !desired.objects.contains_key(key));
    let mut created: BTreeMap<_, Vec<(&ObjectKey, &Object)>> = BTreeMap::new();
    for (to, object) in desired.objects.iter().filter(|(to, _)| !current.objects.contains_key(to)) {
        if let Some(scope) = scope(to, object) {
            created.entry(scope).or_default().push((to, object));
        }
    }
    if created.is_empty() {
        return Vec::new();
    }
    let mut taken = BTreeSet::new();
    // Most schemas differ in no such pair, for which alone it is asked.
    let occupied = LazyCell::new(|| -> FxHashSet<OccupiedName> {
        current.objects.iter().flat_map(|(key, object)| object.occupied_names(key)).collect()
    });
    let is_free = |key: &ObjectKey, object: &Object| {
        !object.occupied_names(key).any(|name| occupied.contains(&name))
    };
    let mut alike = Vec::new();
    for (from, object) in gone {
        let scope = scope(from, object).and_then(|scope| created.get(&scope));
        let to = scope.into_iter().flatten().find(|(to, candidate)| {
            !taken.contains(to)
                && is_the_same(object, candidate)
                && follower(from, to).is_some()
                && is_free(to, candidate)
        });
        if let Some(&(to, _)) = to {
            taken.insert(to);
            alike.push((from, to));
        }
    }
    alike
}

/// Whether both are one but for the name. A column's sequence is, whatever else of it changes.
fn is_the_same(current: &Object, desired: &Object) -> bool {
    match (current, desired) {
        (Object::Sequence(current), Object::Sequence(desired)) if current.owned_by.is_some() => {
            current.owned_by == desired.owned_by
        }
        _ => current == desired,
    }
}

/// Where what follows a rename may have had another name.
fn scope<'a>(key: &'a ObjectKey, object: &'a Object) -> Option<Place<'a>> {
    match (key, object) {
        (ObjectKey::Constraint { table, .. }, _) => Some(Place::Owner(table)),
        (ObjectKey::DomainConstraint { domain, .. }, _) => Some(Place::Owner(domain)),
        (ObjectKey::Index { .. }, Object::Index(index)) => Some(Place::Owner(&index.table)),
        (ObjectKey::Sequence { .. }, _) => Some(Place::Database),
        _ => None,
    }
}

/// Sequences of identity columns that have another name than they would get now.
fn renamed_identities(current: &Catalog, desired: &Catalog) -> Vec<Action> {
    let name_of = |catalog: &Catalog, table: &QualifiedName, column: &Ident| {
        let identity = catalog.column(table, column)?.identity.clone()?;
        Some(identity.sequence.unwrap_or_else(|| identity_sequence(table, column)))
    };
    let keys = current.objects.keys().filter_map(|key| match key {
        ObjectKey::Column { table, name } => Some((table, name)),
        _ => None,
    });
    keys.filter_map(|(table, column)| {
        let (from, to) = (name_of(current, table, column)?, name_of(desired, table, column)?);
        let differs = from != to && from.schema == to.schema;
        differs.then_some(Action::RenameSequence { name: from, desired: to.name })
    })
    .collect()
}

fn follower(from: &ObjectKey, to: &ObjectKey) -> Option<Action> {
    match (from, to) {
        (
            ObjectKey::Constraint { table, name },
            ObjectKey::Constraint { table: same, name: desired },
        ) if table == same => Some(Action::RenameConstraint {
            table: table.clone(),
            name: name.clone(),
            desired: desired.clone(),
        }),
        (
            ObjectKey::DomainConstraint { domain, name },
            ObjectKey::DomainConstraint { domain: same, name: desired },
        ) if domain == same => Some(Action::RenameDomainConstraint {
            domain: domain.clone(),
            name: name.clone(),
            desired: desired.clone(),
        }),
        (ObjectKey::Sequence { name }, ObjectKey::Sequence { name: desired })
            if name.schema == desired.schema =>
        {
            Some(Action::RenameSequence { name: name.clone(), desired: desired.name.clone() })
        }
        (ObjectKey::Index { name }, ObjectKey::Index { name: desired })
            if name.schema == desired.schema =>
        {
            Some(Action::RenameIndex { name: name.clone(), desired: desired.name.clone() })
        }
        _ => None,
    }
}

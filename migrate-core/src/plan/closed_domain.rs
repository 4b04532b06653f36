//! Domains within arrays and composite types: PostgreSQL can't look for a domain's values in columns
//! of those, and adds no check while there is such a column.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Object, ObjectKey};
use crate::diff::Change;

use super::dependency::each;
use super::node::{Draft, Edge, NodeId};
use super::touches::Touches;

/// What is built on each type.
pub(super) type Users<'a> = BTreeMap<&'a ObjectKey, Vec<&'a ObjectKey>>;

/// The domains that get a check, whose checks come again since what they call does, or that are
/// required from now on, while a column that stays holds them in such a way before or after.
pub(super) fn closed_domains<'a>(
    changes: &[Change<'_>],
    recreated: &BTreeSet<ObjectKey>,
    current: &'a Catalog,
    desired: &Catalog,
) -> Vec<&'a ObjectKey> {
    let checked = changes.iter().filter_map(checked_domain);
    let again = recreated.iter().filter_map(|key| match key {
        ObjectKey::DomainConstraint { .. } => key.owner(),
        _ => None,
    });
    let domains: BTreeSet<ObjectKey> = checked.chain(again).collect();
    if domains.is_empty() {
        return Vec::new();
    }
    let sides = [(users(current), current, desired), (users(desired), desired, current)];
    let is_closed =
        |key: &ObjectKey| sides.iter().any(|(users, side, other)| holds(key, users, side, other));
    let existing = domains.iter().filter_map(|key| current.objects.get_key_value(key));
    existing.map(|(key, _)| key).filter(|key| is_closed(key)).collect()
}

/// The domain that a change makes look at its values.
fn checked_domain(change: &Change<'_>) -> Option<ObjectKey> {
    match change {
        Change::Create { key: key @ ObjectKey::DomainConstraint { .. }, .. }
        | Change::Migrate { key: key @ ObjectKey::DomainConstraint { .. }, .. } => key.owner(),
        Change::Migrate {
            key,
            current: Object::Domain(current),
            desired: Object::Domain(desired),
        } if desired.not_null && !current.not_null => Some((*key).clone()),
        _ => None,
    }
}

/// Whether a column that is there on the other side too holds the domain within another type.
fn holds(domain: &ObjectKey, users: &Users<'_>, side: &Catalog, other: &Catalog) -> bool {
    users.get(domain).into_iter().flatten().any(|user| match side.objects.get(*user) {
        Some(Object::Column(column)) => {
            column.sql_type.ends_with("[]") && other.objects.contains_key(*user)
        }
        Some(Object::Domain(above)) if !above.base.ends_with("[]") => {
            holds(user, users, side, other)
        }
        _ => columns_over(user, users).iter().any(|key| other.objects.contains_key(*key)),
    })
}

/// The columns that hold a type, by themselves or within others.
pub(super) fn columns_over<'a>(key: &ObjectKey, users: &Users<'a>) -> BTreeSet<&'a ObjectKey> {
    let mut columns = BTreeSet::new();
    for user in users.get(key).into_iter().flatten() {
        match user {
            ObjectKey::Column { .. } => {
                columns.insert(*user);
            }
            _ => columns.extend(columns_over(user, users)),
        }
    }
    columns
}

/// The columns and types that are built on each type.
pub(super) fn users(catalog: &Catalog) -> Users<'_> {
    let mut users = Users::new();
    for dependency in &catalog.dependencies {
        let user = &dependency.dependent;
        if is_type(&dependency.referenced)
            && (is_type(user) || matches!(user, ObjectKey::Column { .. }))
        {
            users.entry(&dependency.referenced).or_default().push(user);
        }
    }
    users
}

/// Whether columns can be of it.
pub(super) fn is_type(key: &ObjectKey) -> bool {
    matches!(key, ObjectKey::Enum { .. } | ObjectKey::Domain { .. } | ObjectKey::Composite { .. })
}

/// A check is added to a domain after columns that go, and before columns that come: no array or
/// composite column holds it then.
pub(super) fn domains_are_complete(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let checking: Vec<(NodeId, ObjectKey)> = draft
        .nodes
        .iter()
        .enumerate()
        .flat_map(|(id, node)| node.creates.iter().chain(&node.changes).map(move |key| (id, key)))
        .filter_map(|(id, key)| match key {
            ObjectKey::DomainConstraint { .. } => Some((id, key.owner()?)),
            _ => None,
        })
        .collect();
    if checking.is_empty() {
        return Vec::new();
    }
    let (current, desired) = (users(draft.current), users(draft.desired));
    let mut edges = Vec::new();
    for (id, domain) in checking {
        for column in columns_over(&domain, &current) {
            edges.extend(each(touches.destroying(column), &[id]));
        }
        for column in columns_over(&domain, &desired) {
            edges.extend(each(&[id], touches.creating(column)));
        }
    }
    edges
}

//! Constraints and indexes that get another name and nothing else: they are renamed, not built anew.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Catalog, ConstraintKind, Dependency, Ident, Object, ObjectKey, ReplicaIdentity,
};
use crate::diff::other_names;
use crate::plan::Action;

use super::Pattern;
use super::exclude::is_excluded;

/// The current catalog after those renames, and what makes them. Expressions hold none of these names,
/// so that no server is needed to know what becomes of them.
pub(super) fn with_other_names<'a>(
    current: Cow<'a, Catalog>,
    desired: &Catalog,
    exclude: &[Pattern],
) -> (Cow<'a, Catalog>, Vec<Action>) {
    let (mut names, mut actions) = (BTreeMap::new(), Vec::new());
    let has_heirs = current.unhandled.iter().any(|what| what.starts_with("inheriting table "));
    for (from, to, action) in other_names(&current, desired) {
        let is_excluded = is_excluded(from, &current, exclude) || is_excluded(to, desired, exclude);
        if is_excluded || (has_heirs && is_inherited(&current, from)) {
            continue;
        }
        // A comment may be on the index of a constraint, which is no object by itself.
        if let ObjectKey::Constraint { table, .. } = from
            && let (Some(from), Some(to)) = (index_name(from), index_name(to))
        {
            let index = |name: &Ident| ObjectKey::Index { name: table.sibling(name.clone()) };
            names.insert(index(from), index(to));
        }
        names.insert(from.clone(), to.clone());
        actions.push(action);
    }
    if names.is_empty() {
        return (current, actions);
    }
    (Cow::Owned(renamed(current.into_owned(), &names)), actions)
}

/// Whether the heirs of a table have the constraint too, maybe from several tables or beside one of the
/// new name.
fn is_inherited(catalog: &Catalog, key: &ObjectKey) -> bool {
    match catalog.objects.get(key) {
        Some(Object::Constraint(one)) => {
            matches!(one.kind, ConstraintKind::Check { no_inherit: false, .. })
        }
        _ => false,
    }
}

fn renamed(mut catalog: Catalog, names: &BTreeMap<ObjectKey, ObjectKey>) -> Catalog {
    for (from, to) in names {
        rename_in_table(&mut catalog, from, to);
    }
    let renamed = |key: ObjectKey| match &key {
        ObjectKey::Comment { on } => match names.get(on.as_ref()) {
            Some(to) => ObjectKey::Comment { on: Box::new(to.clone()) },
            None => key,
        },
        _ => names.get(&key).cloned().unwrap_or(key),
    };
    let objects = catalog.objects.into_iter().map(|(key, object)| (renamed(key), object));
    catalog.objects = objects.collect();
    let dependencies = catalog.dependencies.into_iter().map(|one| Dependency {
        dependent: renamed(one.dependent),
        referenced: renamed(one.referenced),
    });
    catalog.dependencies = dependencies.collect::<BTreeSet<Dependency>>();
    catalog
}

/// A table's settings name indexes.
fn rename_in_table(catalog: &mut Catalog, from: &ObjectKey, to: &ObjectKey) {
    let table = match (from, catalog.objects.get(from)) {
        (ObjectKey::Constraint { table, .. }, _) => table.clone(),
        (_, Some(Object::Index(index))) => index.table.clone(),
        _ => return,
    };
    let (Some(from), Some(to)) = (index_name(from), index_name(to)) else { return };
    let Some(Object::Table(table)) = catalog.objects.get_mut(&ObjectKey::Table { name: table })
    else {
        return;
    };
    if table.replica_identity == ReplicaIdentity::Index(from.clone()) {
        table.replica_identity = ReplicaIdentity::Index(to.clone());
    }
    if table.cluster_on.as_ref() == Some(from) {
        table.cluster_on = Some(to.clone());
    }
}

/// The name as an index, by itself or of a constraint.
fn index_name(key: &ObjectKey) -> Option<&Ident> {
    match key {
        ObjectKey::Constraint { name, .. } => Some(name),
        ObjectKey::Index { name } => Some(&name.name),
        _ => None,
    }
}

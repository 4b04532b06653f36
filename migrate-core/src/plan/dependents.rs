//! What depends on each object of a catalog.

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::catalog::{Catalog, Dependency, ObjectKey};

/// The dependents of each object, by `pg_depend` and by ownership. There are several for each object
/// of a database, so that they stand in one list, linked, rather than in a list for each object.
pub(super) struct Dependents<'a> {
    /// The first and the last dependent of each object, in `links`.
    ends: FxHashMap<&'a ObjectKey, (usize, usize)>,
    links: Vec<Link<'a>>,
}

struct Link<'a> {
    dependent: &'a ObjectKey,
    next: Option<usize>,
}

impl<'a> Dependents<'a> {
    pub(super) fn of_catalog(catalog: &'a Catalog) -> Self {
        let objects = catalog.objects.len();
        let mut dependents = Self {
            ends: FxHashMap::with_capacity_and_hasher(objects, FxBuildHasher),
            links: Vec::with_capacity(catalog.dependencies.len() + objects / 2),
        };
        for Dependency { dependent, referenced } in &catalog.dependencies {
            dependents.add(referenced, dependent);
        }
        for key in catalog.objects.keys() {
            match key {
                ObjectKey::Privileges { on } | ObjectKey::Comment { on } => {
                    dependents.add(on, key);
                }
                ObjectKey::Default { table, column } => {
                    let column = ObjectKey::Column { table: table.clone(), name: column.clone() };
                    if let Some((column, _)) = catalog.objects.get_key_value(&column) {
                        dependents.add(column, key);
                    }
                }
                _ => {}
            }
        }
        dependents
    }

    fn add(&mut self, object: &'a ObjectKey, dependent: &'a ObjectKey) {
        let new = self.links.len();
        self.links.push(Link { dependent, next: None });
        let (_, last) = self.ends.entry(object).or_insert((new, new));
        if *last != new {
            self.links[*last].next = Some(new);
            *last = new;
        }
    }

    /// The dependents of an object.
    pub(super) fn on(&self, object: &ObjectKey) -> impl Iterator<Item = &'a ObjectKey> {
        let first = self.ends.get(object).map(|(first, _)| &self.links[*first]);
        let links = std::iter::successors(first, |link| link.next.map(|next| &self.links[next]));
        links.map(|link| link.dependent)
    }
}

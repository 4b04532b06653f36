//! What revisions made by hand and no model declares: functions, views, triggers, policies, rules,
//! statistics and privileges stay, on whatever the models change below them.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Dependency, Object, ObjectKey};

/// Objects that the desired side takes over from the current one.
#[derive(Debug)]
pub(super) struct Carried {
    objects: BTreeMap<ObjectKey, Object>,
    dependencies: BTreeSet<Dependency>,
    /// What can't stay, and what it lacks.
    pub(super) in_use: Option<Dependency>,
}

impl Carried {
    /// Everything that can stay beside these models; what goes with its table is left out.
    pub(super) fn beside(current: &Catalog, models: &Catalog) -> Self {
        let stays = |owner: &ObjectKey| {
            models.objects.contains_key(owner) || !current.objects.contains_key(owner)
        };
        let mut carried = Self::of(current, |key| key.owner().is_none_or(|owner| stays(&owner)));
        while let Some(lost) = carried.without_ground(models) {
            let Dependency { dependent, .. } = &lost;
            carried.objects.remove(dependent);
            carried.objects.remove(&ObjectKey::Comment { on: Box::new(dependent.clone()) });
            carried.dependencies.retain(|one| one.dependent != *dependent);
            // Statistics go with any of their columns.
            if !matches!(dependent, ObjectKey::Statistics { .. }) {
                carried.in_use.get_or_insert(lost);
            }
        }
        carried
    }

    /// Something that needs what neither the models have nor stays itself.
    fn without_ground(&self, models: &Catalog) -> Option<Dependency> {
        let is_there =
            |key: &ObjectKey| models.objects.contains_key(key) || self.objects.contains_key(key);
        self.dependencies.iter().find(|one| !is_there(&one.referenced)).cloned()
    }

    fn of(current: &Catalog, wanted: impl Fn(&ObjectKey) -> bool) -> Self {
        let dependents = current.objects.iter().filter(|(key, object)| match (key, object) {
            (ObjectKey::Comment { on }, _) => {
                matches!(current.objects.get(on), Some(Object::Dependent(_))) && wanted(on)
            }
            (key, Object::Dependent(_)) => wanted(key),
            _ => false,
        });
        let objects: BTreeMap<ObjectKey, Object> =
            dependents.map(|(key, object)| (key.clone(), object.clone())).collect();
        let is_carried = |one: &&Dependency| objects.contains_key(&one.dependent);
        let dependencies = current.dependencies.iter().filter(is_carried).cloned().collect();
        Self { objects, dependencies, in_use: None }
    }

    /// Adds them to what the models want, as they are now.
    pub(super) fn join(&self, wanted: &mut Catalog) {
        wanted.objects.extend(self.objects.clone());
        wanted.dependencies.extend(self.dependencies.clone());
    }
}

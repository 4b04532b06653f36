//! What a comparison leaves alone: kinds that are known only by their definition or not at all,
//! and what was excluded. It stays as FROM has it, so it stands on both sides of the plan, and
//! what blocks a change goes and comes again with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Dependency, Object, ObjectKey, OccupiedName};
use crate::diff::{Change, diff};

use super::exclude::is_excluded;
use super::put_back::take_desired_forms;
use super::{BetweenError, End, Pattern};

/// Something that differs, or can't be compared, and is left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftAlone {
    /// The kind and name.
    pub what: String,
    /// Where it is.
    pub found: &'static str,
}

/// What a reader has to know of objects that no statement will touch, where the plan leads to a
/// third catalog.
pub(super) fn left_alone(
    current: &Catalog,
    desired: &Catalog,
    planned: &Catalog,
    patterns: &[Pattern],
) -> BTreeSet<LeftAlone> {
    let unhandled = current.unhandled.union(&desired.unhandled).map(|what| {
        let found = match (current.unhandled.contains(what), desired.unhandled.contains(what)) {
            (true, false) => "only in FROM",
            (false, true) => "only in TO",
            _ => "in both, not compared",
        };
        LeftAlone { what: what.clone(), found }
    });
    let differing = diff(current, desired).into_iter().filter_map(|change| {
        let (key, found) = match change {
            Change::Create { key, .. } => (key, "only in TO"),
            Change::Drop { key, .. } if planned.objects.contains_key(key) => (key, "only in FROM"),
            Change::Drop { key, .. } => (key, "goes with what it is on"),
            Change::Migrate { key, .. } => (key, "printed differently"),
        };
        let is_excluded = [current, desired].iter().any(|side| is_excluded(key, side, patterns));
        let of = [current, desired].iter().any(|side| is_dependent(key, side));
        let wanted = desired.objects.get(key);
        let is_reached = wanted.is_some() && planned.objects.get(key) == wanted;
        (of && !is_excluded && !is_reached).then(|| LeftAlone { what: key.to_string(), found })
    });
    unhandled.chain(differing).collect()
}

/// The desired catalog, in which everything that is left alone is as the current one has it.
pub(super) fn carry(
    current: &Catalog,
    desired: &Catalog,
    patterns: &[Pattern],
) -> Result<Catalog, BetweenError> {
    let unhandled: BTreeSet<&str> =
        [current, desired].into_iter().flat_map(unhandled_constraints).collect();
    let stays = |key: &ObjectKey| {
        [current, desired]
            .iter()
            .any(|side| is_dependent(key, side) || is_excluded(key, side, patterns))
            || is_among(key, &unhandled)
    };
    let mut carried = desired.clone();
    carried.objects.retain(|key, _| !stays(key));
    carried.dependencies.retain(|dependency| !stays(&dependency.dependent));
    let goes = |key: &ObjectKey| {
        current.objects.contains_key(key) && !stays(key) && !desired.objects.contains_key(key)
    };
    // A trigger goes with its table, statistics with any of their columns, unless TO has them over others.
    let goes_along = |key: &ObjectKey| match key {
        ObjectKey::Statistics { .. } if !desired.objects.contains_key(key) => {
            current.dependencies_on(key).any(|one| goes(&one.referenced))
        }
        key => goes(key),
    };
    for (key, object) in current.objects.iter().filter(|(key, _)| stays(key)) {
        if !goes_along(key) && !owners(key).iter().any(goes_along) {
            carried.objects.insert(key.clone(), object.clone());
        }
    }
    let lacking: Vec<ObjectKey> = current
        .dependencies
        .iter()
        .filter(|one| carried.objects.contains_key(&one.dependent) && stays(&one.dependent))
        .filter(|one| lacks(one, current, &carried))
        .map(|one| one.dependent.clone())
        .collect();
    let taken = take_desired_forms(&lacking, &mut carried, desired, patterns);
    carried.objects.extend(schemas_within(current, &carried));
    for dependency in &current.dependencies {
        let dependent = &dependency.dependent;
        let stays = carried.objects.contains_key(dependent) && stays(dependent);
        if stays && !taken.contains(dependent) {
            require(End::Desired, dependency, current, &carried)?;
            carried.dependencies.insert(dependency.clone());
        }
    }
    let changes = |key: &ObjectKey| current.objects.get(key) != carried.objects.get(key);
    for dependency in carried.dependencies.iter().filter(|one| changes(&one.dependent)) {
        require(End::Current, dependency, desired, &carried)?;
    }
    for (table, order) in &current.column_order {
        if stays(&ObjectKey::Table { name: table.clone() }) {
            carried.column_order.insert(table.clone(), order.clone());
        }
    }
    require_free_names(current, &carried, stays)?;
    Ok(carried)
}

/// The constraints of kinds that aren't handled, as keys print.
fn unhandled_constraints(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog.unhandled.iter().filter_map(|what| Some(&what[what.find("constraint `")?..]))
}

/// Whether a constraint is of such a kind on the other side: neither goes for the other, which nothing
/// would make.
fn is_among(key: &ObjectKey, unhandled: &BTreeSet<&str>) -> bool {
    !unhandled.is_empty()
        && matches!(key, ObjectKey::Constraint { .. })
        && unhandled.contains(key.to_string().as_str())
}

/// The schemas that stay for what they hold.
pub(super) fn kept_schemas(
    desired: &Catalog,
    carried: &Catalog,
    patterns: &[Pattern],
) -> Vec<LeftAlone> {
    let kept = carried.objects.keys().filter(|key| {
        matches!(key, ObjectKey::Schema { .. })
            && !desired.objects.contains_key(key)
            && !is_excluded(key, carried, patterns)
    });
    kept.map(|key| LeftAlone { what: key.to_string(), found: "only in FROM" }).collect()
}

/// The schemas that hold something that stays.
fn schemas_within(current: &Catalog, carried: &Catalog) -> Vec<(ObjectKey, Object)> {
    let within = carried.objects.keys().filter_map(|key| Some(key.schema()?.clone()));
    let within: BTreeSet<ObjectKey> = within.map(|name| ObjectKey::Schema { name }).collect();
    let missing = within.into_iter().filter(|key| !carried.objects.contains_key(key));
    let schemas = missing.filter_map(|key| {
        let schema = current.objects.get(&key)?.clone();
        Some((key, schema))
    });
    schemas.collect()
}

/// Refuses what would take the name of something that stays.
fn require_free_names(
    current: &Catalog,
    carried: &Catalog,
    stays: impl Fn(&ObjectKey) -> bool,
) -> Result<(), BetweenError> {
    let kept = current.objects.iter().filter(|(key, _)| stays(key));
    let names =
        kept.flat_map(|(key, object)| object.occupied_names(key).map(move |name| (name, key)));
    let taken: BTreeMap<OccupiedName, &ObjectKey> = names.collect();
    let new = carried.objects.iter().filter(|(key, _)| !current.objects.contains_key(key));
    for (key, object) in new {
        if let Some(kept) = object.occupied_names(key).find_map(|name| taken.get(&name)) {
            let (kept, wanted) = ((*kept).clone(), key.clone());
            return Err(BetweenError::NameKept { kept, wanted });
        }
    }
    Ok(())
}

/// Refuses where an object would lose what it needs, or never gets it.
fn require(
    lacking: End,
    dependency: &Dependency,
    origin: &Catalog,
    carried: &Catalog,
) -> Result<(), BetweenError> {
    if lacks(dependency, origin, carried) {
        let Dependency { dependent, referenced } = dependency.clone();
        return Err(BetweenError::Needed { dependent, referenced, lacking });
    }
    Ok(())
}

pub(super) fn lacks(dependency: &Dependency, origin: &Catalog, carried: &Catalog) -> bool {
    let referenced = &dependency.referenced;
    origin.objects.contains_key(referenced) && !carried.objects.contains_key(referenced)
}

/// Whether an object is known only by its definition, or is a comment on one that is.
fn is_dependent(key: &ObjectKey, catalog: &Catalog) -> bool {
    match key {
        ObjectKey::Comment { on } => is_dependent(on, catalog),
        key => matches!(catalog.objects.get(key), Some(Object::Dependent(_))),
    }
}

fn owners(key: &ObjectKey) -> Vec<ObjectKey> {
    let mut owners = Vec::new();
    let mut owner = key.owner();
    while let Some(one) = owner {
        owner = one.owner();
        owners.push(one);
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Column, Dependent, QualifiedName, Table};
    use crate::plan::{PlanOptions, plan};

    fn column() -> ObjectKey {
        ObjectKey::Column { table: QualifiedName::from("t"), name: "c".into() }
    }

    fn view() -> ObjectKey {
        ObjectKey::View { name: QualifiedName::from("v") }
    }

    fn trigger() -> ObjectKey {
        ObjectKey::Trigger { table: QualifiedName::from("t"), name: "note".into() }
    }

    fn table() -> Catalog {
        let table = ObjectKey::Table { name: QualifiedName::from("t") };
        let column = (column(), Object::Column(Column::of_type("integer")));
        let objects = [(table, Object::Table(Table::default())), column].into_iter().collect();
        Catalog { objects, ..Catalog::default() }
    }

    fn with(mut catalog: Catalog, key: ObjectKey, create: &str) -> Catalog {
        let dependent = Dependent {
            create: vec![create.to_owned()],
            drop: "DROP".to_owned(),
            indexes: Vec::new(),
        };
        let dependency = Dependency { dependent: key.clone(), referenced: column() };
        catalog.dependencies.insert(dependency);
        catalog.objects.insert(key, Object::Dependent(dependent));
        catalog
    }

    #[test]
    fn a_view_stays_as_it_is_and_is_named_where_it_differs() {
        let current = with(table(), view(), "CREATE VIEW v AS SELECT c FROM t");
        for (desired, found) in [
            (table(), "only in FROM"),
            (with(table(), view(), "CREATE VIEW v AS SELECT c + 1 FROM t"), "printed differently"),
        ] {
            let carried = carry(&current, &desired, &[]).expect("nothing is in its way");
            assert_eq!(carried, current);
            let named = left_alone(&current, &desired, &carried, &[]);
            let wanted = LeftAlone { what: "view `v`".to_owned(), found };
            assert_eq!(named.into_iter().collect::<Vec<_>>(), [wanted]);
        }
        assert_eq!(carry(&table(), &current, &[]).expect("it isn't made"), table());
    }

    #[test]
    fn what_blocks_a_change_goes_and_comes_again_as_it_is() {
        let current = with(table(), view(), "CREATE VIEW v AS SELECT c FROM t");
        let mut desired = with(table(), view(), "CREATE VIEW v AS SELECT c + 1 FROM t");
        desired.objects.insert(column(), Object::Column(Column::of_type("bigint")));
        let carried = carry(&current, &desired, &[]).expect("nothing is in its way");
        let options = PlanOptions { simple: true, ..PlanOptions::default() };
        let plan = plan(&current, &carried, &options).expect("there is one");
        let sql: Vec<String> = plan.actions().flat_map(crate::sql::statements).collect();
        assert_eq!(
            sql,
            [
                "DROP",
                "ALTER TABLE t ALTER COLUMN c TYPE bigint",
                "CREATE VIEW v AS SELECT c FROM t",
            ]
        );
    }

    #[test]
    fn a_view_over_a_column_that_goes_is_refused_and_a_trigger_goes_with_its_table() {
        let mut desired = table();
        desired.objects.remove(&column());
        let current = with(table(), view(), "CREATE VIEW v AS SELECT c FROM t");
        let refusal = carry(&current, &desired, &[]).expect_err("the view needs the column");
        assert!(refusal.to_string().contains("view `v` needs column `t.c`"), "{refusal}");
        let current = with(table(), trigger(), "CREATE TRIGGER …");
        let nothing = carry(&current, &Catalog::default(), &[]).expect("it goes with its table");
        assert_eq!(nothing, Catalog::default());
    }
}

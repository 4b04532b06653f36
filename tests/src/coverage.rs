//! What a run of many changes has met: objects, changes of them, and pairs of changes in one table.

use std::collections::{BTreeMap, BTreeSet};

use migrate_core::catalog::{Catalog, Column, ConstraintKind, Object, ObjectKey, QualifiedName};
use migrate_core::diff::{Change, diff};

/// How often each thing was met.
#[derive(Debug, Default)]
pub struct Coverage {
    /// Kinds of objects on either side.
    pub objects: BTreeMap<&'static str, usize>,
    /// Kinds of changes; those of a column by its property.
    pub changes: BTreeMap<String, usize>,
    /// Two kinds of changes in one table that is on both sides.
    pub pairs: BTreeMap<(String, String), usize>,
}

impl Coverage {
    /// Counts what is between two catalogs.
    pub fn add(&mut self, current: &Catalog, desired: &Catalog) {
        for side in [current, desired] {
            let kinds: BTreeSet<&str> =
                side.objects.iter().map(|(key, object)| kind(key, object)).collect();
            for kind in kinds {
                *self.objects.entry(kind).or_default() += 1;
            }
        }
        let mut by_table: BTreeMap<&QualifiedName, BTreeSet<String>> = BTreeMap::new();
        for change in diff(current, desired) {
            for name in names(&change) {
                *self.changes.entry(name.clone()).or_default() += 1;
                if let Some(table) = table(&change, current, desired) {
                    by_table.entry(table).or_default().insert(name);
                }
            }
        }
        for names in by_table.values() {
            for (first, second) in pairs(names) {
                *self.pairs.entry((first.clone(), second.clone())).or_default() += 1;
            }
        }
    }

    /// Adds what another run has met.
    pub fn merge(&mut self, other: Self) {
        for (kind, count) in other.objects {
            *self.objects.entry(kind).or_default() += count;
        }
        for (change, count) in other.changes {
            *self.changes.entry(change).or_default() += count;
        }
        for (pair, count) in other.pairs {
            *self.pairs.entry(pair).or_default() += count;
        }
    }

    /// The counts as text, the pairs only by their number.
    pub fn report(&self) -> String {
        let list = |lines: Vec<String>| lines.join(", ");
        let objects =
            list(self.objects.iter().map(|(kind, count)| format!("{kind} {count}")).collect());
        let changes =
            list(self.changes.iter().map(|(name, count)| format!("{name} {count}")).collect());
        format!(
            "{} kinds of objects: {objects}\n{} kinds of changes: {changes}\n{} pairs of changes in one table",
            self.objects.len(),
            self.changes.len(),
            self.pairs.len()
        )
    }
}

fn pairs(names: &BTreeSet<String>) -> impl Iterator<Item = (&String, &String)> {
    let later = |first| {
        names.range::<String, _>((std::ops::Bound::Excluded(first), std::ops::Bound::Unbounded))
    };
    names.iter().flat_map(move |first| later(first).map(move |second| (first, second)))
}

/// What a change is called; one of a column has a name for each property that differs.
fn names(change: &Change<'_>) -> Vec<String> {
    match change {
        Change::Create { key, desired } => vec![format!("create {}", kind(key, desired))],
        Change::Drop { key, current } => vec![format!("drop {}", kind(key, current))],
        Change::Migrate {
            current: Object::Column(current),
            desired: Object::Column(desired),
            ..
        } => differing(current, desired).map(|name| format!("column's {name}")).collect(),
        Change::Migrate {
            key,
            current: Object::Table(current),
            desired: Object::Table(desired),
        } => {
            let properties = [
                ("options", current.options != desired.options),
                ("persistence", current.unlogged != desired.unlogged),
                ("replica identity", current.replica_identity != desired.replica_identity),
                ("cluster", current.cluster_on != desired.cluster_on),
            ];
            let differing = properties.into_iter().filter(|(_, differs)| *differs);
            differing
                .map(|(name, _)| format!("{}'s {name}", kind(key, &Object::Table(current.clone()))))
                .collect()
        }
        Change::Migrate { key, desired, .. } => vec![format!("alter {}", kind(key, desired))],
    }
}

fn differing(current: &Column, desired: &Column) -> impl Iterator<Item = &'static str> {
    let identity = match (&current.identity, &desired.identity) {
        (None, Some(_)) => "new identity",
        (Some(_), None) => "lost identity",
        _ => "identity",
    };
    let generated = match (&current.generated, &desired.generated) {
        (None, Some(_)) => "new generation",
        (Some(_), None) => "lost generation",
        _ => "generation",
    };
    let properties = [
        ("type", current.sql_type != desired.sql_type),
        ("new requirement", desired.not_null && !current.not_null),
        ("lost requirement", current.not_null && !desired.not_null),
        ("collation", current.collation != desired.collation),
        (identity, current.identity != desired.identity),
        (generated, current.generated != desired.generated),
        ("storage", current.storage != desired.storage),
        ("compression", current.compression != desired.compression),
        ("statistics", current.statistics != desired.statistics),
        ("options", current.options != desired.options),
    ];
    properties.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name)
}

/// The table, on both sides, in which the change is.
fn table<'a>(
    change: &Change<'a>,
    current: &'a Catalog,
    desired: &'a Catalog,
) -> Option<&'a QualifiedName> {
    let of_index = |object: &'a Object| match object {
        Object::Index(index) => Some(&index.table),
        _ => None,
    };
    let table = change.key().table().or_else(|| match change {
        Change::Create { desired: object, .. }
        | Change::Migrate { desired: object, .. }
        | Change::Drop { current: object, .. } => of_index(object),
    })?;
    let key = ObjectKey::Table { name: table.clone() };
    let is_on_both = [current, desired].iter().all(|side| side.objects.contains_key(&key));
    is_on_both.then_some(table)
}

fn kind(key: &ObjectKey, object: &Object) -> &'static str {
    match key {
        ObjectKey::Schema { .. } => "schema",
        ObjectKey::Extension { .. } => "extension",
        ObjectKey::Enum { .. } => "enum",
        ObjectKey::Composite { .. } => "composite type",
        ObjectKey::Domain { .. } => "domain",
        ObjectKey::DomainConstraint { .. } => "domain constraint",
        ObjectKey::Sequence { .. } => "sequence",
        ObjectKey::Table { .. } => "table",
        ObjectKey::Column { .. } => "column",
        ObjectKey::Default { .. } => "default",
        ObjectKey::Constraint { .. } => match object {
            Object::Constraint(constraint) => constraint_kind(&constraint.kind),
            _ => "constraint",
        },
        ObjectKey::Index { .. } => "index",
        ObjectKey::Function { .. } => "function",
        ObjectKey::View { .. } => "view",
        ObjectKey::MaterializedView { .. } => "materialized view",
        ObjectKey::Statistics { .. } => "statistics",
        ObjectKey::Rule { .. } => "rule",
        ObjectKey::Trigger { .. } => "trigger",
        ObjectKey::Policy { .. } => "policy",
        ObjectKey::RowSecurity { .. } => "row security",
        ObjectKey::Privileges { .. } => "privileges",
        ObjectKey::Comment { .. } => "comment",
    }
}

fn constraint_kind(kind: &ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey { .. } => "primary key",
        ConstraintKind::Unique { .. } => "unique constraint",
        ConstraintKind::ForeignKey { .. } => "foreign key",
        ConstraintKind::Check { .. } => "check",
        ConstraintKind::Exclusion { .. } => "exclusion",
    }
}

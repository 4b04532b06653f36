//! Which objects have to go and come again: those that can't change in place, those that block a
//! change below them, and whatever depends on either.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Column, ConstraintKind, IndexElement, IndexTerm, Object, ObjectKey};
use crate::diff::{Change, Pair};

use super::dependents::Dependents;
use super::node::Draft;
use super::{lifecycle, persistence};

/// The keys of objects that are in the current catalog and are destroyed and made again, or
/// destroyed because their definition has to go before something else can change.
pub(super) fn recreated(
    changes: &[Change<'_>],
    replaced: &BTreeSet<ObjectKey>,
    kept_indexes: &BTreeSet<ObjectKey>,
    draft: &Draft<'_>,
) -> BTreeSet<ObjectKey> {
    let Draft { current, desired, dependents, .. } = draft;
    // It keeps its values, and lets go of what it was computed from.
    let becomes_plain = |key: &ObjectKey| is_generated(key, current) && is_plain(key, desired);
    let mut recreated = BTreeSet::new();
    let mut destroyed: Vec<&ObjectKey> = replaced.iter().collect();
    let converted = replaced.iter().flat_map(|key| dependents.on(key));
    let leaning = converted.flat_map(|column| leaning_keys(column, dependents));
    let over = replaced.iter().flat_map(|key| over_columns(key, dependents, current));
    for over in over.chain(leaning).filter(|key| !becomes_plain(key)) {
        if recreated.insert(over.clone()) {
            destroyed.push(over);
        }
    }
    for key in persistence::foreign_keys_in_circles(changes, current, desired) {
        recreated.insert(key.clone());
        destroyed.push(key);
    }
    for change in changes {
        match change {
            Change::Drop { key, .. } if kept_indexes.contains(*key) => {}
            Change::Drop { key, .. } => destroyed.push(key),
            Change::Migrate { key, current, desired }
                if lifecycle::must_be_recreated(current, desired) =>
            {
                recreated.insert((*key).clone());
                destroyed.push(key);
            }
            Change::Migrate { key, current: before, desired: after } => {
                let direct = dependents.on(key);
                let direct = direct.filter(|blocked| blocks(before, after, blocked, current));
                let is_rebuilt = is_rebuilt(before, after);
                let leaning = is_rebuilt.then(|| leaning_keys(key, dependents));
                let direct = direct.chain(leaning.into_iter().flatten());
                let is_replaced = is_replaced_enum(before, after);
                let over = is_replaced.then(|| over_columns(key, dependents, current));
                let blocked = direct.chain(over.into_iter().flatten());
                for blocked in blocked.filter(|key| !becomes_plain(key)) {
                    if recreated.insert(blocked.clone()) {
                        destroyed.push(blocked);
                    }
                }
            }
            Change::Create { .. } => {}
        }
    }
    while let Some(key) = destroyed.pop() {
        for dependent in dependents.on(key) {
            let comes_again =
                can_come_again(dependent, current) && desired.objects.contains_key(dependent);
            if comes_again
                && !becomes_plain(dependent)
                && !is_changed_away(key, dependent, changes)
                && recreated.insert(dependent.clone())
            {
                destroyed.push(dependent);
            }
        }
    }
    recreated
}

/// These objects and whatever has to go and come again with them.
pub(super) fn with_dependents(
    keys: &BTreeSet<ObjectKey>,
    draft: &Draft<'_>,
) -> BTreeSet<ObjectKey> {
    let mut found = keys.clone();
    let mut open: Vec<&ObjectKey> = keys.iter().collect();
    while let Some(key) = open.pop() {
        for dependent in draft.dependents.on(key) {
            if can_come_again(dependent, draft.current) && found.insert(dependent.clone()) {
                open.push(dependent);
            }
        }
    }
    found
}

/// Whether an object can go and come again without losing data.
fn can_come_again(key: &ObjectKey, catalog: &Catalog) -> bool {
    match key {
        ObjectKey::Column { .. } => is_generated(key, catalog),
        ObjectKey::Schema { .. }
        | ObjectKey::Extension { .. }
        | ObjectKey::Enum { .. }
        | ObjectKey::Composite { .. }
        | ObjectKey::Domain { .. }
        | ObjectKey::Sequence { .. }
        | ObjectKey::Table { .. } => false,
        ObjectKey::DomainConstraint { .. }
        | ObjectKey::Default { .. }
        | ObjectKey::Constraint { .. }
        | ObjectKey::Index { .. }
        | ObjectKey::Function { .. }
        | ObjectKey::View { .. }
        | ObjectKey::MaterializedView { .. }
        | ObjectKey::Statistics { .. }
        | ObjectKey::Rule { .. }
        | ObjectKey::Trigger { .. }
        | ObjectKey::Policy { .. }
        | ObjectKey::RowSecurity { .. }
        | ObjectKey::Privileges { .. }
        | ObjectKey::Comment { .. } => true,
    }
}

fn is_generated(key: &ObjectKey, catalog: &Catalog) -> bool {
    matches!(catalog.objects.get(key), Some(Object::Column(column)) if column.generated.is_some())
}

fn is_plain(key: &ObjectKey, catalog: &Catalog) -> bool {
    matches!(catalog.objects.get(key), Some(Object::Column(column)) if column.generated.is_none())
}

/// A default that no longer uses what goes is replaced in place.
fn is_changed_away(key: &ObjectKey, dependent: &ObjectKey, changes: &[Change<'_>]) -> bool {
    let uses_sequence =
        matches!((key, dependent), (ObjectKey::Sequence { .. }, ObjectKey::Default { .. }));
    uses_sequence && changes.iter().any(|change| change.key() == dependent)
}

/// What is defined over the columns of a type that is replaced: their type changes.
fn over_columns<'a>(
    key: &ObjectKey,
    dependents: &Dependents<'a>,
    current: &Catalog,
) -> Vec<&'a ObjectKey> {
    let direct = dependents.on(key);
    let columns = direct.filter(|dependent| matches!(dependent, ObjectKey::Column { .. }));
    let over = columns.flat_map(|column| dependents.on(column));
    over.filter(|dependent| holds_the_type(dependent, current)).collect()
}

/// The foreign keys that lean on an index over the column, and not on the column: PostgreSQL builds
/// the index again when the column's type is set, and doesn't know of them.
pub(super) fn leaning_keys<'a>(
    column: &ObjectKey,
    dependents: &Dependents<'a>,
) -> Vec<&'a ObjectKey> {
    let direct: BTreeSet<&ObjectKey> = dependents.on(column).collect();
    let indexes = direct
        .iter()
        .filter(|one| matches!(one, ObjectKey::Constraint { .. } | ObjectKey::Index { .. }));
    let leaning = indexes.flat_map(|index| dependents.on(index));
    let is_key = |one: &&ObjectKey| matches!(one, ObjectKey::Constraint { .. });
    leaning.filter(|one| is_key(one) && !direct.contains(one)).collect()
}

/// Whether the indexes over a column are built again for its change.
fn is_rebuilt(before: &Object, after: &Object) -> bool {
    match (before, after) {
        (Object::Column(before), Object::Column(after)) => {
            let column = Pair::of(before, after);
            column.differs_in(|one| &one.sql_type) || column.differs_in(|one| &one.collation)
        }
        _ => false,
    }
}

/// Whether PostgreSQL can't carry this over a column that gets a type of another identity.
fn holds_the_type(key: &ObjectKey, current: &Catalog) -> bool {
    let is_plain = |element: &IndexElement| matches!(element.term, IndexTerm::Column(_));
    match current.objects.get(key) {
        Some(Object::Constraint(constraint)) => matches!(
            constraint.kind,
            ConstraintKind::Check { .. } | ConstraintKind::ForeignKey { .. }
        ),
        Some(Object::Index(index)) => {
            index.predicate.is_some() || !index.elements.iter().all(is_plain)
        }
        Some(Object::Default(_)) => true,
        Some(Object::Column(column)) => column.generated.is_some(),
        _ => is_opaque(key),
    }
}

/// Whether both are enums, of which only a new type can become the other.
pub(super) fn is_replaced_enum(before: &Object, after: &Object) -> bool {
    match (before, after) {
        (Object::Enum(before), Object::Enum(after)) => Pair::of(before, after).must_be_replaced(),
        _ => false,
    }
}

/// Whether an object stands in the way of a change below it.
fn blocks(before: &Object, after: &Object, dependent: &ObjectKey, current: &Catalog) -> bool {
    match (before, after) {
        (Object::Column(current_column), Object::Column(desired_column)) => {
            let column = Pair::of(current_column, desired_column);
            is_rebuilt(before, after) && blocks_column(column, dependent, current)
        }
        (Object::Enum(before), Object::Enum(after)) => {
            Pair::of(before, after).must_be_replaced() && can_come_again(dependent, current)
        }
        (Object::Composite(_), Object::Composite(_)) => is_opaque(dependent),
        _ => false,
    }
}

/// PostgreSQL rebuilds plain indexes and keys of a column that changes its type, and refuses for
/// what holds an expression over it that it can't parse again.
fn blocks_column(column: Pair<'_, Column>, dependent: &ObjectKey, current: &Catalog) -> bool {
    match dependent {
        ObjectKey::Default { .. } => {
            base_type(&column.current.sql_type) != base_type(&column.desired.sql_type)
        }
        ObjectKey::Column { .. } => is_generated(dependent, current),
        ObjectKey::Constraint { .. } => {
            let constraint = current.objects.get(dependent);
            let types =
                [&column.current.sql_type, &column.desired.sql_type].map(|one| base_type(one));
            let retyped = types[0] != types[1];
            let integers = types.iter().all(|one| ["smallint", "integer", "bigint"].contains(one));
            match constraint {
                Some(Object::Constraint(constraint)) => match constraint.kind {
                    ConstraintKind::Check { .. } => retyped,
                    // Both sides of a foreign key change one after the other.
                    ConstraintKind::ForeignKey { .. } => retyped && !integers,
                    ConstraintKind::PrimaryKey { .. }
                    | ConstraintKind::Unique { .. }
                    | ConstraintKind::Exclusion { .. } => false,
                },
                _ => false,
            }
        }
        // PostgreSQL writes an index over an expression anew without the collation that the expression
        // had of the column.
        ObjectKey::Index { .. } => {
            column.differs_in(|column| &column.collation) && holds_the_type(dependent, current)
        }
        _ => is_opaque(dependent),
    }
}

fn base_type(sql_type: &str) -> &str {
    sql_type.split('(').next().unwrap_or(sql_type)
}

fn is_opaque(key: &ObjectKey) -> bool {
    match key {
        ObjectKey::Function { .. }
        | ObjectKey::View { .. }
        | ObjectKey::MaterializedView { .. }
        | ObjectKey::Statistics { .. }
        | ObjectKey::Rule { .. }
        | ObjectKey::Trigger { .. }
        | ObjectKey::Policy { .. }
        | ObjectKey::RowSecurity { .. } => true,
        ObjectKey::Schema { .. }
        | ObjectKey::Extension { .. }
        | ObjectKey::Enum { .. }
        | ObjectKey::Composite { .. }
        | ObjectKey::Domain { .. }
        | ObjectKey::DomainConstraint { .. }
        | ObjectKey::Sequence { .. }
        | ObjectKey::Table { .. }
        | ObjectKey::Column { .. }
        | ObjectKey::Default { .. }
        | ObjectKey::Constraint { .. }
        | ObjectKey::Index { .. }
        | ObjectKey::Privileges { .. }
        | ObjectKey::Comment { .. } => false,
    }
}

//! Which recreated objects can have their desired form built beside the current one.

use std::collections::BTreeSet;

use crate::catalog::{ConstraintKind, Ident, MAX_IDENT_BYTES, Object, ObjectKey, QualifiedName};
use crate::diff::{Change, Pair};

use super::dependents::Dependents;
use super::node::Draft;
use super::recreate::is_replaced_enum;

/// The recreated objects whose current form can stay until the desired one is ready.
pub(super) fn replaceable(
    recreated: &BTreeSet<ObjectKey>,
    shaken: &BTreeSet<&ObjectKey>,
    draft: &Draft<'_>,
) -> BTreeSet<ObjectKey> {
    if draft.options.simple {
        return BTreeSet::new();
    }
    recreated.iter().filter(|key| !shaken.contains(key)).cloned().collect()
}

/// What is built on something that goes or takes another form meanwhile.
pub(super) fn shaken<'a>(
    changes: &[Change<'_>],
    replaced: &BTreeSet<ObjectKey>,
    recreated: &BTreeSet<ObjectKey>,
    dependents: &Dependents<'a>,
) -> BTreeSet<&'a ObjectKey> {
    let reformed = changes.iter().filter(|change| takes_another_form(change)).map(Change::key);
    let over_reformed = reformed.flat_map(|key| {
        dependents.on(key).filter(|dependent| !lives_through(key, dependent, changes))
    });
    let retyped = replaced.iter().flat_map(|key| dependents.on(key));
    let retyped = retyped.chain(dropped_with_enums(changes, dependents));
    let moving = recreated.iter().chain(replaced).chain(retyped);
    moving.flat_map(|key| dependents.on(key)).chain(over_reformed).collect()
}

/// The columns that go while their enum is replaced, which takes no column along that nobody wants.
fn dropped_with_enums<'a>(
    changes: &[Change<'_>],
    dependents: &Dependents<'a>,
) -> impl Iterator<Item = &'a ObjectKey> {
    let replaced = changes.iter().filter(|change| match change {
        Change::Migrate { current, desired, .. } => is_replaced_enum(current, desired),
        _ => false,
    });
    let is_dropped = |key: &&ObjectKey| {
        let place = changes.binary_search_by(|change| change.key().cmp(key));
        place.is_ok_and(|place| matches!(changes[place], Change::Drop { .. }))
    };
    replaced.flat_map(|change| dependents.on(change.key())).filter(is_dropped)
}

/// Whether a key is built again by PostgreSQL itself where a column gets another type, since it has the
/// column before and after: it holds until the one is there that takes its place.
fn lives_through(column: &ObjectKey, dependent: &ObjectKey, changes: &[Change<'_>]) -> bool {
    let ObjectKey::Column { name, .. } = column else { return false };
    let place = changes.binary_search_by(|change| change.key().cmp(dependent));
    let Some(Change::Migrate { current, desired, .. }) = place.ok().map(|place| &changes[place])
    else {
        return false;
    };
    let has_it = |object: &Object| match object {
        Object::Constraint(one) => match &one.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                columns.contains(name)
            }
            _ => false,
        },
        _ => false,
    };
    has_it(current) && has_it(desired)
}

/// PostgreSQL carries an index through a change of its table, and of a column but for its type.
fn takes_another_form(change: &Change<'_>) -> bool {
    match change {
        Change::Migrate {
            current: Object::Column(current),
            desired: Object::Column(desired),
            ..
        } => {
            let column = Pair::of(current, desired);
            column.differs_in(|one| &one.sql_type) || column.differs_in(|one| &one.collation)
        }
        Change::Migrate { key, .. } => !matches!(key, ObjectKey::Table { .. }),
        Change::Create { .. } | Change::Drop { .. } => false,
    }
}

/// What the names of those built beside others end in, before a number.
const REPLACEMENT: &str = "_replacement";

/// Whether a name may be one of those; the longest lose their end.
fn may_be_temporary(name: &Ident) -> bool {
    let text = name.as_str();
    let numberless = text.trim_end_matches(|c: char| c == '_' || c.is_ascii_digit());
    numberless.ends_with(REPLACEMENT) || text.len() == MAX_IDENT_BYTES
}

impl Draft<'_> {
    /// A name beside this one that no relation has, before, after or between: the same on every
    /// run, since a run that goes on after an interruption looks for it.
    pub(super) fn temporary_name(&mut self, name: &QualifiedName) -> QualifiedName {
        let (current, desired) = (self.current, self.desired);
        let taken = self.temporary_names.get_or_insert_with(|| {
            let objects = current.objects.iter().chain(&desired.objects);
            // A default name of a sequence ends otherwise.
            let relations = objects.filter_map(|(key, object)| object.given_relation_name(key));
            relations.filter(|relation| may_be_temporary(&relation.name)).collect()
        });
        let plain = format!("{}{REPLACEMENT}", name.name.as_str());
        let mut temporary = name.sibling(plain.as_str());
        let mut number = 2;
        while !taken.insert(temporary.clone()) {
            temporary = name.sibling(format!("{plain}_{number}"));
            number += 1;
        }
        temporary
    }
}

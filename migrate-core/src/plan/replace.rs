//! Which recreated objects can have their desired form built beside the current one.

use std::collections::BTreeSet;

use crate::catalog::{Ident, MAX_IDENT_BYTES, Object, ObjectKey, QualifiedName};
use crate::diff::{Change, Pair};

use super::dependents::Dependents;
use super::node::Draft;

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
    let retyped = replaced.iter().flat_map(|key| dependents.on(key));
    let moving = recreated.iter().chain(reformed).chain(replaced).chain(retyped);
    moving.flat_map(|key| dependents.on(key)).collect()
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

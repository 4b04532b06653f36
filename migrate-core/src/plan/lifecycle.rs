//! How each kind of object is created, migrated from its current form, replaced, and destroyed.
//!
//! A lifecycle pushes nodes and touches no connection; what order they run in is the graph's.

mod column;
mod comment;
mod composite;
mod constraint;
mod default;
mod dependent;
mod domain;
mod enums;
mod extension;
mod index;
mod schema;
mod sequence;
mod table;

use crate::catalog::{Object, ObjectKey};
use crate::diff::Pair;

use super::PlanError;
use super::node::Draft;

pub(super) use column::restored_storage;
pub(super) use composite::can_change_in_place;
pub(super) use constraint::index_behind;
pub(super) use sequence::set_persistence;
pub(super) use table::keep_index_roles;

/// One kind's way from nothing to there, from one form to another, and back to nothing.
pub(super) trait DbObject: Sized {
    /// Pushes what makes the object.
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError>;

    /// Pushes what turns the current form into the desired one.
    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError>;

    /// Pushes what removes the object.
    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>);

    /// Pushes what puts the desired form in the place of the current one, where that has to go.
    fn replace(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        pair.current.destroy(key, draft);
        pair.desired.create(key, draft)
    }

    /// Whether the current form can only become the desired one by going and coming again.
    fn must_be_recreated(_pair: Pair<'_, Self>) -> bool {
        false
    }
}

macro_rules! each_kind {
    ($object:expr, $kind:ident => $run:expr) => {
        match $object {
            Object::Schema => {
                let $kind = &schema::Schema;
                $run
            }
            Object::Extension($kind) => $run,
            Object::Enum($kind) => $run,
            Object::Composite($kind) => $run,
            Object::Domain($kind) => $run,
            Object::DomainConstraint($kind) => $run,
            Object::Sequence($kind) => $run,
            Object::Table($kind) => $run,
            Object::Column($kind) => $run,
            Object::Default($kind) => $run,
            Object::Constraint($kind) => $run,
            Object::Index($kind) => $run,
            Object::Comment($kind) => $run,
            Object::Dependent($kind) => $run,
        }
    };
}

macro_rules! each_pair {
    ($current:expr, $desired:expr, $pair:ident => $run:expr, otherwise $otherwise:expr) => {
        match ($current, $desired) {
            (Object::Extension(current), Object::Extension(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Enum(current), Object::Enum(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Composite(current), Object::Composite(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Domain(current), Object::Domain(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::DomainConstraint(current), Object::DomainConstraint(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Sequence(current), Object::Sequence(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Table(current), Object::Table(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Column(current), Object::Column(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Default(current), Object::Default(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Constraint(current), Object::Constraint(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Index(current), Object::Index(desired)) => {
                let $pair = Pair::of(current.as_ref(), desired.as_ref());
                $run
            }
            (Object::Comment(current), Object::Comment(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            (Object::Dependent(current), Object::Dependent(desired)) => {
                let $pair = Pair::of(current, desired);
                $run
            }
            _ => $otherwise,
        }
    };
}

/// Pushes what makes an object.
pub(super) fn create(
    key: &ObjectKey,
    object: &Object,
    draft: &mut Draft<'_>,
) -> Result<(), PlanError> {
    each_kind!(object, kind => kind.create(key, draft))
}

/// Pushes what removes an object.
pub(super) fn destroy(key: &ObjectKey, object: &Object, draft: &mut Draft<'_>) {
    each_kind!(object, kind => kind.destroy(key, draft));
}

/// Pushes what turns an object's current form into its desired one.
pub(super) fn migrate(
    key: &ObjectKey,
    current: &Object,
    desired: &Object,
    draft: &mut Draft<'_>,
) -> Result<(), PlanError> {
    each_pair!(current, desired, pair => DbObject::migrate(pair, key, draft), otherwise Ok(()))
}

/// Pushes what puts an object's desired form in the place of its current one; the current one
/// stays of use until then where its kind knows how.
pub(super) fn replace(
    key: &ObjectKey,
    current: &Object,
    desired: &Object,
    draft: &mut Draft<'_>,
) -> Result<(), PlanError> {
    each_pair!(current, desired, pair => DbObject::replace(pair, key, draft), otherwise {
        destroy(key, current, draft);
        create(key, desired, draft)
    })
}

/// Whether an object has to go and come again.
pub(super) fn must_be_recreated(current: &Object, desired: &Object) -> bool {
    each_pair!(current, desired, pair => DbObject::must_be_recreated(pair), otherwise false)
}

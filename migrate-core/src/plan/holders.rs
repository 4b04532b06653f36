//! What isn't handled and stands in the way of a plan.

use crate::catalog::{Object, ObjectKey};
use crate::diff::{Change, Pair};

use super::lifecycle::can_change_in_place;
use super::node::Draft;
use super::recreate::is_replaced_enum;
use super::{Moved, PlanError};

/// Refuses to drop, or to make anew, what something depends on that isn't handled: PostgreSQL would
/// refuse it, perhaps after other steps have run.
pub(super) fn require_unheld(
    changes: &[Change<'_>],
    moved: &Moved<'_>,
    draft: &Draft<'_>,
) -> Result<(), PlanError> {
    for (key, holders) in &draft.current.holders {
        let in_the_way = holders.iter().find(|holder| is_in_the_way(key, holder, changes, moved));
        if let Some(holder) = in_the_way {
            let (object, holder) = (key.to_string(), holder.clone());
            return Err(PlanError::HeldByUnhandled { object, holder });
        }
    }
    Ok(())
}

fn is_in_the_way(key: &ObjectKey, holder: &str, changes: &[Change<'_>], moved: &Moved<'_>) -> bool {
    let goes_and_comes = moved.recreated.contains(key) && !moved.replaceable.contains(key);
    let change = changes.iter().find(|change| change.key() == key);
    let goes = change.is_some_and(|change| match change {
        Change::Drop { .. } => !moved.handovers.iter().any(|one| one.dropped() == key),
        Change::Create { .. } => false,
        Change::Migrate { current, desired, .. } => match (current, desired) {
            (Object::Composite(current), Object::Composite(desired)) => {
                // `ALTER TYPE` changes no typed table but by `CASCADE`.
                holder.starts_with("typed table ")
                    || !can_change_in_place(Pair::of(current, desired), true)
            }
            (current, desired) => is_replaced_enum(current, desired),
        },
    });
    goes || goes_and_comes || moved.replaced.contains(key)
}

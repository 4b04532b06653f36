//! The plan from one side to the other.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Ident, ObjectKey};
use crate::diff::{Answers, diff};
use crate::generate::{self, GenerateError, Scratch};
use crate::loss::{Loss, losses};
use crate::plan::{Plan, PlanOptions, plan};
use crate::revision::{Executed, record_plan_from};

use super::exclude::useless;
use super::left_alone::{carry, kept_schemas, left_alone};
use super::other_names::with_other_names;
use super::put_back::{made, take_desired_forms};
use super::settle::{renamed, settled};
use super::{BetweenError, End, LeftAlone, Pattern, Side, row_order};

/// How two sides are compared.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Plain forms in one transaction.
    pub simple: bool,
    /// Declared renames.
    pub answers: Answers,
    /// `--using`, by `table.column`.
    pub using: BTreeMap<String, String>,
    /// What is left out.
    pub exclude: Vec<Pattern>,
}

/// What lies between two sides.
#[derive(Debug)]
pub struct Comparison {
    /// From FROM to TO.
    pub plan: Plan,
    /// Its statements.
    pub statements: Vec<Executed>,
    /// What it loses.
    pub losses: Vec<Loss>,
    /// What it doesn't touch.
    pub left_alone: BTreeSet<LeftAlone>,
    /// What a reader has to know.
    pub notes: Vec<String>,
    /// What is there when it has run.
    pub(super) desired: Catalog,
}

/// Compares two sides. The scratch server settles what only looks different, and runs renames.
pub async fn compare(
    current: &Side,
    desired: &Side,
    schema: &Ident,
    scratch: Option<&Scratch>,
    settings: &Settings,
) -> Result<Comparison, BetweenError> {
    require_same_major(current, desired)?;
    let mut notes = Vec::new();
    let renamed = renamed(current, desired, scratch, &settings.answers).await?;
    let mut present = without_empty_public(&renamed.catalog, &desired.catalog);
    present.holders.clone_from(&current.catalog.holders);
    let wanted = without_empty_public(&desired.catalog, &renamed.catalog);
    notes.extend(useless(&settings.exclude, [&present, &wanted]));
    let (present, other_names) = with_other_names(Cow::Owned(present), &wanted, &settings.exclude);
    let carried = carry(&present, &wanted, &settings.exclude)?;
    let kept = kept_schemas(&wanted, &carried, &settings.exclude);
    let mut planned = settled(&present, desired, carried, scratch, &mut notes).await?;
    let options = PlanOptions {
        simple: settings.simple,
        enum_mappings: desired.enum_mappings.clone(),
        using: settings.using.clone(),
    };
    let mut plan = loop {
        let plan = plan(&present, &planned, &options)?;
        let goal = &desired.catalog;
        let taken = take_desired_forms(&made(&plan), &mut planned, goal, &settings.exclude);
        if taken.is_empty() {
            break plan;
        }
    };
    let mut left_alone = left_alone(&present, &wanted, &planned, &settings.exclude);
    left_alone.extend(kept);
    require_way(&plan, &present, &planned)?;
    notes.extend(generate::notes(&plan, &present, &planned));
    notes.extend(row_order::told(&plan, &present, &desired.catalog));
    plan.prepend(other_names);
    plan.prepend(renamed.actions);
    let losses = losses(&plan, &present, &planned);
    let version = u32::from(desired.major) * 10_000;
    let statements = record_plan_from(&present, &plan, schema.as_str(), version)
        .await
        .map_err(|source| GenerateError::Model { source })?;
    Ok(Comparison { plan, statements, losses, left_alone, notes, desired: planned })
}

/// Catalogs of two versions describe the same schema differently.
pub(super) fn require_same_major(current: &Side, desired: &Side) -> Result<(), BetweenError> {
    let majors = (current.major, desired.major);
    if majors.0 == majors.1 {
        return Ok(());
    }
    Err(match (&current.built, &desired.built) {
        (None, Some(_)) => {
            BetweenError::ScratchMajor { end: End::Current, wanted: majors.0, found: majors.1 }
        }
        (Some(_), None) => {
            BetweenError::ScratchMajor { end: End::Desired, wanted: majors.1, found: majors.0 }
        }
        (None, None) | (Some(_), Some(_)) => {
            BetweenError::MajorsDiffer { current: majors.0, desired: majors.1 }
        }
    })
}

/// A new database has a schema `public`, which says nothing where it is empty and the other side
/// has none.
pub(super) fn without_empty_public(catalog: &Catalog, other: &Catalog) -> Catalog {
    let public = Ident::new("public");
    let key = ObjectKey::Schema { name: public.clone() };
    let is_used = catalog.objects.keys().any(|key| key.schema() == Some(&public));
    let mut catalog = catalog.clone();
    if !is_used && !other.objects.contains_key(&key) {
        catalog.objects.remove(&key);
        catalog.objects.remove(&ObjectKey::Comment { on: Box::new(key) });
    }
    catalog
}

/// Refuses to call sides alike that aren't.
fn require_way(plan: &Plan, current: &Catalog, desired: &Catalog) -> Result<(), BetweenError> {
    let changes = diff(current, desired);
    if !plan.is_empty() || changes.is_empty() {
        return Ok(());
    }
    Err(BetweenError::NoWay {
        keys: changes.iter().map(|change| change.key().to_string()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_of_two_versions_are_not_compared() {
        let [current, desired] = [(End::Current, 14), (End::Desired, 17)]
            .map(|(end, major)| Side { major, ..Side::of(end, Catalog::default()) });
        assert!(require_same_major(&current, &current).is_ok());
        let error = require_same_major(&current, &desired).expect_err("they differ").to_string();
        assert!(error.starts_with("FROM is of PostgreSQL 14 and TO of 17"), "{error}");
        assert!(error.contains("on a scratch server of version 14"), "{error}");
    }
}

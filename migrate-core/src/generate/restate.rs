//! Some expressions are printed differently after one more round through the parser
//! (`varchar IN (…)`). What still differs is made again from its printed form on both sides, until
//! it is the same or stays different.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Object, ObjectKey};
use crate::diff::{Change, diff};
use crate::plan::{PlanOptions, restate};
use crate::postgres::ScratchDatabase;

use super::scratch::{read, run};
use super::{GenerateError, Scratch};

/// How often a form is printed and read again before it counts as different.
const ROUNDS: usize = 3;

/// The desired catalog, in which what only looked different is taken from the current one.
pub(crate) async fn settle(
    scratch: &Scratch,
    current: &Catalog,
    desired: (&ScratchDatabase, Catalog),
) -> Result<Catalog, GenerateError> {
    let (desired_database, mut desired) = desired;
    let mut differing = differing_expressions(current, &desired);
    if differing.is_empty() {
        return Ok(desired);
    }
    let mut current_form = current.clone().without_dependents();
    let mut desired_form = desired.clone();
    for _ in 0..ROUNDS {
        desired_form = again(scratch, desired_database, desired_form, &differing).await?;
        for key in same_now(&differing, &current_form, &desired_form) {
            settle_one(&key, current, &mut desired);
            differing.remove(&key);
        }
        if differing.is_empty() {
            return Ok(desired);
        }
        let scratch_current = super::desired::rebuild(scratch, &current_form, current).await?;
        current_form = again(scratch, &scratch_current, current_form, &differing).await?;
        scratch_current.drop().await?;
        for key in same_now(&differing, &current_form, &desired_form) {
            settle_one(&key, current, &mut desired);
            differing.remove(&key);
        }
        if differing.is_empty() {
            break;
        }
    }
    Ok(desired)
}

/// Objects on both sides that may only look different: nothing differs but the text of an expression
/// or of a definition.
pub(crate) fn differing_expressions(current: &Catalog, desired: &Catalog) -> BTreeSet<ObjectKey> {
    let changes = diff(current, desired);
    let migrated = changes.iter().filter_map(|change| match change {
        Change::Migrate { key, current, desired } if looks_different(current, desired) => {
            Some((*key).clone())
        }
        _ => None,
    });
    migrated.collect()
}

fn looks_different(current: &Object, desired: &Object) -> bool {
    match desired {
        // Columns stand on a domain, so that it can't be made again.
        Object::Domain(_) => false,
        Object::Dependent(_) => true,
        desired => desired.is_like(current),
    }
}

/// The catalog after these objects were made again from their printed form.
async fn again(
    scratch: &Scratch,
    database: &ScratchDatabase,
    printed: Catalog,
    keys: &BTreeSet<ObjectKey>,
) -> Result<Catalog, GenerateError> {
    let copy = scratch.server.clone_of(database).await?;
    let plan = restate(&printed, keys, &PlanOptions { simple: true, ..PlanOptions::default() })?;
    run(&copy, &plan).await.map_err(|source| GenerateError::Model { source })?;
    let mut catalog = read(&copy).await?;
    copy.drop().await?;
    for (key, object) in &mut catalog.objects {
        if let (Object::DomainConstraint(made), Some(Object::DomainConstraint(before))) =
            (object, printed.objects.get(key))
        {
            made.validated = before.validated;
        }
    }
    Ok(catalog)
}

fn same_now(keys: &BTreeSet<ObjectKey>, current: &Catalog, desired: &Catalog) -> Vec<ObjectKey> {
    let same = |key: &&ObjectKey| current.objects.get(key) == desired.objects.get(key);
    keys.iter().filter(same).cloned().collect()
}

fn settle_one(key: &ObjectKey, current: &Catalog, desired: &mut Catalog) {
    if let Some(object) = current.objects.get(key) {
        desired.objects.insert(key.clone(), object.clone());
    }
}

//! The proof: the plan is run on a clone of the current scratch database, with rows in the tables
//! it touches, and has to lead to the desired catalog and back.

use crate::catalog::Catalog;
use crate::diff::{Change, diff};
use crate::plan::{Action, Plan};
use crate::postgres::ScratchDatabase;
use crate::revision::RevisionError;

use super::scratch::{connect, read, run};
use super::{GenerateError, Scratch, rows};

/// What is proved.
pub(super) struct Claim<'a> {
    pub(super) up: &'a Plan,
    pub(super) down: &'a Plan,
    pub(super) current: &'a Catalog,
    pub(super) desired: &'a Catalog,
}

/// Runs `up` and `down`. Where rows alone are refused, which only real rows can decide, the
/// statements are proved on empty tables.
pub(super) async fn prove(
    scratch: &Scratch,
    database: &ScratchDatabase,
    claim: &Claim<'_>,
) -> Result<(), GenerateError> {
    match prove_on(scratch, database, claim, Filled::Yes).await {
        Err(GenerateError::Proof { source, .. }) if is_about_rows(source.as_ref()) => {
            prove_on(scratch, database, claim, Filled::No).await
        }
        outcome => outcome,
    }
}

/// Whether the touched tables get rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    Yes,
    No,
}

async fn prove_on(
    scratch: &Scratch,
    database: &ScratchDatabase,
    claim: &Claim<'_>,
    filled: Filled,
) -> Result<(), GenerateError> {
    let copy = scratch.server.clone_of(database).await?;
    if filled == Filled::Yes {
        let connection = connect(&copy).await?;
        rows::insert(connection, claim.current, claim.up).await;
    }
    run(&copy, claim.up)
        .await
        .map_err(|source| GenerateError::Proof { direction: "up", source })?;
    let reached = read(&copy).await?;
    require(&reached, &with_reached_texts(claim, &reached), "up")?;
    run(&copy, claim.down)
        .await
        .map_err(|source| GenerateError::Proof { direction: "down", source })?;
    require(&read(&copy).await?, claim.current, "down")?;
    copy.drop().await?;
    Ok(())
}

/// A view over a column of another type is printed in another way, so what was put back counts as
/// it is printed now; the way back has to give the text that it had.
fn with_reached_texts(claim: &Claim<'_>, reached: &Catalog) -> Catalog {
    let mut desired = claim.desired.clone();
    for action in claim.up.actions() {
        let Action::CreateDependent { key, .. } = action else { continue };
        if let Some(object) = reached.objects.get(key) {
            desired.objects.insert(key.clone(), object.clone());
        }
    }
    desired
}

pub(super) fn require(
    reached: &Catalog,
    wanted: &Catalog,
    direction: &'static str,
) -> Result<(), GenerateError> {
    let differences: Vec<String> = diff(reached, wanted).iter().map(describe).collect();
    if differences.is_empty() {
        Ok(())
    } else {
        Err(GenerateError::Unproved { direction, differences })
    }
}

fn describe(change: &Change<'_>) -> String {
    match change {
        Change::Create { key, .. } => format!("{key} is missing"),
        Change::Drop { key, .. } => format!("{key} is still there"),
        Change::Migrate { key, current, desired } => {
            format!("{key} is\n    {current:?}\n  instead of\n    {desired:?}")
        }
    }
}

/// A constraint that rows violate, or a value that can't be cast: the classes 23 and 22.
fn is_about_rows(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let Some(error) = error.downcast_ref::<RevisionError>() else { return false };
    match error {
        RevisionError::LabelsInUse { .. } => true,
        error => {
            error.sql_state().is_some_and(|code| code.starts_with("23") || code.starts_with("22"))
        }
    }
}

//! The proof: the plan is run on a scratch database that is as the current side, with rows in the
//! tables it touches, and has to lead to the desired catalog and back.

use std::collections::BTreeSet;

use sqlx::Connection;

use crate::catalog::{Catalog, ObjectKey};
use crate::diff::{Change, diff};
use crate::introspect::introspect;
use crate::plan::{Action, Plan};
use crate::postgres::ScratchDatabase;
use crate::revision::{RevisionError, run_plan};

use super::scratch::{connect, scope};
use super::{GenerateError, rows};

/// What is proved.
pub(super) struct Claim<'a> {
    pub(super) up: &'a Plan,
    pub(super) down: &'a Plan,
    pub(super) current: &'a Catalog,
    pub(super) desired: &'a Catalog,
}

/// Runs `up` and `down` on a database that is as the current side and goes with the proof. Where rows
/// alone are refused, which only real rows can decide, the statements are proved on empty tables, on
/// another such database.
pub(super) async fn prove(
    mut current: impl AsyncFnMut() -> Result<ScratchDatabase, GenerateError>,
    claim: &Claim<'_>,
) -> Result<(), GenerateError> {
    match prove_on(current().await?, claim, Filled::Yes).await {
        Err(GenerateError::Proof { source, .. }) if is_about_rows(source.as_ref()) => {
            prove_on(current().await?, claim, Filled::No).await
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
    database: ScratchDatabase,
    claim: &Claim<'_>,
    filled: Filled,
) -> Result<(), GenerateError> {
    let scope = scope(database.schema());
    // One session, which knows the tables when it reads them again.
    let mut connection = connect(&database).await?;
    if filled == Filled::Yes {
        rows::insert(&mut connection, claim.current, claim.up).await;
    }
    let fail = |direction| move |source| GenerateError::Proof { direction, source };
    let (mut connection, _) =
        run_plan(connection, claim.up, database.schema()).await.map_err(fail("up"))?;
    let reached = introspect(&mut connection, &scope).await?;
    require_but(&put_back(claim.up), &reached, claim.desired, "up")?;
    let (mut connection, _) =
        run_plan(connection, claim.down, database.schema()).await.map_err(fail("down"))?;
    require(&introspect(&mut connection, &scope).await?, claim.current, "down")?;
    connection.close().await.ok();
    database.drop().await?;
    Ok(())
}

/// What is known only by its definition and was put back. A view over a column of another type is
/// printed in another way, so it counts as it is printed now; the way back has to give the text
/// that it had.
fn put_back(plan: &Plan) -> BTreeSet<&ObjectKey> {
    let made = plan.actions().filter_map(|action| match action {
        Action::CreateDependent { key, .. } => Some(key),
        _ => None,
    });
    made.collect()
}

pub(super) fn require(
    reached: &Catalog,
    wanted: &Catalog,
    direction: &'static str,
) -> Result<(), GenerateError> {
    require_but(&BTreeSet::new(), reached, wanted, direction)
}

/// The same, where these only have to be there.
fn require_but(
    put_back: &BTreeSet<&ObjectKey>,
    reached: &Catalog,
    wanted: &Catalog,
    direction: &'static str,
) -> Result<(), GenerateError> {
    let is_meant = |change: &Change<'_>| match change {
        Change::Create { .. } => true,
        Change::Migrate { key, .. } | Change::Drop { key, .. } => !put_back.contains(key),
    };
    let changes = diff(reached, wanted);
    let differences: Vec<String> =
        changes.iter().filter(|change| is_meant(change)).map(describe).collect();
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

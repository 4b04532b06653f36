//! A plan run directly, as a revision would run it.

use sqlx::PgConnection;

use crate::plan::{Plan, Step, StepMode};

use super::place::Place;
use super::{Executed, Migrator, Result, RevisionError};

/// Runs a plan and commits it; returns the connection and the statements that ran.
pub async fn run_plan(
    connection: PgConnection,
    plan: &Plan,
    schema: &str,
) -> Result<(PgConnection, Vec<Executed>)> {
    run_plan_with(Migrator::live(connection, "plan", schema), plan).await
}

/// The statements of a plan as a server of this `server_version_num` runs them, without running them.
pub async fn record_plan(plan: &Plan, schema: &str, server_version: u32) -> Result<Vec<Executed>> {
    record_plan_with(Migrator::recording("plan", schema).for_server(server_version), plan).await
}

/// The same, with the hazards that they have for this catalog.
#[cfg(feature = "generate")]
pub(crate) async fn record_plan_from(
    current: &crate::catalog::Catalog,
    plan: &Plan,
    schema: &str,
    server_version: u32,
) -> Result<Vec<Executed>> {
    let mut db = Migrator::recording("plan", schema).for_server(server_version);
    db.made = crate::plan::Made::beside(current, plan);
    record_plan_with(db, plan).await
}

async fn record_plan_with(mut db: Migrator, plan: &Plan) -> Result<Vec<Executed>> {
    for step in &plan.steps {
        run_step(&mut db, step).await?;
    }
    Ok(db.executed().to_vec())
}

/// The same as `run_plan` with a migrator of one's own, which may have a journal.
pub(crate) async fn run_plan_with(
    mut db: Migrator,
    plan: &Plan,
) -> Result<(PgConnection, Vec<Executed>)> {
    for step in &plan.steps {
        if let Err(error) = run_step(&mut db, step).await {
            db.abandon().await;
            return Err(error);
        }
    }
    let executed = db.executed().to_vec();
    Ok((db.commit().await?, executed))
}

/// Runs one step of a plan, which stands in no file.
pub(crate) async fn run_step(db: &mut Migrator, step: &Step) -> Result<()> {
    let place = Place::caller();
    let work = async |db: &mut Migrator| {
        for action in &step.actions {
            db.run(action.clone(), place).await?;
        }
        Ok(())
    };
    let outcome = match step.mode {
        StepMode::Transaction => db.transaction(&step.name, work).await,
        StepMode::OutsideTransaction => db.outside_transaction(&step.name, work).await,
    };
    outcome.map_err(|error| match error.downcast::<RevisionError>() {
        Ok(error) => error.without_place().into(),
        Err(error) => error,
    })
}

//! The transactions of a sync, each with its own way back: what is committed can be taken back,
//! wherever a sync stops.

use std::collections::BTreeSet;

use sqlx::Connection;

use crate::catalog::ObjectKey;
use crate::loss::{Loss, losses};
use crate::plan::{Plan, PlanOptions, plan};
use crate::postgres::ScratchDatabase;
use crate::revision::{record_plan, run_plan_with};
use crate::runner::{MigrationLock, RunError, RunSettings, kept_script, migrator};
use crate::target::Target;

use super::renamed::{Renamed, inverse};
use super::scratch::{read, run};
use super::{GenerateError, Scratch};

/// One transaction of a sync.
#[derive(Debug, Clone)]
pub struct SyncStep {
    up: Plan,
    /// The way back; none where only rows change, which a fill does.
    down: Option<Plan>,
    /// What the way back loses.
    losses: Vec<Loss>,
    /// What the step reaches.
    objects: BTreeSet<ObjectKey>,
}

/// Cuts a plan at its commits. The steps are run on a clone of the database that the plan starts
/// from, and the way back from each is planned there and proved.
pub(super) async fn steps(
    scratch: &Scratch,
    database: &ScratchDatabase,
    up: &Plan,
    renamed: &Renamed,
) -> Result<Vec<SyncStep>, GenerateError> {
    let copy = scratch.server.clone_of(database).await?;
    let mut current = read(&copy).await?;
    // The first step begins with the renames, so the way back is planned from the new names.
    let mut named = renamed.catalog.clone();
    let mut renames = inverse(&renamed.actions);
    let mut steps = Vec::new();
    for step in &up.steps {
        let up = Plan { steps: vec![step.clone()] };
        run(&copy, &up).await.map_err(|source| GenerateError::Proof { direction: "up", source })?;
        let reached = read(&copy).await?;
        let options = PlanOptions { simple: true, ..PlanOptions::default() };
        let mut down = plan(&reached, &named, &options)?;
        down.append(std::mem::take(&mut renames));
        let losses = losses(&down, &reached, &named);
        if !down.is_empty() {
            let back = scratch.server.clone_of(&copy).await?;
            let fail = |source| GenerateError::Proof { direction: "down", source };
            run(&back, &down).await.map_err(fail)?;
            super::proof::require(&read(&back).await?, &current, "down")?;
            back.drop().await?;
        }
        let down = Some(down).filter(|down| !down.is_empty());
        let objects = reached.objects.keys().cloned().collect();
        steps.push(SyncStep { up, down, losses, objects });
        current.clone_from(&reached);
        named = reached;
    }
    copy.drop().await?;
    Ok(steps)
}

/// Runs the steps, and writes each down with its way back in its own transaction.
pub async fn run_sync(steps: &[SyncStep], target: &Target) -> Result<(), RunError> {
    let settings = RunSettings::default();
    let lock = MigrationLock::acquire(target, settings.wait_for_other_run, &|_| {}).await?;
    let mut connection = target.connect().await.map_err(RunError::connect(target))?;
    let record = |source| RunError::Record { source };
    target.history.create(&mut connection).await.map_err(record)?;
    let table = target.history.synced();
    table.create(&mut connection).await.map_err(record)?;
    let fail = |source| RunError::SyncRefused { source };
    for step in steps {
        let mut journal = None;
        if let Some(down) = &step.down {
            let version = connection.server_version_num().unwrap_or_default();
            let down = record_plan(down, target.schema.as_str(), version).await.map_err(fail)?;
            journal = Some(table.up_journal(&kept_script(&down), &step.losses, &step.objects));
        }
        let mut db = migrator(connection, "sync", target, &settings, &lock);
        if let Some(journal) = journal {
            db = db.journaled(journal, Vec::new(), None);
        }
        (connection, _) = run_plan_with(db, &step.up).await.map_err(fail)?;
    }
    connection.close().await.ok();
    lock.release().await;
    Ok(())
}

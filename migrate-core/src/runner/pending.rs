//! What a run would execute, without running it.

use crate::revision::{Chain, Dependencies};
use crate::target::Target;

use super::apply::{state, wanted};
use super::record_sql::{PendingSql, record_sql};
use super::{Goal, RunError, RunSettings, rollback, session};

/// The SQL of the pending revisions up to a goal, first to last.
pub async fn pending_sql(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    goal: &Goal,
) -> Result<Vec<PendingSql>, RunError> {
    let ordered = chain.ordered()?;
    let records = records(target).await?;
    let state = state(&ordered, &records, &RunSettings::default())?;
    let mut pending = Vec::new();
    for revision in wanted(&state, goal)? {
        revision.up.check(dependencies).map_err(RunError::dependency(revision))?;
        let mut sql = record_sql(revision, &revision.up, dependencies, &target.schema).await;
        if let Some(record) = state.running.filter(|record| record.revision == revision.id()) {
            let is_done = |step: &String| record.steps.contains(step);
            sql.statements.retain(|one| !one.step.as_ref().is_some_and(is_done));
        }
        pending.push(sql);
    }
    Ok(pending)
}

/// The SQL of a rollback, in the order in which it would run.
pub async fn rollback_sql(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    goal: &Goal,
) -> Result<Vec<PendingSql>, RunError> {
    let ordered = chain.ordered()?;
    let records = records(target).await?;
    let state = state(&ordered, &records, &RunSettings::default())?;
    let mut pending = Vec::new();
    for (revision, _) in rollback::wanted(&state, goal)? {
        revision.down.check(dependencies).map_err(RunError::dependency(revision))?;
        pending.push(record_sql(revision, &revision.down, dependencies, &target.schema).await);
    }
    Ok(pending)
}

async fn records(target: &Target) -> Result<Vec<crate::history::Record>, RunError> {
    let mut connection = session::connect(target).await?;
    let records = session::records(target, &mut connection).await;
    session::leave(connection).await;
    records
}

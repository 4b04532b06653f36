//! What a run would execute, without running it.

use crate::history::Record;
use crate::revision::{Chain, Dependencies};
use crate::target::Target;

use super::apply::{require_nothing_common, state, wanted};
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
    let (records, version) = records(target).await?;
    let state = state(&ordered, &records, &RunSettings::default())?;
    let wanted = wanted(&state, goal)?;
    require_nothing_common(&wanted)?;
    let mut pending = Vec::new();
    for revision in wanted {
        revision.up.check(dependencies).map_err(RunError::dependency(revision))?;
        let (up, schema) = (&revision.up, &target.schema);
        let mut sql = record_sql(revision, up, dependencies, schema, version).await;
        if let Some(record) = state.running.filter(|record| record.revision == revision.id()) {
            leave_out(&record.steps, &mut sql);
        }
        pending.push(sql);
    }
    Ok(pending)
}

/// What an earlier run finished isn't run again.
fn leave_out(finished: &[String], sql: &mut PendingSql) {
    let is_done = |step: &String| finished.contains(step);
    sql.statements.retain(|one| !one.step.as_ref().is_some_and(is_done));
}

/// The SQL of a rollback, in the order in which it would run.
pub async fn rollback_sql(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    goal: &Goal,
) -> Result<Vec<PendingSql>, RunError> {
    let ordered = chain.ordered()?;
    let (records, version) = records(target).await?;
    let state = state(&ordered, &records, &RunSettings::default())?;
    let wanted = rollback::wanted(&state, goal)?;
    rollback::require_ways_back(&wanted, dependencies)?;
    let mut pending = Vec::new();
    for (revision, record) in wanted {
        let (down, schema) = (&revision.down, &target.schema);
        let mut sql = record_sql(revision, down, dependencies, schema, version).await;
        if rollback::is_half_reverted(record) {
            leave_out(&record.steps, &mut sql);
        }
        pending.push(sql);
    }
    Ok(pending)
}

/// The history, and the `server_version_num` of where it is.
async fn records(target: &Target) -> Result<(Vec<Record>, u32), RunError> {
    let mut connection = session::connect(target).await?;
    let version = connection.server_version_num().unwrap_or_default();
    let records = session::records(target, &mut connection).await?;
    session::end(connection).await?;
    Ok((records, version))
}

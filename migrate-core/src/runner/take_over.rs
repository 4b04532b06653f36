//! Takes over what another tool applied: its history becomes ours, and nothing is run.

use crate::history::TakenOver;
use crate::revision::Chain;
use crate::target::Target;

use super::lock::MigrationLock;
use super::{Listener, RunError, RunSettings, session};

/// Writes revisions down as another tool applied them, and says which they were; none where they
/// were taken over before. A history that has something else is refused.
pub async fn take_over(
    chain: &Chain,
    target: &Target,
    applied: &[TakenOver],
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<Vec<String>, RunError> {
    let ordered = chain.ordered()?;
    let lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    let mut connection = session::connect(target).await?;
    session::make_history(target, &mut connection).await?;
    let records = session::records(target, &mut connection).await?;
    let is_taken = |id: &str| applied.iter().any(|one| one.revision == id);
    let mut taken = Vec::new();
    if records.is_empty() {
        let record = |source| RunError::Record { source };
        for revision in ordered.iter().filter(|revision| is_taken(revision.id())) {
            let Some(one) = applied.iter().find(|one| one.revision == revision.id()) else {
                continue;
            };
            target
                .history
                .insert_taken_over(&mut connection, revision, one)
                .await
                .map_err(record)?;
            taken.push(revision.id().to_owned());
        }
    } else if let Some(one) =
        applied.iter().find(|one| !records.iter().any(|record| record.revision == one.revision))
    {
        let (history, revision) = (target.history.to_string(), one.revision.clone());
        return Err(RunError::HistoryInUse { history, revision });
    }
    session::end(connection).await?;
    lock.release().await;
    Ok(taken)
}

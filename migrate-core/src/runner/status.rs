//! What is applied and what is pending.

use crate::history::{HistoryError, Record, RecordState, compare};
use crate::revision::{Chain, Revision};
use crate::target::Target;

use super::{RunError, session, synced};

/// Where a target stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// Every revision, first to last, and then those that only the database has.
    pub revisions: Vec<RevisionStatus>,
    /// What keeps `apply` from going on.
    pub problem: Option<String>,
    /// Whether the database is ahead of this program.
    pub is_ahead: bool,
    /// Whether `dev sync` made something beyond the revisions.
    pub is_synced: bool,
}

/// One revision.
#[derive(Debug, Clone)]
pub struct RevisionStatus {
    /// The id.
    pub id: String,
    /// The row in the history.
    pub record: Option<Record>,
    /// Whether this program has the file.
    pub has_file: bool,
}

impl RevisionStatus {
    /// One word: `applied`, `pending`, `running`, `reverting` or `unknown`.
    pub fn word(&self) -> &'static str {
        match (&self.record, self.has_file) {
            (Some(_), false) => "unknown",
            (None, _) => "pending",
            (Some(record), true) => match record.state() {
                RecordState::Applied => "applied",
                RecordState::Running => "running",
                RecordState::Reverting => "reverting",
            },
        }
    }
}

impl Status {
    /// The revisions that `apply` would run.
    pub fn pending(&self) -> impl Iterator<Item = &RevisionStatus> {
        self.revisions.iter().filter(|one| matches!(one.word(), "pending" | "running"))
    }
}

/// Reads where a target stands; it changes nothing.
pub async fn status(chain: &Chain, target: &Target) -> Result<Status, RunError> {
    let ordered = chain.ordered()?;
    let mut connection = target.connect().await.map_err(RunError::connect(target))?;
    let records = session::records(target, &mut connection).await?;
    let is_synced = !synced::rows(target, &mut connection).await?.is_empty();
    Ok(Status { is_synced, ..describe(&ordered, records) })
}

fn describe(ordered: &[&Revision], records: Vec<Record>) -> Status {
    let problem = compare(ordered, &records, |_| false).err();
    let mut revisions: Vec<RevisionStatus> = ordered
        .iter()
        .map(|revision| RevisionStatus {
            id: revision.id().to_owned(),
            record: records.iter().find(|record| record.revision == revision.id()).cloned(),
            has_file: true,
        })
        .collect();
    let unknown = records
        .into_iter()
        .filter(|record| !ordered.iter().any(|revision| revision.id() == record.revision));
    revisions.extend(unknown.map(|record| RevisionStatus {
        id: record.revision.clone(),
        record: Some(record),
        has_file: false,
    }));
    let is_ahead = matches!(problem, Some(HistoryError::DatabaseAhead { .. }));
    Status {
        revisions,
        problem: problem.map(|problem| problem.to_string()),
        is_ahead,
        is_synced: false,
    }
}

//! What is applied and what is pending.

use crate::history::{HistoryError, Record, RecordState, compare};
use crate::revision::{Chain, Direction, Revision, description_of_id, number_of_id};
use crate::target::Target;

use super::{Goal, RunError, goal, session, synced};

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
    /// Whether hooks that come after everything have not run since.
    pub has_hooks_due: bool,
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
    /// Whether all of it is one transaction; only SQL files say so without being run.
    pub is_transactional: Option<bool>,
}

impl RevisionStatus {
    /// The number of a SQL file.
    pub fn number(&self) -> Option<u64> {
        number_of_id(&self.id)
    }

    /// What the revision does, as its name says.
    pub fn description(&self) -> String {
        description_of_id(&self.id)
    }

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
    /// What was interrupted in the middle of a revision, and what to do about it.
    pub fn interrupted(&self) -> Option<String> {
        self.revisions.iter().find_map(|one| match one.word() {
            "running" => {
                let begun = one.record.as_ref().and_then(|record| record.begun_step.as_deref());
                let within = begun.map(|step| format!(", and stopped within `{step}`"));
                Some(format!(
                    "`{}` is half applied{}; `migrate apply` goes on with it, or says what has to be looked at",
                    one.id,
                    within.unwrap_or_default()
                ))
            }
            "reverting" => Some(format!(
                "the rollback of `{}` was interrupted; finish it with `migrate rollback`",
                one.id
            )),
            _ => None,
        })
    }

    /// The revisions that `apply` would run up to a goal.
    pub fn pending_to(&self, chain: &Chain, goal: &Goal) -> Result<Vec<&RevisionStatus>, RunError> {
        let pending: Vec<&RevisionStatus> = self.pending().collect();
        let ids: Vec<&str> = pending.iter().map(|one| one.id.as_str()).collect();
        let last = self.revisions.iter().rfind(|one| one.word() == "applied");
        let last = last.map(|one| one.id.as_str());
        let count = goal::count_pending(goal, &chain.ordered()?, &ids, last)?;
        Ok(pending.into_iter().take(count).collect())
    }

    /// The revisions that `apply` would run.
    pub fn pending(&self) -> impl Iterator<Item = &RevisionStatus> {
        self.revisions.iter().filter(|one| matches!(one.word(), "pending" | "running"))
    }
}

/// Reads where a target stands; it changes nothing.
pub async fn status(chain: &Chain, target: &Target) -> Result<Status, RunError> {
    let ordered = chain.ordered()?;
    let mut connection = target.open().await.map_err(RunError::connect(target))?;
    session::begin(target, &mut connection).await?;
    let records = session::records(target, &mut connection).await?;
    let is_synced = !synced::rows(target, &mut connection).await?.is_empty();
    session::end(connection).await?;
    Ok(Status { is_synced, ..describe(&ordered, &records) })
}

pub(super) fn describe(ordered: &[&Revision], records: &[Record]) -> Status {
    let problem = compare(ordered, records, |_| false).err();
    let mut revisions: Vec<RevisionStatus> = ordered
        .iter()
        .map(|revision| RevisionStatus {
            id: revision.id().to_owned(),
            record: records.iter().find(|record| record.revision == revision.id()).cloned(),
            has_file: true,
            is_transactional: match &revision.up {
                Direction::Sql(script) => Some(!script.runs_outside_transaction()),
                Direction::Rust(_) | Direction::Missing => None,
            },
        })
        .collect();
    let unknown = records
        .iter()
        .filter(|record| !ordered.iter().any(|revision| revision.id() == record.revision));
    revisions.extend(unknown.map(|record| RevisionStatus {
        id: record.revision.clone(),
        record: Some(record.clone()),
        has_file: false,
        is_transactional: None,
    }));
    let is_ahead = matches!(problem, Some(HistoryError::DatabaseAhead { .. }));
    Status {
        revisions,
        problem: problem.map(|problem| problem.to_string()),
        is_ahead,
        is_synced: false,
        has_hooks_due: records.iter().any(|record| record.hooks_due),
    }
}

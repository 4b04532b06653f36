//! The chain and the history side by side.

use std::collections::BTreeMap;
use std::path::Path;

use thiserror::Error;

use crate::revision::Revision;

use super::{Record, RecordState};

/// Where a target stands.
pub struct State<'a> {
    /// Applied revisions, first to last, each with its row.
    pub applied: Vec<(&'a Revision, &'a Record)>,
    /// Revisions to apply, first to last. The first may be half done.
    pub pending: Vec<&'a Revision>,
    /// The row of a revision whose `up` was interrupted between steps.
    pub running: Option<&'a Record>,
    /// The row of a revision whose `down` was interrupted between steps.
    pub reverting: Option<&'a Record>,
}

/// A history that doesn't fit the chain.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum HistoryError {
    /// The database has revisions that come after the last one here.
    #[error(
        "the database is ahead: it has `{revision}`, which comes after the last revision of this program; deploy the newer program, or roll back with it; a development database goes back with `migrate dev switch`"
    )]
    DatabaseAhead {
        /// The first revision that is unknown here.
        revision: String,
    },
    /// The database has a revision that isn't in the chain.
    #[error(
        "the database has `{revision}`, which is not among the revisions of this program; restore its file, or roll it back with the program that has it; a development database goes back with `migrate dev switch`"
    )]
    Unknown {
        /// The revision.
        revision: String,
    },
    /// A file was changed after it was applied.
    #[error(
        "`{file}` was edited after it was applied; restore it and write a new revision, or pass `--accept-checksum {revision}` if the edit changes nothing that ran"
    )]
    Edited {
        /// The file.
        file: String,
        /// The revision.
        revision: String,
    },
    /// A revision was put before one that is applied.
    #[error(
        "`{pending}` comes before `{applied}`, which is applied already; {}",
        to_the_end(pending)
    )]
    OutOfOrder {
        /// The file that is not applied.
        pending: String,
        /// The revision after it that is.
        applied: String,
    },
}

fn to_the_end(file: &str) -> &'static str {
    match Path::new(file).extension().is_some_and(|extension| extension == "sql") {
        true => "give it the next free number",
        false => {
            "let it come last with `.after(…)`; a development database goes back before it with `migrate dev switch`"
        }
    }
}

/// Compares the chain with the history. Edited files are accepted where `accepts` says so.
pub fn compare<'a>(
    chain: &[&'a Revision],
    records: &'a [Record],
    accepts: impl Fn(&str) -> bool,
) -> Result<State<'a>, HistoryError> {
    let rows: BTreeMap<&str, &Record> =
        records.iter().map(|record| (record.revision.as_str(), record)).collect();
    refuse_unknown(chain, &rows)?;
    let mut state =
        State { applied: Vec::new(), pending: Vec::new(), running: None, reverting: None };
    for revision in chain {
        let Some(record) = rows.get(revision.id()) else {
            state.pending.push(revision);
            continue;
        };
        if let Some(pending) = state.pending.first() {
            let (pending, applied) = (pending.file.to_owned(), revision.id().to_owned());
            return Err(HistoryError::OutOfOrder { pending, applied });
        }
        if record.checksum != revision.checksum()
            && record.state() == RecordState::Applied
            && !accepts(revision.id())
        {
            let (file, revision) = (revision.file.to_owned(), revision.id().to_owned());
            return Err(HistoryError::Edited { file, revision });
        }
        match record.state() {
            RecordState::Applied => state.applied.push((revision, record)),
            RecordState::Reverting => {
                state.reverting = Some(record);
                state.applied.push((revision, record));
            }
            RecordState::Running => {
                state.running = Some(record);
                state.pending.push(revision);
            }
        }
    }
    Ok(state)
}

fn refuse_unknown(chain: &[&Revision], rows: &BTreeMap<&str, &Record>) -> Result<(), HistoryError> {
    let known = |id: &str| chain.iter().any(|revision| revision.id() == id);
    let head = chain.last().map(|revision| revision.id());
    let mut unknown: Vec<&&Record> =
        rows.values().filter(|record| !known(&record.revision)).collect();
    let mut last = head.map(str::to_owned);
    let mut ahead = None;
    while let Some(next) = unknown.iter().position(|record| record.parent == last) {
        let record = unknown.remove(next);
        last = Some(record.revision.clone());
        ahead.get_or_insert_with(|| record.revision.clone());
    }
    if let Some(record) = unknown.first() {
        return Err(HistoryError::Unknown { revision: record.revision.clone() });
    }
    match ahead {
        Some(revision) => Err(HistoryError::DatabaseAhead { revision }),
        None => Ok(()),
    }
}

//! Tenants that are behind the others, for another reason than that the last run was interrupted.

use std::collections::BTreeSet;
use std::fmt;

use crate::catalog::Ident;
use crate::history::{Record, RecordState};
use crate::runner::job::serves_all;

/// A tenant that lacks revisions which others have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The database, as people call it.
    pub database: String,
    /// The schema.
    pub schema: Ident,
    /// What it lacks.
    pub lacks: Vec<String>,
}

impl fmt::Display for Lag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` in {} lacks {}", self.schema.as_str(), self.database, self.lacks.join(", "))
    }
}

/// The tenants that lack what others have. New ones, which have no history, lack nothing: they are
/// built by the whole chain. What only the newest run applied is no lag either: that run was
/// interrupted, and this one goes on where it stopped, also where runs over picked tenants did a part
/// of that since. A revision that is half applied is one that nobody has, and that its tenant goes on
/// with.
pub(super) fn lags<'a>(
    tenants: impl Iterator<Item = (&'a str, &'a Ident, &'a [Record])> + Clone,
) -> Vec<Lag> {
    let records = || tenants.clone().flat_map(|(_, _, records)| records);
    let newest = records().filter_map(|record| record.run.as_deref()).max();
    let whole = newest_whole_run(records());
    let of_whole = records().filter(|record| whole.is_some() && record.run.as_deref() == whole);
    let of_whole: BTreeSet<&str> = of_whole.map(|record| record.revision.as_str()).collect();
    let finished = records().filter(|record| record.state() != RecordState::Running);
    let earlier = finished.filter(|record| {
        let run = record.run.as_deref();
        let goes_on = run >= whole && of_whole.contains(record.revision.as_str());
        run.is_none() || run != newest && !goes_on
    });
    let settled: BTreeSet<&str> = earlier.map(|record| record.revision.as_str()).collect();
    let behind = tenants.filter(|(_, _, records)| !records.is_empty());
    behind
        .filter_map(|(database, schema, records)| {
            let is_there = |record: &&Record| record.state() != RecordState::Reverting;
            let there: BTreeSet<&str> =
                records.iter().filter(is_there).map(|record| record.revision.as_str()).collect();
            let lacks: Vec<String> =
                settled.difference(&there).map(|revision| (*revision).to_owned()).collect();
            let (database, schema) = (database.to_owned(), schema.clone());
            (!lacks.is_empty()).then_some(Lag { database, schema, lacks })
        })
        .collect()
}

/// The newest run, where some existing tenant lacks what it applied to others: it was interrupted,
/// and this one is its continuation.
pub(super) fn interrupted_run<'a>(
    tenants: impl Iterator<Item = &'a [Record]> + Clone,
) -> Option<String> {
    let newest = newest_whole_run(tenants.clone().flatten())?;
    let of_newest = tenants.clone().flatten().filter(|one| one.run.as_deref() == Some(newest));
    let applied: BTreeSet<&str> = of_newest.map(|record| record.revision.as_str()).collect();
    let mut existing = tenants.filter(|records| !records.is_empty());
    let is_interrupted = existing.any(|records| {
        let has = records.iter().filter(|record| record.state() != RecordState::Running);
        let has: BTreeSet<&str> = has.map(|record| record.revision.as_str()).collect();
        !applied.is_subset(&has)
    });
    is_interrupted.then(|| newest.to_owned())
}

/// The newest run over all tenants.
fn newest_whole_run<'a>(records: impl Iterator<Item = &'a Record>) -> Option<&'a str> {
    records.filter_map(|record| record.run.as_deref()).filter(|run| serves_all(run)).max()
}

//! What a run over many targets did, and why it didn't begin.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::catalog::Ident;
use crate::revision::ChainError;
use crate::runner::{AppliedRevision, RunError};
use crate::target::{Fleet, Target};

use super::{Lag, Obstacle};

/// What a run did on each of its targets.
#[derive(Debug, Default)]
pub struct FleetReport {
    /// The targets, as the fleet has them.
    pub targets: Vec<TargetReport>,
}

/// What a run did on one target.
#[derive(Debug)]
pub struct TargetReport {
    /// The database, as people call it.
    pub database: String,
    /// The schema.
    pub schema: Ident,
    /// What happened.
    pub outcome: Outcome,
}

/// How a target came out.
#[derive(Debug)]
pub enum Outcome {
    /// There was nothing to do.
    NothingToDo,
    /// These revisions were applied or taken back.
    Done(Vec<AppliedRevision>),
    /// It failed.
    Failed {
        /// Why.
        error: Box<RunError>,
        /// What was applied or taken back before.
        done: Vec<AppliedRevision>,
    },
    /// It was not begun, since another one failed.
    NotBegun,
}

impl Outcome {
    /// The revisions that were applied or taken back.
    pub fn done(&self) -> &[AppliedRevision] {
        match self {
            Self::Done(done) | Self::Failed { done, .. } => done,
            Self::NothingToDo | Self::NotBegun => &[],
        }
    }

    /// Whether it failed.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }
}

impl FleetReport {
    /// Reports in the order of the fleet; where there is none, there was nothing to do.
    pub(super) fn in_order(fleet: &Fleet, reports: Vec<TargetReport>) -> Self {
        let mut by_target: BTreeMap<(String, Ident), Outcome> = reports
            .into_iter()
            .map(|report| ((report.database, report.schema), report.outcome))
            .collect();
        let databases = fleet.databases.iter();
        let targets =
            databases.flat_map(|database| database.targets().map(move |target| (database, target)));
        let in_order = targets.map(|(database, Target { schema, .. })| {
            let outcome = by_target.remove(&(database.name.clone(), schema.clone()));
            let outcome = outcome.unwrap_or(Outcome::NothingToDo);
            TargetReport { database: database.name.clone(), schema: schema.clone(), outcome }
        });
        Self { targets: in_order.collect() }
    }

    /// The targets that failed.
    pub fn failures(&self) -> impl Iterator<Item = (&TargetReport, &RunError)> {
        self.targets.iter().filter_map(|report| match &report.outcome {
            Outcome::Failed { error, .. } => Some((report, &**error)),
            Outcome::NothingToDo | Outcome::Done(_) | Outcome::NotBegun => None,
        })
    }

    /// Whether every target is where it should be.
    pub fn is_complete(&self) -> bool {
        self.targets
            .iter()
            .all(|report| matches!(report.outcome, Outcome::NothingToDo | Outcome::Done(_)))
    }
}

/// Why a run over many targets didn't begin: nothing was changed anywhere.
#[derive(Debug, Error)]
pub enum FleetError {
    /// Something that is the same for every target.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A count of revisions, where tenants stand at different ones.
    #[error(
        "nothing was begun, since the tenants stand at different revisions, and a count would take them to different ones; name the revision with `--to`"
    )]
    Count,
    /// Some targets can't take the run.
    #[error("nothing was begun, since not every target can take it:{}", lines(obstacles))]
    Preflight {
        /// What is in the way.
        obstacles: Vec<Obstacle>,
    },
    /// An earlier run left some tenants behind.
    #[error(
        "nothing was begun, since these were left behind by earlier runs, and lack revisions that others have:{}\nbring them up with `--heal`, or leave them out with `--except`",
        lines(lags)
    )]
    Lags {
        /// Who lacks what.
        lags: Vec<Lag>,
    },
}

impl From<ChainError> for FleetError {
    fn from(error: ChainError) -> Self {
        Self::Run(error.into())
    }
}

/// How many lines an error shows.
const SHOWN: usize = 20;

fn lines(all: &[impl std::fmt::Display]) -> String {
    let mut text: String = all.iter().take(SHOWN).map(|one| format!("\n  {one}")).collect();
    if all.len() > SHOWN {
        text += &format!("\n  and {} more", all.len() - SHOWN);
    }
    text
}

//! Expressions that only look different, and renames: both are found out on scratch databases,
//! which two databases that are alike don't need.

use std::borrow::Cow;

use crate::catalog::{Catalog, Object};
use crate::diff::{AnswerError, Answers, Renames, renames};
use crate::generate::{
    GenerateError, Renamed, Scratch, differing_expressions, missing_role, rebuild, rename, run,
    settle,
};
use crate::plan::{Action, Plan, Step, StepMode, given_to};
use crate::postgres::ScratchDatabase;

use super::compare::require_same_major;
use super::left_alone::carry;
use super::other_names::with_other_names;
use super::{BetweenError, End, Settings, Side};

/// What a comparison of two sides needs a scratch server for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// Expressions differ, which may be the same after another round through the parser.
    Helpful,
    /// Renames are run, since PostgreSQL rewrites what names the renamed.
    Required,
}

/// What a comparison needs a scratch server for.
pub fn need(current: &Side, desired: &Side, settings: &Settings) -> Result<Need, BetweenError> {
    require_same_major(current, desired)?;
    if !wanted_renames(current, desired, &settings.answers)?.actions.is_empty() {
        return Ok(Need::Required);
    }
    let (present, _) =
        with_other_names(Cow::Borrowed(&current.catalog), &desired.catalog, &settings.exclude);
    let carried = carry(&present, &desired.catalog, &settings.exclude)?;
    let differing = differing_expressions(&present, &carried);
    Ok(if differing.is_empty() { Need::Nothing } else { Need::Helpful })
}

fn wanted_renames(
    current: &Side,
    desired: &Side,
    answers: &Answers,
) -> Result<Renames, BetweenError> {
    let renames = renames(&desired.renames, answers, &current.catalog, &desired.catalog);
    renames.map_err(|error| match error {
        AnswerError::NothingToRename { current, desired, known } => {
            let (lacking, name) = (End::Current, current.clone());
            BetweenError::RenameMissing { current, desired, lacking, name, known }
        }
        AnswerError::NotInModels { current, desired, known } => {
            let (lacking, name) = (End::Desired, desired.clone());
            BetweenError::RenameMissing { current, desired, lacking, name, known }
        }
        AnswerError::NothingToDrop { .. }
        | AnswerError::NameTaken { .. }
        | AnswerError::NothingRenamed { .. }
        | AnswerError::OwnerIsNew { .. }
        | AnswerError::Circle { .. } => GenerateError::from(error).into(),
    })
}

/// The current side after its renames.
pub(super) async fn renamed(
    current: &Side,
    desired: &Side,
    scratch: Option<&Scratch>,
    answers: &Answers,
) -> Result<Renamed, BetweenError> {
    let Renames { actions, stale } = wanted_renames(current, desired, answers)?;
    if actions.is_empty() {
        return Ok(Renamed { catalog: current.catalog.clone(), actions, stale });
    }
    let scratch = scratch.ok_or(BetweenError::ScratchNeeded { what: "renames are run first" })?;
    let rebuilt = Rebuilt::of(current, scratch, "renames are run first").await?;
    let renamed = rename(
        scratch,
        (rebuilt.database(), &current.catalog),
        &desired.catalog,
        &desired.renames,
        answers,
    )
    .await?;
    rebuilt.close().await;
    Ok(renamed)
}

/// The desired catalog, in which what only looked different is taken from the current one. Where
/// the sides can't be made anew, it counts as different, and a note says so.
pub(super) async fn settled(
    current: &Catalog,
    desired: &Side,
    wanted: Catalog,
    scratch: Option<&Scratch>,
    notes: &mut Vec<String>,
) -> Result<Catalog, BetweenError> {
    let differing = differing_expressions(current, &wanted);
    if differing.is_empty() {
        return Ok(wanted);
    }
    let keys: Vec<String> = differing.iter().map(ToString::to_string).collect();
    let unsettled = format!("whether {} only looks different was not found out", keys.join(", "));
    let Some(scratch) = scratch else {
        notes.push(format!("{unsettled}; it needs a scratch server, as of `--scratch-url`"));
        return Ok(wanted);
    };
    let settled = async || try_settle(current, desired, &wanted, scratch).await;
    match with_roles(scratch, settled).await {
        Err(GenerateError::Model { source }) => {
            notes.push(format!(
                "{unsettled}, since it can't be made anew on a scratch database: {source}"
            ));
            Ok(wanted)
        }
        outcome => Ok(outcome?),
    }
}

/// Views and their like are the same on both sides by now, and would be in the way.
async fn try_settle(
    current: &Catalog,
    desired: &Side,
    wanted: &Catalog,
    scratch: &Scratch,
) -> Result<Catalog, GenerateError> {
    let plain = wanted.clone().without_dependents();
    // What is carried isn't on the database that the side was built on.
    let settled = match desired.built.as_ref().filter(|_| plain == desired.catalog) {
        Some(database) => settle(scratch, current, (database, plain)).await?,
        None => {
            let database = rebuild(scratch, &plain, wanted).await?;
            let settled = settle(scratch, current, (&database, plain)).await;
            database.drop().await.ok();
            settled?
        }
    };
    let mut wanted = wanted.clone();
    wanted.objects.extend(settled.objects);
    Ok(wanted)
}

/// Roles belong to a server, so those that definitions grant to are made where they are missing.
pub(super) async fn with_roles<T>(
    scratch: &Scratch,
    work: impl AsyncFn() -> Result<T, GenerateError>,
) -> Result<T, GenerateError> {
    loop {
        match work().await {
            Err(GenerateError::Model { source }) => {
                let Some(role) = missing_role(source.as_ref()) else {
                    return Err(GenerateError::Model { source });
                };
                scratch.server.ensure_roles(&[role]).await?;
            }
            outcome => return outcome,
        }
    }
}

/// A scratch database with the schema of a side: its own, or one made from its catalog.
pub(super) enum Rebuilt<'a> {
    /// The one that it was built on.
    Own(&'a ScratchDatabase),
    /// One made for the purpose.
    Made(ScratchDatabase),
}

impl<'a> Rebuilt<'a> {
    /// A database for a side, where `what` is done.
    pub(super) async fn of(
        side: &'a Side,
        scratch: &Scratch,
        what: &'static str,
    ) -> Result<Self, BetweenError> {
        if let Some(database) = &side.built {
            return Ok(Self::Own(database));
        }
        let made = with_roles(scratch, async || {
            let database = rebuild(scratch, &side.catalog, &Catalog::default()).await?;
            let actions = of_their_owners(&side.catalog);
            if !actions.is_empty() {
                let given =
                    Step { name: "owners".to_owned(), mode: StepMode::Transaction, actions };
                let given = run(&database, &Plan { steps: vec![given] }).await;
                given.map_err(|source| GenerateError::Model { source })?;
            }
            Ok(database)
        })
        .await;
        made.map(Self::Made).map_err(|error| refused(side.end, what, error))
    }

    pub(super) fn database(&self) -> &ScratchDatabase {
        match self {
            Self::Own(database) => database,
            Self::Made(database) => database,
        }
    }

    pub(super) async fn close(self) {
        if let Self::Made(database) = self {
            database.drop().await.ok();
        }
    }
}

/// What gives tables, free sequences and types to whom they belong.
fn of_their_owners(catalog: &Catalog) -> Vec<Action> {
    let given = catalog.owners.iter().filter_map(|(key, owner)| {
        match catalog.objects.get(key)? {
            // It goes with its table.
            Object::Sequence(one) if one.owned_by.is_some() => None,
            _ => given_to(key, &owner.to_string()),
        }
    });
    given.collect()
}

fn refused(end: End, what: &'static str, error: GenerateError) -> BetweenError {
    match error {
        GenerateError::Model { source } => BetweenError::Rebuild { end, what, source },
        error => error.into(),
    }
}

//! The current side after renames: PostgreSQL itself rewrites every expression that names what was
//! renamed, so the renames are run and the result is read back.

use crate::catalog::{Catalog, QualifiedName};
use crate::diff::{Answers, Renames, followers, renames};
use crate::model::objects::DeclaredRename;
use crate::plan::{Action, Plan, Step, StepMode};
use crate::postgres::ScratchDatabase;

use super::scratch::{read, run};
use super::{GenerateError, Scratch};

/// The current catalog under its desired names.
pub(crate) struct Renamed {
    pub(crate) catalog: Catalog,
    /// The renames, in an order that works.
    pub(crate) actions: Vec<Action>,
    /// Declared renames that were made before.
    pub(crate) stale: Vec<DeclaredRename>,
}

/// Runs the renames that apply, and those that follow from them.
pub(crate) async fn rename(
    scratch: &Scratch,
    current: (&ScratchDatabase, &Catalog),
    desired: &Catalog,
    declared: &[DeclaredRename],
    answers: &Answers,
) -> Result<Renamed, GenerateError> {
    let (database, catalog) = current;
    let Renames { mut actions, stale } = renames(declared, answers, catalog, desired)?;
    let mut renamed = catalog.clone();
    let mut clone = None;
    if !actions.is_empty() {
        let copy = scratch.server.clone_of(database).await?;
        renamed = run_and_read(&copy, actions.clone()).await?;
        clone = Some(copy);
    }
    let following = followers(&renamed, desired);
    if !following.is_empty() {
        let copy = match clone.take() {
            Some(copy) => copy,
            None => scratch.server.clone_of(database).await?,
        };
        renamed = run_and_read(&copy, following.clone()).await?;
        actions.extend(following);
        clone = Some(copy);
    }
    if let Some(copy) = clone {
        copy.drop().await?;
    }
    Ok(Renamed { catalog: renamed, actions, stale })
}

async fn run_and_read(
    database: &ScratchDatabase,
    actions: Vec<Action>,
) -> Result<Catalog, GenerateError> {
    let step = Step { name: "rename".to_owned(), mode: StepMode::Transaction, actions };
    run(database, &Plan { steps: vec![step] })
        .await
        .map_err(|source| GenerateError::Proof { direction: "up", source })?;
    read(database).await
}

/// The renames that take these back, in an order that works.
pub(super) fn inverse(actions: &[Action]) -> Vec<Action> {
    actions.iter().rev().filter_map(inverse_of).collect()
}

fn inverse_of(action: &Action) -> Option<Action> {
    match action {
        Action::RenameType { name, desired } => Some(Action::RenameType {
            name: name.sibling(desired.clone()),
            desired: name.name.clone(),
        }),
        Action::RenameEnumValue { name, current, desired } => Some(Action::RenameEnumValue {
            name: name.clone(),
            current: desired.clone(),
            desired: current.clone(),
        }),
        Action::RenameDomainConstraint { domain, name, desired } => {
            Some(Action::RenameDomainConstraint {
                domain: domain.clone(),
                name: desired.clone(),
                desired: name.clone(),
            })
        }
        Action::RenameSequence { name, desired } => Some(Action::RenameSequence {
            name: name.sibling(desired.clone()),
            desired: name.name.clone(),
        }),
        Action::RenameTable { name, desired } => Some(Action::RenameTable {
            name: name.sibling(desired.clone()),
            desired: name.name.clone(),
        }),
        Action::MoveTable { name, schema } => Some(Action::MoveTable {
            name: QualifiedName { schema: schema.clone(), name: name.name.clone() },
            schema: name.schema.clone(),
        }),
        Action::CreateSchema { name } => Some(Action::DropSchema { name: name.clone() }),
        Action::RenameColumn { table, name, desired } => Some(Action::RenameColumn {
            table: table.clone(),
            name: desired.clone(),
            desired: name.clone(),
        }),
        Action::RenameAttribute { composite, name, desired } => Some(Action::RenameAttribute {
            composite: composite.clone(),
            name: desired.clone(),
            desired: name.clone(),
        }),
        Action::RenameConstraint { table, name, desired } => Some(Action::RenameConstraint {
            table: table.clone(),
            name: desired.clone(),
            desired: name.clone(),
        }),
        Action::RenameIndex { name, desired } => Some(Action::RenameIndex {
            name: name.sibling(desired.clone()),
            desired: name.name.clone(),
        }),
        _ => None,
    }
}

//! One change of the models, all the way to a proved plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Dependency, Ident, ObjectKey};
use crate::diff::{Answers, Change, diff, rename_candidates};
use crate::model::Registry;
use crate::model::objects::{DeclaredRename, ModelObjects, objects};
use crate::plan::{Hazard, Plan, PlanOptions, hazards, lost, plan};
use crate::postgres::ScratchDatabase;
use crate::revision::{Chain, Dependencies};

use super::carried::Carried;
use super::proof::{Claim, prove};
use super::renamed::{Renamed, inverse, rename};
use super::scratch::SCHEMA;
use super::{GenerateError, Scratch, desired, guard, replay, restate, values, way_back};

/// What a draft is made from.
pub struct Sources<'a> {
    /// The models.
    pub registry: &'a Registry,
    /// The revisions so far.
    pub chain: &'a Chain,
    /// What revisions take.
    pub dependencies: &'a Dependencies,
}

/// How a draft is made.
#[derive(Debug, Clone, Default)]
pub struct DraftSettings {
    /// Plain forms in one transaction.
    pub simple: bool,
    /// Known answers about renames and drops.
    pub answers: Answers,
    /// `--using`, by `table.column`.
    pub using: BTreeMap<String, String>,
    /// Lets most tables go.
    pub allow_mass_drop: bool,
    /// The target's schema, for models that name it.
    pub schema: Option<Ident>,
}

/// A proved change.
#[derive(Debug)]
pub struct Draft {
    /// From the current to the desired catalog.
    pub up: Plan,
    /// And back.
    pub down: Plan,
    /// What `up` may hurt.
    pub hazards: BTreeSet<Hazard>,
    /// What `up` loses, described.
    pub losses: Vec<String>,
    /// What a reader has to know of `up`, beside what it loses.
    pub notes: Vec<String>,
    /// What a reader has to know of `down`.
    pub notes_of_down: Vec<String>,
}

impl Draft {
    /// All that a reader of the revision has to know.
    pub fn all_notes(&self) -> Vec<String> {
        let dropped = self.losses.iter().map(|loss| format!("Drops {loss}."));
        let parts = self.lost_parts().map(|what| format!("Loses {what}."));
        let others = self.notes.iter().chain(&self.notes_of_down).cloned();
        dropped.chain(parts).chain(others).collect()
    }

    /// What values lose that stay.
    fn lost_parts(&self) -> impl Iterator<Item = &str> {
        self.hazards.iter().filter_map(|hazard| match hazard {
            Hazard::DataLost { what } if is_part(what) => Some(what.as_str()),
            _ => None,
        })
    }
}

/// What came of a comparison to the end.
#[derive(Debug)]
pub struct Outcome {
    /// The change; none where the models and the revisions agree.
    pub draft: Option<Draft>,
    /// Declared renames that were made before; their attributes can go.
    pub stale_renames: Vec<DeclaredRename>,
}

/// What a comparison alone shows.
#[derive(Debug)]
pub struct Comparison {
    /// What the revisions lack or have too much, in words.
    pub differences: Vec<String>,
    /// Declared renames that were made before; their attributes can go.
    pub stale_renames: Vec<DeclaredRename>,
}

/// The scratch databases of both sides.
pub(super) struct Databases {
    pub(super) current: ScratchDatabase,
    pub(super) desired: ScratchDatabase,
}

/// Both sides, compared.
pub(super) struct Sides {
    current: Catalog,
    pub(super) renamed: Renamed,
    pub(super) desired: Catalog,
    objects: ModelObjects,
    /// What was made by hand on something that no model has any more.
    in_use: Option<Dependency>,
}

/// The proved plan to what the models say.
pub async fn draft(
    sources: &Sources<'_>,
    scratch: &Scratch,
    settings: &DraftSettings,
) -> Result<Outcome, GenerateError> {
    let (sides, Databases { current, desired }) = build(sources, scratch, settings).await?;
    let revisions = sources.chain.ordered()?;
    let mut current = Some(current);
    let as_current = async || match current.take() {
        Some(current) => Ok(current),
        None => Ok(replay(scratch, &revisions, sources.dependencies).await?.0),
    };
    let (outcome, dropped) = tokio::join!(change(&sides, settings, as_current), desired.drop());
    dropped?;
    if let Some(unused) = current {
        unused.drop().await?;
    }
    outcome
}

/// The plan from one side to the other, proved on databases that are as the current one.
pub(super) async fn change(
    sides: &Sides,
    settings: &DraftSettings,
    as_current: impl AsyncFnMut() -> Result<ScratchDatabase, GenerateError>,
) -> Result<Outcome, GenerateError> {
    let candidates = rename_candidates(&sides.renamed.catalog, &sides.desired, &settings.answers);
    if !candidates.is_empty() {
        let target = settings.schema.clone().unwrap_or_else(|| Ident::new(SCHEMA));
        return Err(GenerateError::RenameOrDrop { candidates, target });
    }
    if !settings.allow_mass_drop {
        guard::refuse_mass_drop(&sides.renamed.catalog, &sides.desired)?;
    }
    if let Some(Dependency { dependent, referenced }) = sides.in_use.clone() {
        return Err(GenerateError::InUse { dependent, referenced });
    }
    let plans = plans(sides, settings)?;
    let Plans { up, down, .. } = &plans;
    if !up.is_empty() {
        let claim = Claim { up, down, current: &sides.current, desired: &sides.desired };
        prove(as_current, &claim).await?;
    }
    let draft = (!up.is_empty()).then(|| describe(plans, &sides.renamed.catalog, &sides.desired));
    Ok(Outcome { draft, stale_renames: sides.renamed.stale.clone() })
}

/// What the revisions so far lack or have too much; nothing is planned or proved.
pub async fn compare(
    sources: &Sources<'_>,
    scratch: &Scratch,
    settings: &DraftSettings,
) -> Result<Comparison, GenerateError> {
    let (sides, Databases { current, desired }) = build(sources, scratch, settings).await?;
    let renamed = sides.renamed.actions.iter().flat_map(crate::sql::statements);
    let changed =
        diff(&sides.renamed.catalog, &sides.desired).into_iter().map(|change| match change {
            Change::Create { key, .. } => format!("{key} is only in the models"),
            Change::Drop { key, .. } => format!("{key} is only in the revisions"),
            Change::Migrate { key, .. } => format!("{key} differs"),
        });
    let differences = renamed.chain(changed).collect();
    tokio::try_join!(current.drop(), desired.drop())?;
    Ok(Comparison { differences, stale_renames: sides.renamed.stale })
}

async fn build(
    sources: &Sources<'_>,
    scratch: &Scratch,
    settings: &DraftSettings,
) -> Result<(Sides, Databases), GenerateError> {
    let Sources { registry, chain, dependencies } = sources;
    let target = settings.schema.clone().unwrap_or_else(|| Ident::new(SCHEMA));
    let objects = objects(registry, &target)?;
    let revisions = chain.ordered()?;
    let no_functions = Catalog::default();
    let (built, replayed) = tokio::join!(
        desired::build(scratch, &objects, &no_functions),
        replay(scratch, &revisions, dependencies)
    );
    meet(scratch, objects, built, replayed?, settings).await
}

/// Both sides as they can be compared: the current one under its desired names, the desired one
/// beside what revisions made by hand.
pub(super) async fn meet(
    scratch: &Scratch,
    objects: ModelObjects,
    built: Result<(ScratchDatabase, Catalog), GenerateError>,
    (current_database, current): (ScratchDatabase, Catalog),
    settings: &DraftSettings,
) -> Result<(Sides, Databases), GenerateError> {
    let (desired_database, desired) = match built {
        Err(GenerateError::Model { .. }) if has_functions(&current) => {
            desired::build(scratch, &objects, &current).await?
        }
        built => built?,
    };
    let renamed = rename(
        scratch,
        (&current_database, &current),
        &desired,
        &objects.renames,
        &settings.answers,
    )
    .await?;
    let desired = (&desired_database, desired.without_dependents());
    let mut desired = restate::settle(scratch, &renamed.catalog, desired).await?;
    let carried = Carried::beside(&renamed.catalog, &desired);
    carried.join(&mut desired);
    let databases = Databases { current: current_database, desired: desired_database };
    Ok((Sides { current, renamed, desired, objects, in_use: carried.in_use }, databases))
}

fn has_functions(catalog: &Catalog) -> bool {
    catalog.objects.keys().any(|key| matches!(key, ObjectKey::Function { .. }))
}

/// There and back.
struct Plans {
    up: Plan,
    down: Plan,
    notes_of_down: Vec<String>,
}

fn plans(sides: &Sides, settings: &DraftSettings) -> Result<Plans, GenerateError> {
    let options = PlanOptions {
        simple: settings.simple,
        enum_mappings: sides.objects.enum_mappings.clone(),
        using: settings.using.clone(),
    };
    let mut up = plan(&sides.renamed.catalog, &sides.desired, &options)?;
    let (mut down, notes_of_down) = way_back::plan_back(
        &up,
        (&sides.renamed.catalog, &sides.desired),
        &sides.objects.enum_mappings,
        settings,
    )?;
    down.append(inverse(&sides.renamed.actions));
    up.prepend(sides.renamed.actions.clone());
    Ok(Plans { up, down, notes_of_down })
}

fn describe(plans: Plans, current: &Catalog, desired: &Catalog) -> Draft {
    let Plans { up, down, notes_of_down } = plans;
    let losses = lost(&up, current).iter().map(ObjectKey::to_string).collect();
    let hazards = hazards(&up, current);
    let mut notes = values::notes(&up, current, desired);
    notes.extend(up.too_many_locks().map(|locks| {
        format!("Runs in steps: in one transaction it would hold about {locks} locks, and a server may have no room for so many.")
    }));
    Draft { up, down, hazards, losses, notes, notes_of_down }
}

/// Whether what is lost is a part of values, rather than an object by itself.
fn is_part(lost: &str) -> bool {
    ["all but", "attribute", "what `"].iter().any(|begin| lost.starts_with(begin))
}

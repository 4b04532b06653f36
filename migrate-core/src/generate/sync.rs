//! From what a development database is to what the models say, without a revision.

use std::collections::BTreeSet;

use sqlx::Connection;

use crate::catalog::{Catalog, Ident, ObjectKey};
use crate::diff::{Change, diff};
use crate::history::Synced;
use crate::introspect::{Scope, introspect};
use crate::loss::{Loss, losses, present};
use crate::model::objects::objects;
use crate::plan::lost;
use crate::postgres::ScratchDatabase;
use crate::revision::Revision;
use crate::target::Target;

use super::draft::{Databases, Draft, DraftSettings, Outcome, Sides, change, meet};
use super::scratch::{SCHEMA, own_tables, read};
use super::sync_step::{SyncStep, steps};
use super::{GenerateError, Scratch, Sources, desired, replay};

/// A change of a development database.
#[derive(Debug)]
pub struct SyncDraft {
    /// All of it, proved.
    pub draft: Draft,
    /// The same, one transaction each, with the way back from each.
    pub steps: Vec<SyncStep>,
    /// What goes with its data, as the database names it now.
    pub losses: Vec<Loss>,
    /// What goes with that and was made by hand, so that nothing here brings it back.
    pub lost_extras: BTreeSet<ObjectKey>,
}

/// What the revisions of a database build, what syncs made, and what is there.
struct Local {
    database: ScratchDatabase,
    managed: Catalog,
    synced: BTreeSet<ObjectKey>,
    live: Catalog,
}

/// The change from the local database to the models; none where it has all that they say.
pub async fn sync_draft(
    sources: &Sources<'_>,
    scratch: &Scratch,
    settings: &DraftSettings,
    target: &Target,
) -> Result<Option<SyncDraft>, GenerateError> {
    let Local { database, managed, synced, live } = local(sources, scratch, target).await?;
    let schema = settings.schema.clone().unwrap_or_else(|| Ident::new(SCHEMA));
    let objects = objects(sources.registry, &schema)?;
    let built = desired::build(scratch, &objects, &Catalog::default()).await;
    let wanted = built.as_ref().map_or(&objects.catalog, |(_, catalog)| catalog);
    let known = part_of(&live, |key| {
        [&managed, wanted].iter().any(|side| side.objects.contains_key(key)) || synced.contains(key)
    });
    let current = match diff(&known, &managed).is_empty() {
        true => (database, managed),
        false => {
            database.drop().await?;
            copy(scratch, &known).await?
        }
    };
    let (sides, Databases { current, desired }) =
        meet(scratch, objects, built, current, settings).await?;
    desired.drop().await?;
    // Renames that a sync made are still to be made by a revision, so that none is said to be stale.
    let copy = async || Ok(scratch.server.clone_of(&current).await?);
    let Outcome { draft, .. } = change(&sides, settings, copy).await?;
    let Sides { renamed, desired, .. } = sides;
    let Some(draft) = draft else {
        current.drop().await?;
        return Ok(None);
    };
    let steps = steps(scratch, &current, &draft.up, &renamed).await?;
    current.drop().await?;
    let lost: BTreeSet<ObjectKey> =
        lost(&draft.up, &renamed.catalog).iter().map(|key| present(key, &draft.up)).collect();
    let lost_extras = extras_on(&lost, &live, &known);
    let losses = losses(&draft.up, &renamed.catalog, &desired);
    Ok(Some(SyncDraft { draft, steps, losses, lost_extras }))
}

/// Whether a database that was synced has all that the whole chain builds, and nothing that only
/// syncs made.
pub async fn is_synced_to(
    sources: &Sources<'_>,
    scratch: &Scratch,
    target: &Target,
) -> Result<bool, GenerateError> {
    let Local { database, managed, synced, live } = local(sources, scratch, target).await?;
    database.drop().await?;
    let revisions = sources.chain.ordered()?;
    let (database, built) = replay(scratch, &revisions, sources.dependencies).await?;
    database.drop().await?;
    let known = part_of(&live, |key| {
        [&managed, &built].iter().any(|side| side.objects.contains_key(key)) || synced.contains(key)
    });
    Ok(diff(&known, &built).is_empty())
}

async fn local(
    sources: &Sources<'_>,
    scratch: &Scratch,
    target: &Target,
) -> Result<Local, GenerateError> {
    let unreadable = |source| GenerateError::History { place: target.place(), source };
    let mut connection = target.connect().await.map_err(GenerateError::connect(target))?;
    let records = target.history.records(&mut connection).await.map_err(unreadable)?;
    let synced = target.history.synced().rows(&mut connection).await.map_err(unreadable)?;
    let scope =
        Scope { hidden_tables: own_tables(&target.history), ..Scope::all(target.schema.clone()) };
    let live = introspect(&mut connection, &scope).await?;
    connection.close().await.ok();
    let is_applied = |revision: &&Revision| records.iter().any(|one| one.revision == revision.id());
    let applied: Vec<&Revision> = sources.chain.ordered()?.into_iter().filter(is_applied).collect();
    let (database, managed) = replay(scratch, &applied, sources.dependencies).await?;
    let synced = synced.iter().flat_map(Synced::objects).collect();
    Ok(Local { database, managed, synced, live })
}

/// The objects that are meant, with what depends on what among them.
fn part_of(catalog: &Catalog, is_meant: impl Fn(&ObjectKey) -> bool) -> Catalog {
    let mut part = catalog.clone();
    part.objects.retain(|key, _| is_meant(key));
    let has = |key: &ObjectKey| part.objects.contains_key(key);
    part.dependencies.retain(|one| has(&one.dependent) && has(&one.referenced));
    part.unhandled.clear();
    for (table, order) in &mut part.column_order {
        order.retain(|name| {
            is_meant(&ObjectKey::Column { table: table.clone(), name: name.clone() })
        });
    }
    part
}

/// What is there, built on a scratch database.
async fn copy(
    scratch: &Scratch,
    known: &Catalog,
) -> Result<(ScratchDatabase, Catalog), GenerateError> {
    let copied = |error: GenerateError| GenerateError::Copy { why: error.to_string() };
    let database = desired::rebuild(scratch, known, known).await.map_err(copied)?;
    let catalog = read(&database).await?;
    let lacks = diff(&catalog, known).into_iter().find_map(|change| match change {
        Change::Create { key, .. } => Some(format!("{key} is missing")),
        Change::Drop { .. } | Change::Migrate { .. } => None,
    });
    match lacks {
        Some(why) => Err(GenerateError::Copy { why }),
        None => Ok((database, catalog)),
    }
}

/// What was made by hand on something that goes: PostgreSQL drops an index with its column, and a
/// column with its table, without a word.
fn extras_on(lost: &BTreeSet<ObjectKey>, live: &Catalog, known: &Catalog) -> BTreeSet<ObjectKey> {
    let is_extra = |key: &&ObjectKey| !known.objects.contains_key(*key);
    let owned = live.objects.keys().filter(|key| key.owner().is_some_and(|on| lost.contains(&on)));
    let on_lost = live.dependencies.iter().filter(|one| lost.contains(&one.referenced));
    let dependents = on_lost.map(|one| &one.dependent);
    owned.chain(dependents).filter(is_extra).cloned().collect()
}

//! What was changed by hand in a database, and what is there that no revision made.

use std::collections::BTreeSet;

use sqlx::Connection;

use crate::catalog::{Catalog, Ident, Object, ObjectKey, Sequence};
use crate::diff::{Change, diff};
use crate::history::{Record, RecordState};
use crate::introspect::{Scope, introspect};
use crate::revision::{Chain, Dependencies, Revision};
use crate::target::Target;

use super::scratch::{SCHEMA, own_tables};
use super::{GenerateError, Scratch, replay};

/// How a database differs from what its applied revisions build.
#[derive(Debug, Clone, Default)]
pub struct Drift {
    /// Managed objects that are gone or different.
    pub changed: Vec<String>,
    /// Objects that no revision made.
    pub extra: Vec<String>,
    /// What to do first: what a half applied revision has done so far can't be told from changes by
    /// hand, so that nothing is compared.
    pub unfinished: Option<String>,
}

fn unfinished(record: &Record) -> Option<String> {
    let revision = &record.revision;
    match record.state() {
        RecordState::Applied => None,
        RecordState::Running => {
            Some(format!("`{revision}` is half applied; finish it with `migrate apply`"))
        }
        RecordState::Reverting => {
            Some(format!("`{revision}` is half rolled back; finish it with `migrate rollback`"))
        }
    }
}

/// Compares a database with a replay of the revisions that are applied to it.
pub async fn drift(
    chain: &Chain,
    dependencies: &Dependencies,
    scratch: &Scratch,
    target: &Target,
) -> Result<Drift, GenerateError> {
    let mut connection = target.open_reading().await.map_err(GenerateError::connect(target))?;
    let records = target
        .history
        .records(&mut connection)
        .await
        .map_err(|source| GenerateError::History { place: target.place(), source })?;
    let synced = target
        .history
        .synced()
        .rows(&mut connection)
        .await
        .map_err(|source| GenerateError::History { place: target.place(), source })?;
    let is_synced = || {
        let why = "`migrate dev sync` brought it to the models, beyond its revisions; `migrate generate` and `migrate apply` make a revision of that";
        (!synced.is_empty()).then(|| why.to_owned())
    };
    if let Some(unfinished) = records.iter().find_map(unfinished).or_else(is_synced) {
        return Ok(Drift { unfinished: Some(unfinished), ..Drift::default() });
    }
    let is_applied = |revision: &&Revision| records.iter().any(|one| one.revision == revision.id());
    let applied: Vec<&Revision> = chain.ordered()?.into_iter().filter(is_applied).collect();
    connection.close().await.ok();
    drift_from(&applied, dependencies, scratch, target).await
}

/// Compares a database with what revisions would build.
pub async fn drift_from(
    revisions: &[&Revision],
    dependencies: &Dependencies,
    scratch: &Scratch,
    target: &Target,
) -> Result<Drift, GenerateError> {
    let mut connection = target.open_reading().await.map_err(GenerateError::connect(target))?;
    let (database, managed) = replay(scratch, revisions, dependencies).await?;
    database.drop().await?;
    let schemas: BTreeSet<Ident> = managed
        .objects
        .keys()
        .filter_map(|key| key.schema().cloned())
        .chain([target.schema.clone()])
        .collect();
    let scope = Scope {
        schemas: Some(schemas.into_iter().collect()),
        hidden_tables: own_tables(&target.history),
        ..Scope::all(target.schema.clone())
    };
    let live = introspect(&mut connection, &scope).await?;
    let mut drift = Drift::default();
    // A scratch database has it whether or not a revision speaks of it.
    let public = ObjectKey::Schema { name: Ident::new(SCHEMA) };
    for change in diff(&live, &managed) {
        match change {
            Change::Create { key, .. }
                if *key == public
                    || key.owner().as_ref() == Some(&public)
                    || goes_with_its_owner(key, &managed, &live) => {}
            Change::Create { key, .. } => drift.changed.push(format!("{key} is gone")),
            Change::Migrate { key, .. } => drift.changed.push(format!("{key} was changed")),
            Change::Drop { key, .. } if is_whole(key) => drift.extra.push(key.to_string()),
            Change::Drop { key, .. } => note_part(key, &managed, &mut drift),
        }
    }
    Ok(drift)
}

/// Objects that stand alone; the parts of an extra table needn't be listed.
fn is_whole(key: &ObjectKey) -> bool {
    key.owner().is_none() && !matches!(key, ObjectKey::Index { .. })
}

/// Whether what holds a part is gone too, which says enough.
fn goes_with_its_owner(key: &ObjectKey, managed: &Catalog, live: &Catalog) -> bool {
    let owner = match managed.objects.get(key) {
        Some(Object::Index(index)) => Some(ObjectKey::Table { name: index.table.clone() }),
        Some(Object::Sequence(Sequence { owned_by: Some((table, _)), .. })) => {
            Some(ObjectKey::Table { name: table.clone() })
        }
        _ => key.owner(),
    };
    let is_gone = |owner: &ObjectKey| {
        managed.objects.contains_key(owner) && !live.objects.contains_key(owner)
    };
    owner.as_ref().is_some_and(is_gone)
}

/// A part that no revision made counts where its owner is managed.
fn note_part(key: &ObjectKey, managed: &Catalog, drift: &mut Drift) {
    let owner_is_managed = match key.owner() {
        Some(owner) => managed.objects.contains_key(&owner),
        None => true,
    };
    if owner_is_managed {
        drift.extra.push(key.to_string());
    }
}

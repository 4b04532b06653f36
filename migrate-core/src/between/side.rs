//! One side, read as PostgreSQL stores it.

use std::collections::BTreeMap;

use sqlx::{Connection, PgConnection};

use crate::catalog::{Catalog, Ident, QualifiedName};
use crate::generate::{self, GenerateError, Scratch, build_models, replay, scope};
use crate::introspect::introspect;
use crate::model::Registry;
use crate::model::objects::{DeclaredRename, objects};
use crate::postgres::ScratchDatabase;
use crate::revision::{Chain, Dependencies};
use crate::target::Target;

use super::{BetweenError, End, Source, SqlFiles, run_files};

/// One side's catalog, and what came with it.
#[derive(Debug)]
pub struct Side {
    /// Which one it is.
    pub end: End,
    /// What it holds.
    pub catalog: Catalog,
    /// What a reader has to know of how it was read.
    pub notes: Vec<String>,
    /// The major version of its server, as 17.
    pub(super) major: u16,
    /// Where it was built; a database that was only read has none.
    pub(super) built: Option<ScratchDatabase>,
    /// Renames that models declare.
    pub(super) renames: Vec<DeclaredRename>,
    /// For each enum of the models, what rows get that hold a removed label.
    pub(super) enum_mappings: BTreeMap<QualifiedName, Vec<(String, String)>>,
}

/// Reads both sides. All but databases need a scratch server.
pub async fn read(
    sources: [&Source<'_>; 2],
    schema: &Ident,
    scratch: Option<&Scratch>,
) -> Result<[Side; 2], BetweenError> {
    let [current, desired] = sources;
    if let Source::Models(registry) = desired {
        let current = read_one(End::Current, current, schema, scratch).await?;
        let beside = Some(&current.catalog);
        let desired = from_models(End::Desired, registry, schema, scratch, beside).await?;
        return Ok([current, desired]);
    }
    if let Source::Models(registry) = current {
        let desired = read_one(End::Desired, desired, schema, scratch).await?;
        let beside = Some(&desired.catalog);
        let current = from_models(End::Current, registry, schema, scratch, beside).await?;
        return Ok([current, desired]);
    }
    let (current, desired) = tokio::join!(
        read_one(End::Current, current, schema, scratch),
        read_one(End::Desired, desired, schema, scratch),
    );
    Ok([current?, desired?])
}

async fn read_one(
    end: End,
    source: &Source<'_>,
    schema: &Ident,
    scratch: Option<&Scratch>,
) -> Result<Side, BetweenError> {
    let built = || scratch.ok_or(BetweenError::ScratchMissing { end });
    match source {
        Source::Database(options) => {
            from_database(end, &Target::new((**options).clone(), schema.clone())).await
        }
        Source::Files(files) => from_files(end, files, built()?).await,
        Source::Models(registry) => from_models(end, registry, schema, scratch, None).await,
        Source::Revisions(chain, dependencies) => {
            from_revisions(end, chain, dependencies, built()?).await
        }
    }
}

impl Side {
    fn built(end: End, catalog: Catalog, database: ScratchDatabase, scratch: &Scratch) -> Self {
        let major = scratch.server.major();
        Self { major, built: Some(database), ..Self::of(end, catalog) }
    }

    /// A side that was only read.
    pub(super) fn of(end: End, catalog: Catalog) -> Self {
        Self {
            end,
            catalog,
            notes: Vec::new(),
            major: 0,
            built: None,
            renames: Vec::new(),
            enum_mappings: BTreeMap::new(),
        }
    }

    /// Drops the scratch database that it was built on.
    pub async fn close(self) {
        if let Some(database) = self.built {
            // One that stays is swept by a later process.
            database.drop().await.ok();
        }
    }
}

async fn from_database(end: End, target: &Target) -> Result<Side, BetweenError> {
    let unreachable = |source| BetweenError::Connect { end, place: target.place(), source };
    let mut connection = target.open().await.map_err(unreachable)?;
    // All queries see the same moment.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    target.begin(&mut connection, begin).await.map_err(unreachable)?;
    if !has_schema(&mut connection, &target.schema).await.map_err(unreachable)? {
        let (place, schema) = (target.place(), target.schema.clone());
        return Err(BetweenError::SchemaMissing { end, place, schema });
    }
    let catalog = introspect(&mut connection, &scope(target.schema.as_str()))
        .await
        .map_err(GenerateError::from)?;
    let version = connection.server_version_num().unwrap_or_default();
    connection.close().await.ok();
    let major = u16::try_from(version / 10_000).unwrap_or_default();
    Ok(Side { major, ..Side::of(end, catalog) })
}

async fn has_schema(connection: &mut PgConnection, schema: &Ident) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)")
        .bind(schema.as_str())
        .fetch_one(connection)
        .await
}

async fn from_files(end: End, files: &SqlFiles, scratch: &Scratch) -> Result<Side, BetweenError> {
    let database = scratch.database().await?;
    let notes = run_files::run(scratch, &database, files).await?;
    let catalog = generate::read(&database).await?;
    Ok(Side { notes, ..Side::built(end, catalog, database, scratch) })
}

/// Builds models. Their expressions may call functions that only the other side has.
async fn from_models(
    end: End,
    registry: &Registry,
    schema: &Ident,
    scratch: Option<&Scratch>,
    beside: Option<&Catalog>,
) -> Result<Side, BetweenError> {
    let scratch = scratch.ok_or(BetweenError::ScratchMissing { end })?;
    let objects = objects(registry, schema).map_err(GenerateError::from)?;
    let (database, catalog) = match build_models(scratch, &objects, &Catalog::default()).await {
        Err(GenerateError::Model { source }) => match beside {
            Some(other) => build_models(scratch, &objects, other).await?,
            None => return Err(GenerateError::Model { source }.into()),
        },
        built => built?,
    };
    // Functions of the other side are there for the models alone.
    let catalog = catalog.without_dependents();
    let side = Side::built(end, catalog, database, scratch);
    Ok(Side { renames: objects.renames, enum_mappings: objects.enum_mappings, ..side })
}

async fn from_revisions(
    end: End,
    chain: &Chain,
    dependencies: &Dependencies,
    scratch: &Scratch,
) -> Result<Side, BetweenError> {
    let revisions = chain.ordered().map_err(GenerateError::from)?;
    let (database, catalog) = replay(scratch, &revisions, dependencies).await?;
    Ok(Side::built(end, catalog, database, scratch))
}

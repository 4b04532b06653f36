//! Scratch databases as generating needs them: set up, seen from one schema, and never in the way
//! of their own clones.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::catalog::{Catalog, Ident};
use crate::history::{HistoryTable, SyncedTable};
use crate::introspect::{Scope, introspect};
use crate::plan::Plan;
use crate::postgres::{ScratchDatabase, ScratchServer};
use crate::revision::run_plan;
use crate::target::Target;

use super::GenerateError;

/// The server, and what every scratch database on it begins with.
#[derive(Debug, Clone)]
pub struct Scratch {
    /// The server.
    pub server: ScratchServer,
    /// SQL that is run first: what models and revisions refer to but don't make.
    pub setup: Vec<String>,
    /// The schema that stands for the target on it.
    pub schema: Ident,
    /// A database that every other is a copy of, in place of an empty one with the set-up.
    pub base: Option<Arc<ScratchDatabase>>,
}

/// The schema that stands for the target on scratch databases.
pub(super) const SCHEMA: &str = "public";

impl Scratch {
    /// A server whose databases begin empty.
    pub fn new(server: ScratchServer) -> Self {
        Self { server, setup: Vec::new(), schema: Ident::new(SCHEMA), base: None }
    }

    /// A database with the set-up run.
    pub(crate) async fn database(&self) -> Result<ScratchDatabase, GenerateError> {
        let (database, setup) = match &self.base {
            Some(base) => (self.server.clone_of(base).await?, &[][..]),
            None => (self.server.create().await?, self.setup.as_slice()),
        };
        let database = database.seen_from(self.schema.as_str());
        let schema = (self.schema.as_str() != SCHEMA)
            .then(|| format!("CREATE SCHEMA IF NOT EXISTS {}", self.schema));
        if schema.is_none() && setup.is_empty() {
            return Ok(database);
        }
        let mut connection = connect(&database).await?;
        for sql in schema.iter().chain(setup) {
            sqlx::raw_sql(AssertSqlSafe(sql.clone()))
                .execute(&mut connection)
                .await
                .map_err(|source| GenerateError::Setup { sql: sql.clone(), source })?;
        }
        connection.close().await.ok();
        Ok(database)
    }
}

/// What is read on scratch databases.
pub(crate) fn scope(schema: &str) -> Scope {
    Scope { hidden_tables: own_tables(&HistoryTable::in_schema(schema)), ..Scope::all(schema) }
}

/// The tables of the tool itself.
pub(super) fn own_tables(history: &HistoryTable) -> Vec<Ident> {
    vec![history.name.clone(), SyncedTable::name()]
}

/// A session as revisions expect it.
pub(crate) async fn connect(database: &ScratchDatabase) -> Result<PgConnection, GenerateError> {
    let target = Target::new(database.options(), database.schema());
    target.connect().await.map_err(GenerateError::connect(&target))
}

/// The catalog of a scratch database.
pub(crate) async fn read(database: &ScratchDatabase) -> Result<Catalog, GenerateError> {
    let mut connection = connect(database).await?;
    let catalog = introspect(&mut connection, &scope(database.schema())).await?;
    connection.close().await.ok();
    Ok(catalog)
}

/// Runs a plan as a revision would.
pub(crate) async fn run(database: &ScratchDatabase, plan: &Plan) -> crate::revision::Result<()> {
    let (connection, _) = run_plan(connect(database).await?, plan, database.schema()).await?;
    connection.close().await?;
    Ok(())
}

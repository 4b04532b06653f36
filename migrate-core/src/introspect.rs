//! Reads a database into a catalog: a fixed number of set-based queries, and beside them pure
//! assembling.

mod address;
mod assemble;
mod dependent;
mod relation;
mod rows;
mod table_object;
mod user_type;

use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use thiserror::Error;
use tokio::sync::mpsc::{self, Sender};

use crate::catalog::{Catalog, Ident};
use crate::postgres::said;
use rows::Batches;

/// Which part of a database is read.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The schema whose objects have no schema in their names.
    pub target: Ident,
    /// The schemas to read; every one that isn't PostgreSQL's own where there is none.
    pub schemas: Option<Vec<Ident>>,
    /// Tables of the tool itself, which are no part of the catalog.
    pub hidden_tables: Vec<Ident>,
}

impl Scope {
    /// Everything, seen from this schema.
    pub fn all(target: impl Into<Ident>) -> Self {
        Self { target: target.into(), schemas: None, hidden_tables: Vec::new() }
    }

    /// The `search_path` under which names and expressions are read and written.
    pub fn search_path(&self) -> String {
        format!("{}, pg_catalog", self.target)
    }
}

/// PostgreSQL prints definitions by these, and a database may have others.
const PLAIN_TEXTS: &str = "SET standard_conforming_strings = on; SET quote_all_identifiers = off";

/// Why a catalog could not be read.
#[derive(Debug, Error)]
#[error("the catalog could not be read: {}", said(source))]
pub struct IntrospectError {
    #[from]
    source: sqlx::Error,
}

/// Reads the catalog. The connection's `search_path` is left as [`Scope::search_path`] has it.
pub async fn introspect(
    conn: &mut PgConnection,
    scope: &Scope,
) -> Result<Catalog, IntrospectError> {
    let settings = format!("SET search_path = {}; {PLAIN_TEXTS}", scope.search_path());
    sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut *conn).await?;
    // While the server works, the rows that are there become a part of the catalog.
    let (sender, receiver) = mpsc::channel(WAITING);
    let assembling = tokio::task::spawn_blocking({
        let scope = scope.clone();
        move || assemble::catalog(&mut Batches(receiver), &scope)
    });
    let read = read(conn, scope, sender).await;
    let assembled = assembling.await;
    read?;
    Ok(assembled.unwrap_or(Err(sqlx::Error::WorkerCrashed))?)
}

/// Runs the queries in the order in which their rows are assembled.
async fn read(
    conn: &mut PgConnection,
    scope: &Scope,
    batches: Sender<Vec<PgRow>>,
) -> Result<(), sqlx::Error> {
    let wanted: Option<Vec<&str>> =
        scope.schemas.as_ref().map(|schemas| schemas.iter().map(Ident::as_str).collect());
    let schemas = sqlx::query(include_str!("introspect/schemas.sql"))
        .bind(wanted)
        .fetch_all(&mut *conn)
        .await?;
    let names: Vec<String> =
        schemas.iter().map(|schema| schema.try_get("name")).collect::<Result<_, _>>()?;
    if !schemas.is_empty() {
        batches.send(schemas).await.ok();
    }
    batches.send(END).await.ok();
    for sql in queries(conn.server_version_num().unwrap_or(0)) {
        let query = match sql.contains("$1") {
            true => sqlx::query(AssertSqlSafe(sql)).bind(&names),
            false => sqlx::query(AssertSqlSafe(sql)),
        };
        let mut rows = query.fetch(&mut *conn).try_chunks(BATCH);
        while let Some(some) = rows.try_next().await.map_err(|error| error.1)? {
            // It has ended only where rows could not be read, which it says.
            batches.send(some).await.ok();
        }
        batches.send(END).await.ok();
    }
    Ok(())
}

/// How many rows wait to be decoded together: as they come they take much more memory than after.
const BATCH: usize = 500;

/// How many batches wait at most.
const WAITING: usize = 4;

/// What comes after the last rows of a query.
const END: Vec<PgRow> = Vec::new();

/// What [`queries`] gives, in the order in which rows are assembled.
const QUERIES: [&str; 17] = [
    include_str!("introspect/dependencies.sql"),
    include_str!("introspect/extensions.sql"),
    include_str!("introspect/casts.sql"),
    include_str!("introspect/types.sql"),
    include_str!("introspect/relations.sql"),
    include_str!("introspect/sequences.sql"),
    include_str!("introspect/columns.sql"),
    include_str!("introspect/opclasses.sql"),
    include_str!("introspect/collations.sql"),
    include_str!("introspect/indexes.sql"),
    include_str!("introspect/constraints.sql"),
    include_str!("introspect/functions.sql"),
    include_str!("introspect/views.sql"),
    include_str!("introspect/table_dependents.sql"),
    include_str!("introspect/privileges.sql"),
    include_str!("introspect/comments.sql"),
    include_str!("introspect/unhandled.sql"),
];

/// What of a constraint no other form can stand for.
const UNHANDLED_CONSTRAINT: &str = "CASE WHEN con.conperiod THEN 'temporal' \
     WHEN NOT con.conenforced THEN 'not enforced' \
     WHEN con.contype = 'n' AND NOT con.convalidated THEN 'not valid' \
     WHEN con.contype = 'n' AND con.connoinherit THEN 'not inherited' END";

/// Rows may have a null where its constraint isn't validated.
const NOT_NULL: &str = "a.attnotnull AND (a.attrelid, a.attnum) NOT IN \
     (SELECT con.conrelid, con.conkey[1] FROM pg_catalog.pg_constraint con \
      WHERE con.contype = 'n' AND con.conrelid <> 0 AND NOT con.convalidated)";

/// The queries that a catalog is read with, beside that of the schemas, for a server of this
/// `server_version_num`; in some, `$1` is the schemas' names. They name the schema of each type too: one
/// of the target schema may be called `text`.
pub fn queries(server_version: u32) -> impl Iterator<Item = String> {
    let since =
        move |version, column, before| if server_version >= version { column } else { before };
    let since_15 = move |column, before| since(150_000, column, before);
    QUERIES.into_iter().map(move |sql| {
        sql.replace("{delete_columns}", since_15("con.confdelsetcols", "NULL::pg_catalog.int2[]"))
            .replace(
                "{sequence_unlogged}",
                since_15("c.relpersistence = 'u'", "NULL::pg_catalog.bool"),
            )
            .replace("{nulls_not_distinct}", since_15("i.indnullsnotdistinct", "false"))
            .replace("{not_null}", since(180_000, NOT_NULL, "a.attnotnull"))
            .replace("{unhandled}", since(180_000, UNHANDLED_CONSTRAINT, "NULL::pg_catalog.text"))
    })
}

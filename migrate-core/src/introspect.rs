//! Reads a database into a catalog: a fixed number of set-based queries, then pure assembling.

mod address;
mod assemble;
mod dependent;
mod relation;
mod rows;
mod table_object;
mod user_type;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, FromRow, PgConnection};
use thiserror::Error;

use crate::catalog::{Catalog, Ident};
use rows::{Rows, SchemaRow};

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

/// Why a catalog could not be read.
#[derive(Debug, Error)]
#[error("the catalog could not be read: {source}")]
pub struct IntrospectError {
    #[from]
    source: sqlx::Error,
}

/// Reads the catalog. The connection's `search_path` is left as [`Scope::search_path`] has it.
pub async fn introspect(
    conn: &mut PgConnection,
    scope: &Scope,
) -> Result<Catalog, IntrospectError> {
    let search_path = format!("SET search_path = {}", scope.search_path());
    sqlx::raw_sql(AssertSqlSafe(search_path)).execute(&mut *conn).await?;
    let rows = read(conn, scope).await?;
    Ok(assemble::catalog(rows, scope))
}

async fn read(conn: &mut PgConnection, scope: &Scope) -> Result<Rows, sqlx::Error> {
    let wanted: Option<Vec<&str>> =
        scope.schemas.as_ref().map(|schemas| schemas.iter().map(Ident::as_str).collect());
    let schemas: Vec<SchemaRow> = sqlx::query_as(include_str!("introspect/schemas.sql"))
        .bind(wanted)
        .fetch_all(&mut *conn)
        .await?;
    let names: Vec<&str> = schemas.iter().map(|schema| schema.name.as_str()).collect();
    let version = Version(conn.server_version_num().unwrap_or(0));
    Ok(Rows {
        extensions: unfiltered(conn, include_str!("introspect/extensions.sql")).await?,
        types: within(conn, include_str!("introspect/types.sql"), &names, version).await?,
        relations: within(conn, include_str!("introspect/relations.sql"), &names, version).await?,
        columns: within(conn, include_str!("introspect/columns.sql"), &names, version).await?,
        sequences: within(conn, include_str!("introspect/sequences.sql"), &names, version).await?,
        constraints: within(conn, include_str!("introspect/constraints.sql"), &names, version)
            .await?,
        indexes: within(conn, include_str!("introspect/indexes.sql"), &names, version).await?,
        opclasses: unfiltered(conn, include_str!("introspect/opclasses.sql")).await?,
        collations: unfiltered(conn, include_str!("introspect/collations.sql")).await?,
        functions: within(conn, include_str!("introspect/functions.sql"), &names, version).await?,
        views: within(conn, include_str!("introspect/views.sql"), &names, version).await?,
        table_dependents: within(
            conn,
            include_str!("introspect/table_dependents.sql"),
            &names,
            version,
        )
        .await?,
        comments: unfiltered(conn, include_str!("introspect/comments.sql")).await?,
        dependencies: unfiltered(conn, include_str!("introspect/dependencies.sql")).await?,
        schemas,
    })
}

/// `server_version_num`, for what the catalogs of older versions don't have.
#[derive(Debug, Clone, Copy)]
struct Version(u32);

impl Version {
    fn fit(self, sql: &'static str) -> String {
        let since_15 = |column: &str, before: &str| {
            if self.0 >= 150_000 { column.to_owned() } else { before.to_owned() }
        };
        sql.replace("{delete_columns}", &since_15("con.confdelsetcols", "NULL::int2[]"))
            .replace("{sequence_unlogged}", &since_15("c.relpersistence = 'u'", "NULL::bool"))
            .replace("{nulls_not_distinct}", &since_15("i.indnullsnotdistinct", "false"))
    }
}

async fn unfiltered<T>(conn: &mut PgConnection, sql: &'static str) -> Result<Vec<T>, sqlx::Error>
where
    T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    sqlx::query_as(sql).fetch_all(conn).await
}

async fn within<T>(
    conn: &mut PgConnection,
    sql: &'static str,
    schemas: &[&str],
    version: Version,
) -> Result<Vec<T>, sqlx::Error>
where
    T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    sqlx::query_as(AssertSqlSafe(version.fit(sql))).bind(schemas).fetch_all(conn).await
}

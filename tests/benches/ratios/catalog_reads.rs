//! The catalog queries without anything made of their rows.

use migrate_core::postgres::ScratchDatabase;
use migrate_tests::connect;
use sqlx::{AssertSqlSafe, Connection};

macro_rules! queries {
    ($($name:literal),* $(,)?) => {
        [$(include_str!(concat!("../../../migrate-core/src/introspect/", $name, ".sql"))),*]
    };
}

const QUERIES: [&str; 14] = queries![
    "extensions",
    "types",
    "relations",
    "columns",
    "sequences",
    "constraints",
    "indexes",
    "opclasses",
    "collations",
    "functions",
    "views",
    "table_dependents",
    "comments",
    "dependencies",
];

/// Reads what the catalog is made of.
pub(crate) async fn read(database: &ScratchDatabase) {
    let mut connection = connect(database).await;
    sqlx::raw_sql("SET search_path = public, pg_catalog")
        .execute(&mut connection)
        .await
        .expect("it is set");
    for query in QUERIES {
        let sql = query
            .replace("{delete_columns}", "NULL::int2[]")
            .replace("{sequence_unlogged}", "NULL::bool")
            .replace("{nulls_not_distinct}", "false")
            .replace("ANY ($1)", "ANY ('{public}'::text[])");
        sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .expect("the rows are read");
    }
    connection.close().await.expect("the session ends");
}

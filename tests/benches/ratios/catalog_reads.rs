//! The catalog queries without anything made of their rows.

use sqlx::{AssertSqlSafe, PgConnection};

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
pub(crate) async fn read(connection: &mut PgConnection) {
    for query in QUERIES {
        let sql = query
            .replace("{delete_columns}", "NULL::int2[]")
            .replace("{sequence_unlogged}", "NULL::bool")
            .replace("{nulls_not_distinct}", "false")
            .replace("ANY ($1)", "ANY ('{public}'::text[])");
        sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut *connection)
            .await
            .expect("the rows are read");
    }
}

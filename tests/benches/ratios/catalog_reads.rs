//! The catalog queries without anything made of their rows.

use migrate_core::introspect::queries;
use migrate_core::postgres::ScratchDatabase;
use migrate_tests::connect;
use sqlx::{AssertSqlSafe, Connection};

/// Reads what the catalog is made of.
pub(crate) async fn read(database: &ScratchDatabase) {
    let mut connection = connect(database).await;
    sqlx::raw_sql("SET search_path = public, pg_catalog")
        .execute(&mut connection)
        .await
        .expect("it is set");
    for query in queries(connection.server_version_num().unwrap_or_default()) {
        let sql = query.replace("ANY ($1)", "ANY ('{public}'::text[])");
        sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .expect("the rows are read");
    }
    connection.close().await.expect("the session ends");
}

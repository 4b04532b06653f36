//! The rows of what a change doesn't touch, which have to be the same before, after and back.

use std::collections::BTreeMap;

use migrate_core::catalog::{Catalog, Ident, ObjectKey, QualifiedName};
use migrate_core::postgres::ScratchDatabase;
use sqlx::{AssertSqlSafe, Connection};

use crate::connect;

/// For each table that is on both sides, the columns that are the same there.
pub(crate) fn kept_columns(
    current: &Catalog,
    desired: &Catalog,
) -> BTreeMap<QualifiedName, Vec<Ident>> {
    let on_both = current
        .tables()
        .filter(|table| desired.objects.contains_key(&ObjectKey::Table { name: (*table).clone() }));
    let kept = on_both.map(|table| {
        let columns = current.columns(table).filter(|(name, column)| {
            desired.column(table, name) == Some(column)
                && !has_changed_type(table, name, current, desired)
        });
        (table.clone(), columns.map(|(name, _)| name.clone()).collect())
    });
    kept.filter(|(_, columns): &(_, Vec<Ident>)| !columns.is_empty()).collect()
}

/// Whether the column's enum, domain or composite type is not the same on both sides.
fn has_changed_type(
    table: &QualifiedName,
    column: &Ident,
    current: &Catalog,
    desired: &Catalog,
) -> bool {
    let key = ObjectKey::Column { table: table.clone(), name: column.clone() };
    let used = current.dependencies.iter().filter(|one| one.dependent == key);
    used.into_iter().any(|one| {
        matches!(
            one.referenced,
            ObjectKey::Enum { .. } | ObjectKey::Domain { .. } | ObjectKey::Composite { .. }
        )
    }) && current.objects.iter().any(|(key, object)| {
        matches!(
            key,
            ObjectKey::Enum { .. } | ObjectKey::Domain { .. } | ObjectKey::Composite { .. }
        ) && desired.objects.get(key) != Some(object)
    })
}

/// The values in these columns, row by row, in an order of their own.
///
/// # Panics
/// Where they can't be read.
pub(crate) async fn values(
    database: &ScratchDatabase,
    columns: &BTreeMap<QualifiedName, Vec<Ident>>,
) -> BTreeMap<String, Vec<String>> {
    let mut connection = connect(database).await;
    let mut values = BTreeMap::new();
    for (table, columns) in columns {
        let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
        let sql = format!("SELECT ROW({})::text FROM {table} ORDER BY 1", columns.join(", "));
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .expect("the rows are read");
        values.insert(table.plain(), rows);
    }
    connection.close().await.expect("the session ends");
    values
}

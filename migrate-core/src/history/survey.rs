//! The histories of many targets of one database, read at once.

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection, Row};

use super::table::COLUMNS;
use super::{HistoryTable, Record};
use crate::model::quote_literal as quoted;

/// How many tables one query reads: each takes two locks until it ends.
const TABLES_A_QUERY: usize = 500;

/// The rows of each history in turn, in no particular order; `None` where the table is missing. The number of queries
/// doesn't depend on the rows, and is one more than one for each 500 tables.
pub async fn survey(
    conn: &mut PgConnection,
    tables: &[&HistoryTable],
) -> Result<Vec<Option<Vec<Record>>>, sqlx::Error> {
    let mut found = present(conn, tables).await?;
    let present: Vec<usize> = (0..tables.len()).filter(|number| found[*number].is_some()).collect();
    for numbers in present.chunks(TABLES_A_QUERY) {
        let selects: Vec<String> = numbers
            .iter()
            .map(|number| format!("SELECT {number} AS number, {COLUMNS} FROM {}", tables[*number]))
            .collect();
        let sql = selects.join(" UNION ALL ");
        for row in conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await? {
            let number = usize::try_from(row.try_get::<i32, _>("number")?).unwrap_or_default();
            if let Some(Some(records)) = found.get_mut(number) {
                records.push(Record::from_row(&row)?);
            }
        }
    }
    Ok(found)
}

/// An empty list for each table that is there.
async fn present(
    conn: &mut PgConnection,
    tables: &[&HistoryTable],
) -> Result<Vec<Option<Vec<Record>>>, sqlx::Error> {
    let mut found = vec![None; tables.len()];
    if tables.is_empty() {
        return Ok(found);
    }
    let names: Vec<String> = (0..)
        .zip(tables)
        .map(|(number, table): (usize, _)| {
            let (schema, name) = (quoted(table.schema.as_str()), quoted(table.name.as_str()));
            format!("({number}, {schema}, {name})")
        })
        .collect();
    let sql = format!(
        "SELECT wanted.number
         FROM (VALUES {}) AS wanted (number, schema, name)
         JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
         JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name",
        names.join(", ")
    );
    for row in conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await? {
        let number = usize::try_from(row.try_get::<i32, _>(0)?).unwrap_or_default();
        if let Some(records) = found.get_mut(number) {
            *records = Some(Vec::new());
        }
    }
    Ok(found)
}

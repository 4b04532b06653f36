//! The histories of many targets of one database, read at once.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::TryStreamExt;
use futures_util::future::try_join_all;
use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection, Row};

use super::table::COLUMNS;
use super::{HistoryTable, Record};
use crate::model::quote_literal as quoted;

/// How many tables one query reads: each takes two locks until it ends.
const TABLES_A_QUERY: usize = 250;

/// How many tables one statement of a query reads: planning takes longer than their number says.
const TABLES_A_STATEMENT: usize = 25;

/// What of a history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// What a run is planned by; the rest of each record is empty.
    OfPlan,
    /// Everything.
    All,
}

impl Columns {
    fn sql(self) -> &'static str {
        match self {
            Self::OfPlan => "revision, parent, checksum, state, run, hooks_due",
            Self::All => COLUMNS,
        }
    }
}

/// The rows of one history, in no particular order, shared by histories that are alike; `None`
/// where the table is missing.
pub type History = Option<Arc<[Record]>>;

/// How many connections are of use for reading so many histories.
pub fn connections_of_use(tables: usize) -> usize {
    tables.div_ceil(TABLES_A_QUERY).max(1)
}

/// Each history in turn, read over all the connections at once; there has to be one at least. The
/// number of queries doesn't depend on the rows, and is one more than one for each 250 tables.
pub async fn survey(
    connections: &mut [PgConnection],
    tables: &[&HistoryTable],
    columns: Columns,
) -> Result<Vec<History>, sqlx::Error> {
    let present = match connections.first_mut() {
        Some(first) => present(first, tables).await?,
        None => Vec::new(),
    };
    let chunks = Mutex::new(present.chunks(TABLES_A_QUERY));
    let take = || chunks.lock().unwrap_or_else(PoisonError::into_inner).next();
    let reads = connections.iter_mut().map(async |connection| {
        let mut found = Vec::new();
        let mut last: Arc<[Record]> = Arc::from([]);
        while let Some(numbers) = take() {
            let read = read(connection, tables, numbers, columns).await?;
            for (number, mut records) in numbers.iter().zip(read) {
                records.sort_by(|a, b| a.revision.cmp(&b.revision));
                if *last != *records {
                    last = records.into();
                }
                found.push((*number, Arc::clone(&last)));
            }
        }
        Ok::<_, sqlx::Error>(found)
    });
    let mut histories: Vec<History> = vec![None; tables.len()];
    for (number, history) in try_join_all(reads).await?.into_iter().flatten() {
        histories[number] = Some(history);
    }
    Ok(histories)
}

/// The rows of the tables with these numbers.
async fn read(
    conn: &mut PgConnection,
    tables: &[&HistoryTable],
    numbers: &[usize],
    columns: Columns,
) -> Result<Vec<Vec<Record>>, sqlx::Error> {
    let columns = columns.sql();
    let numbered: Vec<(usize, &HistoryTable)> =
        (0..).zip(numbers.iter().map(|number| tables[*number])).collect();
    let statements = numbered.chunks(TABLES_A_STATEMENT).map(|some| {
        let selects: Vec<String> = some
            .iter()
            .map(|(number, table)| format!("SELECT {number} AS number, {columns} FROM {table}"))
            .collect();
        selects.join(" UNION ALL ")
    });
    let sql = statements.collect::<Vec<_>>().join("; ");
    let mut found = vec![Vec::new(); numbers.len()];
    let mut rows = conn.fetch(sqlx::raw_sql(AssertSqlSafe(sql)));
    while let Some(row) = rows.try_next().await? {
        let number = usize::try_from(row.try_get::<i32, _>("number")?).unwrap_or_default();
        if let Some(records) = found.get_mut(number) {
            records.push(Record::from_row(&row)?);
        }
    }
    Ok(found)
}

/// The numbers of the tables that are there.
async fn present(
    conn: &mut PgConnection,
    tables: &[&HistoryTable],
) -> Result<Vec<usize>, sqlx::Error> {
    if tables.is_empty() {
        return Ok(Vec::new());
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
         JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
         ORDER BY wanted.number",
        names.join(", ")
    );
    let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    let number = |row: &sqlx::postgres::PgRow| {
        row.try_get::<i32, _>(0).map(|number| usize::try_from(number).unwrap_or_default())
    };
    rows.iter().map(number).collect()
}

//! What stands under the name of a history, before it is taken for one.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::sql::with_values;

use super::{HistoryTable, SyncedTable};

/// What stands under the name of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Present {
    /// Nothing.
    Nothing,
    /// A history of so many revisions.
    History {
        /// How many rows it has.
        revisions: i64,
    },
    /// Something else, which is somebody's own.
    Other,
}

/// The columns by which a history is known.
const OF_HISTORY: [&str; 15] = [
    "applied_at",
    "applied_by",
    "begun_step",
    "checksum",
    "down_sql",
    "duration_ms",
    "hooks_due",
    "is_baseline",
    "parent",
    "revision",
    "run",
    "state",
    "steps",
    "up_sql",
    "version",
];

/// The same of the table of syncs.
const OF_SYNCS: [&str; 8] = [
    "down_sql",
    "losses",
    "number",
    "objects",
    "reverted_steps",
    "synced_at",
    "synced_by",
    "up_sql",
];

impl HistoryTable {
    /// Looks what stands there.
    pub async fn present(&self, conn: &mut PgConnection) -> Result<Present, sqlx::Error> {
        let Some(columns) = columns(conn, &self.to_string()).await? else {
            return Ok(Present::Nothing);
        };
        if columns != OF_HISTORY {
            return Ok(Present::Other);
        }
        let sql = format!("SELECT count(*) FROM {self}");
        let row = conn.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
        Ok(Present::History { revisions: row.try_get(0)? })
    }
}

impl SyncedTable {
    /// Whether it is there.
    pub(super) async fn is_present(&self, conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
        Ok(columns(conn, &self.to_string()).await?.is_some_and(|columns| columns == OF_SYNCS))
    }
}

/// The columns of a table by their names; none where there is nothing, no column where it is no
/// table.
async fn columns(conn: &mut PgConnection, table: &str) -> Result<Option<Vec<String>>, sqlx::Error> {
    let sql = "SELECT CASE WHEN c.relkind IN ('r', 'p') THEN ARRAY(
                          SELECT a.attname::text FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                          ORDER BY a.attname::text COLLATE \"C\")
                      ELSE '{}'::text[] END
               FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)";
    let sql = with_values(sql, &[Some(table)]);
    let row = conn.fetch_optional(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    row.map(|row| row.try_get(0)).transpose()
}

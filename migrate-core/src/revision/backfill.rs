//! Filling a column in batches, each its own transaction, so that no lock is held for long.

use sqlx::{AssertSqlSafe, Executor, Row};

use crate::catalog::{Expression, Ident, QualifiedName};
use crate::plan::Action;

use crate::sql::with_values;

use super::place::Place;
use super::{Migrator, RevisionError};

/// How many blocks of the table (8 kB each) one batch covers.
const BLOCKS_A_BATCH: i64 = 128;

impl Migrator {
    /// Gives nulls a value, a range of blocks at a time. A rerun finds what is still null.
    pub(super) async fn fill(
        &mut self,
        table: &QualifiedName,
        column: &Ident,
        value: &Expression,
        place: Place,
    ) -> Result<(), RevisionError> {
        let action =
            Action::Backfill { table: table.clone(), column: column.clone(), value: value.clone() };
        let sql = crate::sql::statements(&action).concat();
        let fail = |source| RevisionError::statement(Some(place), sql.as_str(), source);
        if let Some(connection) = self.caught_up().await? {
            let mut start = 0;
            loop {
                let size =
                    "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::int8";
                let size = with_values(size, &[Some(&table.to_string())]);
                let row = connection.fetch_one(sqlx::raw_sql(AssertSqlSafe(size))).await;
                let blocks: i64 = row.and_then(|row| row.try_get(0)).map_err(fail)?;
                if start >= blocks {
                    break;
                }
                let end = start + BLOCKS_A_BATCH;
                let batch = format!("{sql} AND ctid >= '({start},0)' AND ctid < '({end},0)'");
                sqlx::raw_sql(AssertSqlSafe(batch))
                    .execute(&mut *connection)
                    .await
                    .map_err(fail)?;
                start = end;
            }
        }
        self.write_down(sql);
        Ok(())
    }
}

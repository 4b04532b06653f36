//! Filling a column in batches, each its own transaction, so that no lock is held for long.

use std::panic::Location;

use sqlx::AssertSqlSafe;

use crate::catalog::{Expression, Ident, QualifiedName};
use crate::plan::Action;

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
        place: &'static Location<'static>,
    ) -> Result<(), RevisionError> {
        let action =
            Action::Backfill { table: table.clone(), column: column.clone(), value: value.clone() };
        let sql = crate::sql::statements(&action).concat();
        let fail = |source| RevisionError::statement(Some(place), sql.as_str(), source);
        if let Some(connection) = &mut self.connection {
            let batch = format!("{sql} AND ctid >= $1::tid AND ctid < $2::tid");
            let mut start = 0;
            loop {
                let blocks: i64 = sqlx::query_scalar(
                    "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::int8",
                )
                .bind(table.to_string())
                .fetch_one(&mut *connection)
                .await
                .map_err(fail)?;
                if start >= blocks {
                    break;
                }
                let end = start + BLOCKS_A_BATCH;
                sqlx::query(AssertSqlSafe(batch.clone()))
                    .bind(format!("({start},0)"))
                    .bind(format!("({end},0)"))
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

//! Partitions that are detached with queries going on. That takes two transactions, and where the second
//! one stops, only `FINALIZE` ends it.

use sqlx::{AssertSqlSafe, Executor, Row};

use crate::sql::with_values;

use super::place::Place;
use super::{Migrator, RevisionError};

impl Migrator {
    /// Detaches a partition by a statement of somebody's own, or ends what one has begun.
    pub(super) async fn detach_partition(
        &mut self,
        partition: &str,
        sql: String,
        place: Place,
    ) -> Result<(), RevisionError> {
        match self.is_half_detached(partition, place).await? {
            Some(true) => self.run_statement(place, finalizing(&sql)).await,
            None if self.is_interrupted() => {
                self.write_down(sql);
                Ok(())
            }
            Some(false) | None => self.run_statement(place, sql).await,
        }
    }

    /// Whether detaching a partition was begun; nothing where it is no partition.
    async fn is_half_detached(
        &mut self,
        partition: &str,
        place: Place,
    ) -> Result<Option<bool>, RevisionError> {
        let Some(connection) = self.caught_up().await? else { return Ok(Some(false)) };
        let sql =
            "SELECT inhdetachpending FROM pg_catalog.pg_inherits WHERE inhrelid = to_regclass($1)";
        let sql = with_values(sql, &[Some(partition)]);
        let row = connection.fetch_optional(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await;
        let found = row.and_then(|row| row.map(|row| row.try_get(0)).transpose());
        found.map_err(|source| RevisionError::statement(Some(place), sql, source))
    }
}

/// The statement that ends what one has begun which ends in `CONCURRENTLY`.
fn finalizing(sql: &str) -> String {
    const WORD: &str = "concurrently";
    let at = sql.to_ascii_lowercase().rfind(WORD);
    at.map_or_else(
        || sql.to_owned(),
        |at| format!("{}FINALIZE{}", &sql[..at], &sql[at + WORD.len()..]),
    )
}

#[cfg(test)]
mod tests {
    use super::finalizing;

    #[test]
    fn the_last_word_says_how_a_partition_is_detached() {
        let sql = "alter table concurrently detach partition \"Concurrently\" Concurrently ";
        let wanted = "alter table concurrently detach partition \"Concurrently\" FINALIZE ";
        assert_eq!(finalizing(sql), wanted);
    }
}

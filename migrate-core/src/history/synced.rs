//! What `dev sync` did beyond the revisions: a table of its own beside the history, which only
//! development databases have. Each row is a change with the SQL that takes it back.

use std::collections::BTreeSet;
use std::fmt;

use sqlx::{AssertSqlSafe, FromRow, PgConnection};

use crate::catalog::{Ident, ObjectKey};
use crate::loss::Loss;
use crate::revision::Journal;

/// The table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncedTable {
    /// The schema, which is that of the history.
    pub schema: Ident,
}

/// One change that no revision made.
#[derive(Debug, Clone, FromRow)]
pub struct Synced {
    /// Its place among the others.
    pub number: i64,
    /// The SQL that ran.
    pub up_sql: String,
    /// The SQL that takes it back.
    pub down_sql: String,
    /// Steps of the SQL back that are done.
    pub reverted_steps: Vec<String>,
    losses: String,
    objects: String,
}

impl Synced {
    /// What the way back loses.
    pub fn losses(&self) -> Vec<Loss> {
        serde_json::from_str(&self.losses).unwrap_or_default()
    }

    /// The objects that the models had, so that what leaves them later is no work of somebody's
    /// hand.
    pub fn objects(&self) -> BTreeSet<ObjectKey> {
        serde_json::from_str(&self.objects).unwrap_or_default()
    }
}

impl fmt::Display for SyncedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, Self::name())
    }
}

impl SyncedTable {
    /// The name, which is no part of any catalog.
    pub fn name() -> Ident {
        Ident::new("migrate_synced")
    }

    /// Makes the table where it is missing.
    pub async fn create(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let sql = format!(
            "CREATE TABLE IF NOT EXISTS {self} (
    number bigint PRIMARY KEY,
    up_sql text NOT NULL,
    down_sql text NOT NULL,
    losses text NOT NULL,
    objects text NOT NULL,
    reverted_steps text[] NOT NULL DEFAULT '{{}}',
    synced_by text NOT NULL DEFAULT current_user,
    synced_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
        Ok(())
    }

    /// Every row, first to last; none where the table is missing.
    pub async fn rows(&self, conn: &mut PgConnection) -> Result<Vec<Synced>, sqlx::Error> {
        let sql = format!(
            "SELECT number, up_sql, down_sql, reverted_steps, losses, objects
             FROM {self} ORDER BY number"
        );
        // Most databases have none, and an error would stand in the server's log.
        if !self.is_present(conn).await? {
            return Ok(Vec::new());
        }
        sqlx::query_as(AssertSqlSafe(sql)).persistent(false).fetch_all(conn).await
    }

    /// Removes a change that was taken back.
    pub async fn delete(&self, conn: &mut PgConnection, number: i64) -> Result<(), sqlx::Error> {
        sqlx::query(AssertSqlSafe(format!("DELETE FROM {self} WHERE number = $1")))
            .bind(number)
            .execute(conn)
            .await?;
        Ok(())
    }

    /// Removes all changes, which revisions stand for from now on.
    pub async fn clear(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query(AssertSqlSafe(format!("DELETE FROM {self}"))).execute(conn).await?;
        Ok(())
    }

    /// How a change of one transaction is written down within it, and with it the way back.
    pub fn up_journal(
        &self,
        down_sql: &str,
        losses: &[Loss],
        objects: &BTreeSet<ObjectKey>,
    ) -> Journal {
        use crate::model::quote_literal as quoted;
        let losses = serde_json::to_string(losses).unwrap_or_default();
        let objects = serde_json::to_string(objects).unwrap_or_default();
        Journal {
            start: NOTHING.to_owned(),
            begin_step: NOTHING.to_owned(),
            forget: NOTHING.to_owned(),
            forget_step: NOTHING.to_owned(),
            finish_step: format!(
                "INSERT INTO {self} (number, up_sql, down_sql, losses, objects)
                 SELECT coalesce(max(number), 0) + 1, $3::text, {}, {}, {} FROM {self}
                 HAVING $1::text IS NOT NULL AND $2::text IS NOT NULL",
                quoted(down_sql),
                quoted(&losses),
                quoted(&objects)
            ),
        }
    }

    /// How the steps of a way back are journaled; the number stands for the revision.
    pub fn down_journal(&self) -> Journal {
        Journal {
            start: NOTHING.to_owned(),
            begin_step: NOTHING.to_owned(),
            forget: NOTHING.to_owned(),
            forget_step: NOTHING.to_owned(),
            finish_step: format!(
                "UPDATE {self} SET reverted_steps = array_append(reverted_steps, $2)
                 WHERE number = $1::bigint AND $3::text IS NOT NULL"
            ),
        }
    }
}

/// Takes the two parameters and changes nothing.
const NOTHING: &str = "SELECT $1::text, $2::text";

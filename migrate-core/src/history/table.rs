//! The table itself and the statements on it.

use std::fmt;

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection, Row};

use crate::catalog::{Ident, QualifiedName};
use crate::model::quote_literal as quoted;
use crate::revision::{Journal, Revision};

use crate::sql::with_values;

use super::{Record, SyncedTable};

/// The name of a history table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryTable {
    /// The schema.
    pub schema: Ident,
    /// The table.
    pub name: Ident,
}

impl fmt::Display for HistoryTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// What an applied revision leaves behind.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// The SQL that ran.
    pub up_sql: String,
    /// The SQL that takes it back, where verbs alone do.
    pub down_sql: Option<String>,
}

impl HistoryTable {
    /// The default table of a schema.
    pub fn in_schema(schema: impl Into<Ident>) -> Self {
        Self { schema: schema.into(), name: "migrate_history".into() }
    }

    /// Where changes stand that no revision made.
    pub fn synced(&self) -> SyncedTable {
        SyncedTable { schema: self.schema.clone() }
    }

    /// The name as part of a catalog whose target is `target`.
    pub fn seen_from(&self, target: &Ident) -> QualifiedName {
        let schema = (self.schema != *target).then(|| self.schema.clone());
        QualifiedName { schema, name: self.name.clone() }
    }

    /// Makes the schema and the table where they are missing.
    pub async fn create(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let schema = self.schema.to_string();
        let sql = with_values("SELECT to_regnamespace($1) IS NOT NULL", &[Some(&schema)]);
        let row = conn.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
        let schema_exists: bool = row.try_get(0)?;
        if !schema_exists {
            execute(conn, format!("CREATE SCHEMA IF NOT EXISTS {}", self.schema)).await?;
        }
        execute(
            conn,
            format!(
                "CREATE TABLE IF NOT EXISTS {self} (
    revision text PRIMARY KEY,
    parent text,
    checksum text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'applied', 'reverting')),
    steps text[] NOT NULL DEFAULT '{{}}',
    begun_step text,
    applied_by text NOT NULL DEFAULT current_user,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    duration_ms bigint,
    version text NOT NULL,
    up_sql text,
    down_sql text
)"
            ),
        )
        .await
    }

    /// Every row; none where the table is missing.
    pub async fn records(&self, conn: &mut PgConnection) -> Result<Vec<Record>, sqlx::Error> {
        let sql = format!(
            "SELECT revision, parent, checksum, state, steps, begun_step, applied_by,
                    to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS applied_at,
                    duration_ms, version, up_sql, down_sql
             FROM {self} ORDER BY {self}.applied_at, revision"
        );
        match conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => {
                Ok(Vec::new())
            }
            outcome => outcome?.iter().map(Record::from_row).collect(),
        }
    }

    /// Writes an applied revision down.
    pub async fn insert(
        &self,
        conn: &mut PgConnection,
        revision: &Revision,
        outcome: &Outcome,
    ) -> Result<(), sqlx::Error> {
        let sql = format!(
            "INSERT INTO {self} (revision, parent, checksum, state, duration_ms, version, up_sql, down_sql)
             VALUES ($1, $2, $3, 'applied', $4, $5, $6, $7)"
        );
        let (checksum, duration) = (revision.checksum(), outcome.duration_ms.to_string());
        let values = [
            Some(revision.id()),
            revision.header.parent,
            Some(checksum),
            Some(&duration),
            Some(env!("CARGO_PKG_VERSION")),
            Some(&outcome.up_sql),
            outcome.down_sql.as_deref(),
        ];
        execute(conn, with_values(&sql, &values)).await
    }

    /// Marks a revision whose steps are all done as applied; each has written its SQL down.
    pub async fn complete(
        &self,
        conn: &mut PgConnection,
        revision: &Revision,
        outcome: &Outcome,
    ) -> Result<(), sqlx::Error> {
        let sql = format!(
            "UPDATE {self} SET state = 'applied', begun_step = NULL, applied_at = clock_timestamp(),
                    checksum = $2, duration_ms = $3, down_sql = $4
             WHERE revision = $1"
        );
        let (checksum, duration) = (revision.checksum(), outcome.duration_ms.to_string());
        let values =
            [Some(revision.id()), Some(checksum), Some(&*duration), outcome.down_sql.as_deref()];
        execute(conn, with_values(&sql, &values)).await
    }

    /// Removes a revision that was taken back.
    pub async fn delete(&self, conn: &mut PgConnection, revision: &str) -> Result<(), sqlx::Error> {
        let sql = format!("DELETE FROM {self} WHERE revision = $1");
        execute(conn, with_values(&sql, &[Some(revision)])).await
    }

    /// Takes the checksum of a revision's file as the right one.
    pub async fn accept_checksum(
        &self,
        conn: &mut PgConnection,
        revision: &Revision,
    ) -> Result<(), sqlx::Error> {
        let sql = format!("UPDATE {self} SET checksum = $2 WHERE revision = $1");
        execute(conn, with_values(&sql, &[Some(revision.id()), Some(revision.checksum())])).await
    }

    /// Answers whether a begun step was done.
    pub async fn resolve(
        &self,
        conn: &mut PgConnection,
        revision: &str,
        resolution: Resolution,
    ) -> Result<u64, sqlx::Error> {
        let finished = match resolution {
            Resolution::Done => "array_append(steps, begun_step)",
            Resolution::Redo => "steps",
        };
        let sql = format!(
            "UPDATE {self} SET steps = {finished}, begun_step = NULL
             WHERE revision = $1 AND begun_step IS NOT NULL"
        );
        let sql = with_values(&sql, &[Some(revision)]);
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
        Ok(done.rows_affected())
    }

    /// How the steps of a revision's `up` are journaled.
    pub fn up_journal(&self, revision: &Revision) -> Journal {
        let parent = revision.header.parent.map_or_else(|| "NULL".to_owned(), quoted);
        let (checksum, version) = (quoted(revision.checksum()), quoted(env!("CARGO_PKG_VERSION")));
        let start = format!(
            "INSERT INTO {self} AS history (revision, parent, checksum, state, version)
             SELECT $1, {parent}, {checksum}, 'running', {version} WHERE $2::text IS NOT NULL
             ON CONFLICT (revision) DO UPDATE SET checksum = excluded.checksum
             WHERE history.state = 'running'"
        );
        self.journal(start, "up_sql = concat(up_sql, $3::text)")
    }

    /// How the steps of a revision's `down` are journaled.
    pub fn down_journal(&self) -> Journal {
        let start = format!(
            "UPDATE {self} SET state = 'reverting', steps = '{{}}', begun_step = NULL
             WHERE revision = $1 AND state = 'applied' AND $2::text IS NOT NULL"
        );
        // What was applied stays written down, not what takes it back.
        self.journal(start, "up_sql = CASE WHEN $3::text IS NOT NULL THEN up_sql END")
    }

    fn journal(&self, start: String, keep_sql: &str) -> Journal {
        Journal {
            start,
            begin_step: format!("UPDATE {self} SET begun_step = $2 WHERE revision = $1"),
            forget_step: format!(
                "UPDATE {self} SET begun_step = NULL WHERE revision = $1 AND begun_step = $2"
            ),
            // The backend of a killed run may have finished the step just before this one.
            finish_step: format!(
                "UPDATE {self} SET steps = array_append(steps, $2), begun_step = NULL, {keep_sql}
                 WHERE revision = $1 AND $2 <> ALL (steps)"
            ),
        }
    }
}

/// An answer about a step that was interrupted outside a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It had done its work.
    Done,
    /// It has to run again.
    Redo,
}

async fn execute(conn: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}

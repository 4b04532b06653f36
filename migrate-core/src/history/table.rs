//! The table itself and the statements on it.

use std::fmt;

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection, Row};

use crate::catalog::{Ident, QualifiedName};
use crate::model::quote_literal as quoted;
use crate::revision::{Journal, Revision};

use crate::sql::with_values;

use super::{Present, Record, RecordState, SyncedTable};

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
    /// Whether nothing ran, and it is only written down as there.
    pub is_baseline: bool,
    /// Who and which run applied it.
    pub run: RunMark,
}

/// What a run writes down of itself beside each revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunMark {
    /// Tells one run from another.
    pub id: String,
    /// Who is noted; the role, where nobody is named.
    pub installed_by: Option<String>,
    /// Whether hooks come after everything, which a run that is interrupted still owes.
    pub has_hooks_after_all: bool,
}

/// A revision as another tool applied it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOver {
    /// The id of the file.
    pub revision: String,
    /// Who applied it.
    pub applied_by: Option<String>,
    /// When, in UTC, as `YYYY-MM-DD HH:MM:SS`.
    pub applied_at: Option<String>,
    /// Whether it was only noted as there.
    pub is_baseline: bool,
}

/// The SQL of a revision.
#[derive(Debug, Clone, FromRow)]
pub struct KeptSql {
    /// What ran.
    pub up_sql: Option<String>,
    /// What takes it back, where verbs alone do.
    pub down_sql: Option<String>,
}

/// What is read of a row. The SQL may be long and is seldom needed.
pub(super) const COLUMNS: &str = "revision, parent, checksum, state, steps, begun_step, applied_by, \
     to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS applied_at, \
     duration_ms, version, down_sql IS NOT NULL AS has_down_sql, is_baseline, run, hooks_due";

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

    /// Makes the table of a target where it is missing.
    pub async fn create_for(
        &self,
        conn: &mut PgConnection,
        target: &Ident,
    ) -> Result<(), sqlx::Error> {
        let is_made = self.schema != *target && self.present(conn).await? == Present::Nothing;
        self.create(conn).await?;
        if is_made {
            self.note_target(conn, target).await?;
        }
        Ok(())
    }

    /// Makes the table where it is missing.
    pub async fn create(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
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
    down_sql text,
    is_baseline boolean NOT NULL DEFAULT false,
    run text,
    hooks_due boolean NOT NULL DEFAULT false
)"
            ),
        )
        .await
    }

    /// Every row; none where the table is missing.
    pub async fn records(&self, conn: &mut PgConnection) -> Result<Vec<Record>, sqlx::Error> {
        // An error would end the transaction that it is read in.
        let sql = "SELECT pg_catalog.to_regclass($1) IS NOT NULL";
        let sql = with_values(sql, &[Some(&self.to_string())]);
        let row = conn.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
        if !row.try_get::<bool, _>(0)? {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT {COLUMNS} FROM {self} ORDER BY {self}.applied_at, revision");
        let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
        rows.iter().map(Record::from_row).collect()
    }

    /// The SQL of a revision that is kept: what ran, and what takes it back.
    pub async fn kept_sql(
        &self,
        conn: &mut PgConnection,
        revision: &str,
    ) -> Result<KeptSql, sqlx::Error> {
        let sql = format!("SELECT up_sql, down_sql FROM {self} WHERE revision = $1");
        let sql = with_values(&sql, &[Some(revision)]);
        KeptSql::from_row(&conn.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await?)
    }

    /// Writes an applied revision down.
    pub async fn insert(
        &self,
        conn: &mut PgConnection,
        revision: &Revision,
        outcome: &Outcome,
    ) -> Result<(), sqlx::Error> {
        execute(conn, self.insertion(revision, outcome)).await
    }

    /// The statement that writes an applied revision down.
    pub(crate) fn insertion(&self, revision: &Revision, outcome: &Outcome) -> String {
        let installed_by = outcome.run.installed_by.as_deref();
        let applied_by = installed_by.map_or_else(|| "current_user".to_owned(), quoted);
        let sql = format!(
            "INSERT INTO {self} (revision, parent, checksum, state, duration_ms, version, up_sql,
                                 down_sql, applied_by, run, hooks_due, is_baseline)
             VALUES ($1, $2, $3, 'applied', $4::bigint + {SINCE_SENT}, $5, $6, $7,
                     {applied_by}, $8, $9, $10)"
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
            Some(&outcome.run.id),
            Some(boolean(outcome.run.has_hooks_after_all)),
            Some(boolean(outcome.is_baseline)),
        ];
        with_values(&sql, &values)
    }

    /// Writes down what another tool applied.
    pub async fn insert_taken_over(
        &self,
        conn: &mut PgConnection,
        revision: &Revision,
        taken: &TakenOver,
    ) -> Result<(), sqlx::Error> {
        let sql = format!(
            "INSERT INTO {self} (revision, parent, checksum, state, version, up_sql, applied_by,
                                 applied_at, is_baseline)
             VALUES ($1, $2, $3, 'applied', $4, '', coalesce($5, current_user),
                     coalesce($6::timestamp AT TIME ZONE 'UTC', clock_timestamp()), $7)"
        );
        let values = [
            Some(revision.id()),
            revision.header.parent,
            Some(revision.checksum()),
            Some(env!("CARGO_PKG_VERSION")),
            taken.applied_by.as_deref(),
            taken.applied_at.as_deref(),
            Some(boolean(taken.is_baseline)),
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
                    checksum = $2, duration_ms = $3, down_sql = $4,
                    applied_by = coalesce($5, applied_by), run = $6, hooks_due = $7
             WHERE revision = $1"
        );
        let (checksum, duration) = (revision.checksum(), outcome.duration_ms.to_string());
        let values = [
            Some(revision.id()),
            Some(checksum),
            Some(&*duration),
            outcome.down_sql.as_deref(),
            outcome.run.installed_by.as_deref(),
            Some(&outcome.run.id),
            Some(boolean(outcome.run.has_hooks_after_all)),
        ];
        execute(conn, with_values(&sql, &values)).await
    }

    /// Removes a revision that was taken back.
    pub async fn delete(&self, conn: &mut PgConnection, revision: &str) -> Result<(), sqlx::Error> {
        execute(conn, self.deletion(revision)).await
    }

    /// The statement that removes a revision that was taken back.
    pub(crate) fn deletion(&self, revision: &str) -> String {
        with_values(&format!("DELETE FROM {self} WHERE revision = $1"), &[Some(revision)])
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

    /// Notes that the hooks that come after everything have run.
    pub async fn hooks_ran(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        execute(conn, format!("UPDATE {self} SET hooks_due = false WHERE hooks_due")).await
    }

    /// Removes the history, and nothing that revisions made. Whoever asks has looked that it is one.
    pub async fn remove(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let synced = self.synced();
        if synced.is_present(conn).await? {
            execute(conn, format!("DROP TABLE {synced}")).await?;
        }
        execute(conn, format!("DROP TABLE IF EXISTS {self}")).await
    }

    /// Answers whether a begun step was done, with the SQL that ran then.
    pub async fn resolve(
        &self,
        conn: &mut PgConnection,
        record: &Record,
        resolution: Resolution,
        script: &str,
    ) -> Result<u64, sqlx::Error> {
        let finished = match resolution {
            Resolution::Done => "array_append(steps, begun_step)",
            Resolution::Redo => "steps",
        };
        let keeps = resolution == Resolution::Done && record.state() == RecordState::Running;
        let script = Some(script).filter(|_| keeps);
        let sql = format!(
            "UPDATE {self} SET steps = {finished}, begun_step = NULL,
                               up_sql = CASE WHEN $3::text IS NULL THEN up_sql
                                             ELSE concat(up_sql, $3::text) END
             WHERE revision = $1 AND begun_step = $2"
        );
        let values = [Some(record.revision.as_str()), record.begun_step.as_deref(), script];
        let sql = with_values(&sql, &values);
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
        Ok(done.rows_affected())
    }

    /// How the steps of a revision's `up` are journaled.
    pub fn up_journal(&self, revision: &Revision, run: &RunMark) -> Journal {
        let or_null = |text: Option<&str>| text.map_or_else(|| "NULL".to_owned(), quoted);
        let parent = or_null(revision.header.parent);
        let installed_by = or_null(run.installed_by.as_deref());
        let (checksum, version) = (quoted(revision.checksum()), quoted(env!("CARGO_PKG_VERSION")));
        let (id, hooks_due) = (quoted(&run.id), boolean(run.has_hooks_after_all));
        let start = format!(
            "INSERT INTO {self} AS history
                 (revision, parent, checksum, state, version, applied_by, run, hooks_due)
             SELECT $1, {parent}, {checksum}, 'running', {version},
                    coalesce({installed_by}, current_user), {id}, {hooks_due}
             WHERE $2::text IS NOT NULL
             ON CONFLICT (revision) DO UPDATE
                 SET checksum = excluded.checksum, run = excluded.run,
                     hooks_due = excluded.hooks_due,
                     applied_by = coalesce({installed_by}, history.applied_by)
             WHERE history.state = 'running'"
        );
        let forget = format!(
            "DELETE FROM {self} WHERE revision = $1 AND state = 'running' AND {NOTHING_DONE}"
        );
        self.journal(start, "up_sql = concat(up_sql, $3::text)", forget)
    }

    /// How the steps of a revision's `down` are journaled.
    pub fn down_journal(&self) -> Journal {
        let start = format!(
            "UPDATE {self} SET state = 'reverting', steps = '{{}}', begun_step = NULL
             WHERE revision = $1 AND state = 'applied' AND $2::text IS NOT NULL"
        );
        // What was applied stays written down, not what takes it back.
        let forget = format!(
            "UPDATE {self} SET state = 'applied'
             WHERE revision = $1 AND state = 'reverting' AND {NOTHING_DONE}"
        );
        self.journal(start, "up_sql = CASE WHEN $3::text IS NOT NULL THEN up_sql END", forget)
    }

    fn journal(&self, start: String, keep_sql: &str, forget: String) -> Journal {
        Journal {
            start,
            forget,
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

/// How many milliseconds ago the message with the statement came.
const SINCE_SENT: &str =
    "(1000 * extract(epoch FROM clock_timestamp() - statement_timestamp()))::bigint";

/// That no step is finished, and none outside a transaction begun.
const NOTHING_DONE: &str = "steps = '{}' AND begun_step IS NULL";

/// An answer about a step that was interrupted outside a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It had done its work.
    Done,
    /// It has to run again.
    Redo,
}

fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

async fn execute(conn: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}

//! SQL files on a scratch database, statement by statement, so that an error has its place.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::generate::{GenerateError, Scratch, connect, missing_role};
use crate::postgres::{ScratchDatabase, ScratchError};
use crate::revision::RevisionError;

use super::BetweenError;
use super::command::{Fate, is_about_rights, of_command, of_statement};
use super::files::SqlFiles;
use crate::sql::split::{Part, Statement, split};

/// Runs the files; returns what was left out.
pub(super) async fn run(
    scratch: &Scratch,
    database: &ScratchDatabase,
    files: &SqlFiles,
) -> Result<Vec<String>, BetweenError> {
    let mut notes = Vec::new();
    for (path, text) in &files.texts {
        // A file may change the session, as `pg_dump`'s empty search_path does.
        let connection = connect(database).await?;
        let mut run = Run { path, scratch, connection, notes: Vec::new(), rows: Vec::new() };
        for part in split(text) {
            run.part(part).await?;
        }
        run.note_rows();
        run.connection.close().await.ok();
        notes.append(&mut run.notes);
    }
    fill_views(database).await?;
    Ok(notes)
}

/// Fills materialized views: `pg_dump` writes all of them without data, so that a file doesn't say
/// which have some, and one that is made anew shall be of use. One that reads another waits for it.
async fn fill_views(database: &ScratchDatabase) -> Result<(), BetweenError> {
    let mut connection = connect(database).await?;
    let mut left = usize::MAX;
    loop {
        let sql = "SELECT c.oid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_class c
            WHERE c.relkind = 'm' AND NOT c.relispopulated ORDER BY 1";
        let empty: Vec<String> =
            sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap_or_default();
        if empty.is_empty() || empty.len() == left {
            break;
        }
        left = empty.len();
        for name in empty {
            let sql = AssertSqlSafe(format!("REFRESH MATERIALIZED VIEW {name}"));
            sqlx::raw_sql(sql).execute(&mut connection).await.ok();
        }
    }
    connection.close().await.ok();
    Ok(())
}

/// One file on its session.
struct Run<'a> {
    path: &'a Path,
    scratch: &'a Scratch,
    connection: PgConnection,
    notes: Vec<String>,
    /// The lines of `COPY`s that were left out.
    rows: Vec<usize>,
}

impl Run<'_> {
    async fn part(&mut self, part: Part<'_>) -> Result<(), BetweenError> {
        match part {
            Part::Command { line, text } => match of_command(text) {
                Fate::Run | Fate::LeaveOut => Ok(()),
                Fate::Refuse => Err(BetweenError::PsqlCommand {
                    place: self.place(line),
                    text: text.to_owned(),
                }),
            },
            Part::Statement(statement) => match of_statement(&statement) {
                Fate::Run => self.statement(&statement).await,
                Fate::LeaveOut => {
                    self.note(&statement);
                    Ok(())
                }
                Fate::Refuse => Err(BetweenError::ClusterStatement {
                    place: self.place(statement.line),
                    sql: statement.sql.to_owned(),
                }),
            },
        }
    }

    /// Runs a statement; a role that it names and nobody has is made.
    async fn statement(&mut self, statement: &Statement<'_>) -> Result<(), BetweenError> {
        let mut made = Vec::new();
        loop {
            let sql = AssertSqlSafe(statement.sql.to_owned());
            let Err(error) = sqlx::raw_sql(sql).execute(&mut self.connection).await else {
                return Ok(());
            };
            if is_needless(statement, &error) {
                self.note(statement);
                return Ok(());
            }
            let Some(role) = missing_role(&error).filter(|role| !made.contains(role)) else {
                return Err(self.refused(statement, error));
            };
            match self.scratch.server.ensure_roles(std::slice::from_ref(&role)).await {
                Ok(()) => made.push(role),
                Err(ScratchError::RolesMissing { .. }) if is_about_rights(statement) => {
                    self.note(statement);
                    return Ok(());
                }
                Err(error) => return Err(GenerateError::from(error).into()),
            }
        }
    }

    fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    fn note(&mut self, statement: &Statement<'_>) {
        if statement.begins(&["COPY"]) {
            self.rows.push(statement.line);
            return;
        }
        let first = statement.sql.lines().next().unwrap_or_default();
        self.notes.push(format!("{}: left out `{first}`", self.place(statement.line)));
    }

    /// One note for all `COPY`s: a dump has one for each table.
    fn note_rows(&mut self) {
        if let Some(first) = self.rows.first() {
            let (place, count) = (self.place(*first), self.rows.len());
            let each = if count == 1 { "a `COPY`".to_owned() } else { format!("{count} `COPY`s") };
            self.notes.push(format!("{place}: left out the rows of {each}"));
        }
    }

    /// The error at the line that PostgreSQL points at.
    fn refused(&self, statement: &Statement<'_>, source: sqlx::Error) -> BetweenError {
        let before = position(&source).map_or("", |position| {
            let end = statement.sql.char_indices().nth(position.saturating_sub(1));
            &statement.sql[..end.map_or(0, |(offset, _)| offset)]
        });
        let place = self.place(statement.line + before.matches('\n').count());
        let sql = statement.sql.to_owned();
        BetweenError::Sql {
            source: RevisionError::Statement { place: Some(place), sql, before: 0, source },
        }
    }
}

fn position(error: &sqlx::Error) -> Option<usize> {
    use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
    let error = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
    match error.position()? {
        PgErrorPosition::Original(position) => Some(position),
        PgErrorPosition::Internal { .. } => None,
    }
}

/// A setting that only another version of PostgreSQL has, and a schema that every database has.
fn is_needless(statement: &Statement<'_>, error: &sqlx::Error) -> bool {
    match code(error).as_deref() {
        Some("42704") => missing_role(error).is_none() && statement.begins(&["SET"]),
        Some("42P06") => statement.begins(&["CREATE", "SCHEMA"]),
        _ => false,
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}

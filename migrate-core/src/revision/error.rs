//! Why a revision stopped.

use std::fmt;
use std::path::Path;

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use thiserror::Error;

use crate::postgres::{answer, said};

use super::excerpt::excerpt;
use super::place::Place;

/// What `up`, `down` and steps return. `?` takes any error.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A verb that could not run.
#[derive(Debug, Error)]
pub enum RevisionError {
    /// PostgreSQL refused a statement.
    #[error("{}", StatementError { place: place.as_deref(), sql, before: *before, source })]
    Statement {
        /// The file and line of the verb.
        place: Option<String>,
        /// The statement.
        sql: String,
        /// How many characters stand before it in the message that it was sent with, for
        /// PostgreSQL counts from there.
        before: usize,
        /// What PostgreSQL said.
        source: sqlx::Error,
    },
    /// A verb stands beside steps instead of inside one.
    #[error(
        "{place}: this revision has steps, so every verb stands inside one; move it into `db.transaction(\"…\", async |db| …)`"
    )]
    OutsideStep {
        /// The file and line.
        place: String,
    },
    /// A step comes after a verb that runs in the revision's one transaction.
    #[error("step `{step}` comes after a verb outside any step; move that verb into a step")]
    StepAfterVerb {
        /// The step.
        step: String,
    },
    /// A step inside a step.
    #[error("step `{inner}` is inside step `{outer}`; put them one after the other")]
    NestedStep {
        /// The step that is open.
        outer: String,
        /// The one inside.
        inner: String,
    },
    /// Two steps have one name.
    #[error(
        "two steps are named `{step}`; the journal tells them apart by name, so give one another"
    )]
    DuplicateStep {
        /// The name.
        step: String,
    },
    /// A verb that PostgreSQL refuses in a transaction stands in one.
    #[error(
        "{place}: this runs outside a transaction; put it into `db.outside_transaction(\"…\", async |db| …)`"
    )]
    NeedsNoTransaction {
        /// The file and line.
        place: String,
    },
    /// The connection that holds the run's lock is gone, so another run may have begun.
    #[error(
        "the connection that holds the migration lock was lost; nothing more was kept, run the command again"
    )]
    LockLost,
    /// A revision of a service goes on or ends as another role.
    #[error(
        "it leaves the role of the service, so that what it makes is somebody else's; leave out its `SET ROLE`, `RESET ROLE` and `SET SESSION AUTHORIZATION`, or let it say `run-as = privileged`"
    )]
    RoleLeft,
    /// The history of a revision can't be written.
    #[error("the history could not be written: {}", said(source))]
    History {
        /// Why.
        source: sqlx::Error,
    },
    /// The connection was asked for while SQL is only being written down.
    #[error("this revision runs code of its own, which can't be shown as SQL")]
    NoConnection,
    /// A statement outside a transaction may have run before an interruption.
    #[error(
        "{place}: step `{step}` was interrupted, and whether this statement ran can't be seen:\n    {}\nlook, also whether the server still works on it (in `pg_stat_activity`), then run `migrate resolve {revision} --done` or `--redo`{}",
        indented(&excerpt(sql, None)),
        if is_of_sql_file(place) { "" } else { "; `.done_when(\"<query>\")` answers it by itself" }
    )]
    Interrupted {
        /// The revision.
        revision: String,
        /// The step.
        step: String,
        /// The file and line.
        place: String,
        /// The statement.
        sql: String,
    },
    /// What a finished statement made for its session is gone with it.
    #[error(
        "{place}: an earlier run stopped after this statement, and what it made for its session is gone, which `{step}` and those after it may need:\n    {}\nlet them do without it (a table that isn't temporary, names with their schema), or do in the database what is left and leave it out of the file",
        indented(&excerpt(sql, None))
    )]
    SessionGone {
        /// The file and line.
        place: String,
        /// The statement.
        sql: String,
        /// The first of those that would run now.
        step: String,
    },
    /// A SQL revision has no file that takes it back, or an empty one.
    #[error(
        "`{revision}` has no SQL that takes it back; write it into `{revision}.down.sql` beside it (`SELECT` where there is nothing to do), or go on with a new revision"
    )]
    NoDown {
        /// The revision.
        revision: String,
    },
    /// Rows hold a label that the enum loses.
    #[error(
        "{}rows of `{table}.{column}` hold labels that `{name}` loses: {rows} with {labels}; map them (`removed(\"…\" = …)` in the model, `.map(\"removed\", \"kept\")` after `replace_enum`), or change the rows first",
        at(place.as_deref())
    )]
    LabelsInUse {
        /// The file and line of the verb.
        place: Option<String>,
        /// The enum.
        name: String,
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The labels.
        labels: String,
        /// How many rows.
        rows: i64,
    },
    /// An index of the name exists with another definition.
    #[error(
        "{}an index named `{name}` exists with another definition; drop or rename it first",
        at(place.as_deref())
    )]
    IndexDiffers {
        /// The file and line of the verb.
        place: Option<String>,
        /// The index.
        name: String,
    },
    /// A revision destroys what its header doesn't allow.
    #[error(
        "{place}: this drops {what}, which the header doesn't allow; add `.allow(&[{allowance}])` to it if that is meant"
    )]
    LossNotAllowed {
        /// The file and line.
        place: String,
        /// What is dropped.
        what: String,
        /// The text to write.
        allowance: String,
    },
}

/// The text of a refused statement: place, PostgreSQL's message with its code, position and hint,
/// then the statement.
struct StatementError<'a> {
    place: Option<&'a str>,
    sql: &'a str,
    before: usize,
    source: &'a sqlx::Error,
}

impl fmt::Display for StatementError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&at(self.place))?;
        let sqlx::Error::Database(error) = self.source else {
            return write!(f, "{}\n    {}", self.source, indented(&excerpt(self.sql, None)));
        };
        let position = character_in(self.sql, self.before, self.source);
        f.write_str(&answer(error.as_ref(), position))?;
        if let Some(hint) = self.hint(error.as_ref()) {
            write!(f, "\n  hint: {hint}")?;
        }
        write!(f, "\n    {}", indented(&excerpt(self.sql, position)))
    }
}

impl StatementError<'_> {
    /// What PostgreSQL can't say of revisions.
    fn hint(&self, error: &dyn DatabaseError) -> Option<&'static str> {
        match error.code().as_deref() {
            Some("25001" | "2D000") if self.place.is_some_and(is_of_sql_file) => Some(
                "`-- migrate: transaction = none` at the top of the file runs each statement by itself",
            ),
            Some("0A000") if error.message().contains("type of a column used by") => Some(
                "what no revision has made isn't put back: drop it in this revision before, and make it again after",
            ),
            _ => None,
        }
    }
}

/// Whether a place, with its line, is in a SQL file.
fn is_of_sql_file(place: &str) -> bool {
    let file = place.rsplit_once(':').map(|(file, _)| Path::new(file));
    file.and_then(Path::extension).is_some_and(|extension| extension == "sql")
}

/// The same in a statement that doesn't begin its message. The text of a function is found in the
/// statement that makes it, and so is a statement within a block.
fn character_in(sql: &str, before: usize, error: &sqlx::Error) -> Option<usize> {
    match position(error)? {
        PgErrorPosition::Original(position) => {
            position.checked_sub(before).filter(|position| *position > 0)
        }
        PgErrorPosition::Internal { position, query } => {
            let (first, rest) = sql.split_once(query)?;
            (!rest.contains(query)).then(|| first.chars().count() + position)
        }
    }
}

/// The character of a message that PostgreSQL points to, counted from 1.
pub(super) fn character(error: &sqlx::Error) -> Option<usize> {
    match position(error)? {
        PgErrorPosition::Original(position) => Some(position),
        PgErrorPosition::Internal { .. } => None,
    }
}

fn position(error: &sqlx::Error) -> Option<PgErrorPosition<'_>> {
    let sqlx::Error::Database(error) = error else { return None };
    error.try_downcast_ref::<PgDatabaseError>()?.position()
}

/// The place as a message begins with it.
fn at(place: Option<&str>) -> String {
    place.map_or_else(String::new, |place| format!("{place}: "))
}

fn indented(sql: &str) -> String {
    sql.replace('\n', "\n    ")
}

impl RevisionError {
    /// The error of a statement.
    pub(crate) fn statement(
        place: Option<Place>,
        sql: impl Into<String>,
        source: sqlx::Error,
    ) -> Self {
        Self::within(place, sql, 0, source)
    }

    /// The error of a statement that has others before it in its message.
    pub(super) fn within(
        place: Option<Place>,
        sql: impl Into<String>,
        before: usize,
        source: sqlx::Error,
    ) -> Self {
        let sql = sql.into();
        let place = place.map(|place| match character_in(&sql, before, &source) {
            Some(character) => place.at_character(&sql, character),
            None => place,
        });
        Self::Statement { place: place.map(|place| place.to_string()), sql, before, source }
    }

    /// The same of a plan, which stands in no file yet.
    pub(super) fn without_place(mut self) -> Self {
        match &mut self {
            Self::Statement { place, .. }
            | Self::LabelsInUse { place, .. }
            | Self::IndexDiffers { place, .. } => *place = None,
            Self::OutsideStep { .. }
            | Self::StepAfterVerb { .. }
            | Self::NestedStep { .. }
            | Self::DuplicateStep { .. }
            | Self::NeedsNoTransaction { .. }
            | Self::LockLost
            | Self::RoleLeft
            | Self::History { .. }
            | Self::NoConnection
            | Self::NoDown { .. }
            | Self::Interrupted { .. }
            | Self::SessionGone { .. }
            | Self::LossNotAllowed { .. } => {}
        }
        self
    }

    /// The SQLSTATE, where PostgreSQL gave one.
    pub fn sql_state(&self) -> Option<String> {
        match self {
            Self::Statement { source: sqlx::Error::Database(error), .. } => {
                error.code().map(std::borrow::Cow::into_owned)
            }
            _ => None,
        }
    }
}

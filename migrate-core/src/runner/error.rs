//! Why a run stopped.

use sqlx::error::DatabaseError;
use thiserror::Error;

use crate::history::HistoryError;
use crate::postgres::said;
use crate::revision::{ChainError, MissingDependency, Revision, RevisionError};
use crate::target::Target;

use super::{Blocker, GoalError};

/// A run that could not go on.
#[derive(Debug, Error)]
pub enum RunError {
    /// The files make no chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The history doesn't fit the files.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The goal is no revision.
    #[error(transparent)]
    Goal(#[from] GoalError),
    /// A revision takes something that the application doesn't provide.
    #[error("`{file}` can't run: {source}")]
    Dependency {
        /// The file.
        file: String,
        /// What is missing.
        source: MissingDependency,
    },
    /// The database can't be reached.
    #[error("no connection to {place}; {}: {}", remedy(source), said(source))]
    Connect {
        /// Database and server.
        place: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The server is a standby.
    #[error("the server is a standby, which takes no changes; use the URL of the primary")]
    Standby,
    /// The database takes no changes.
    #[error(
        "sessions of the database are read-only, by `default_transaction_read_only`; turn it off, or add `SET default_transaction_read_only = off` to `session`"
    )]
    ReadOnly,
    /// Another run held the lock for too long.
    #[error(
        "another run has been working on this target for {seconds} seconds; wait for it, or look for it in pg_stat_activity (application_name `migrate`)"
    )]
    Locked {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The lock's connection is gone, so another run may have begun.
    #[error(
        "the connection that holds the migration lock was lost; nothing further was started, run the command again"
    )]
    LockLost,
    /// A pooler is between, and a revision needs a session of its own.
    #[error(
        "`{revision}` has steps outside transactions, and {place} is a pooler that gives each statement another session, in which neither the schema nor the role of the target holds; use the address of the server itself; nothing of the revision was run"
    )]
    SharedSession {
        /// The revision.
        revision: String,
        /// Database and server.
        place: String,
    },
    /// PostgreSQL takes this name for that of the role.
    #[error(
        "the schema is called `$user`, which PostgreSQL takes for the schema of the current role in every path; give it another name; nothing was run"
    )]
    UserSchema,
    /// A statement on the history or session failed.
    #[error("the history could not be read or written: {}", said(source))]
    Record {
        /// Why.
        source: sqlx::Error,
    },
    /// One history of many can't be read.
    #[error(
        "the history `{table}` can't be read: {}; is it one, and may the role read it?",
        said(source)
    )]
    UnreadHistory {
        /// The table.
        table: String,
        /// Why.
        source: sqlx::Error,
    },
    /// A revision failed.
    #[error("`{file}`{}: {}{}", step_text(step.as_deref()), said(source.as_ref()), progress_text(steps_done))]
    Revision {
        /// The file.
        file: String,
        /// The step that failed.
        step: Option<String>,
        /// Steps that are committed.
        steps_done: Vec<String>,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A hook failed that had done a part of its work outside a transaction.
    #[error(
        "`{hook}`: {}\n  done and kept: {}; the next run does all of the hook again",
        said(source.as_ref()), steps_done.join(", ")
    )]
    Hook {
        /// The hook's file.
        hook: String,
        /// What it did, each in a transaction of its own.
        steps_done: Vec<String>,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A step of a plan that no revision holds failed.
    #[error("step `{step}`: {}{}", said(source.as_ref()), progress_text(steps_done))]
    Step {
        /// The step.
        step: String,
        /// Steps that are committed.
        steps_done: Vec<String>,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A revision builds on one of the common schema that isn't there.
    #[error(
        "`{revision}` builds on `{required}` of the common schema, which is not among its revisions; name the common schema and its chain, or correct what the revision requires"
    )]
    CommonMissing {
        /// The revision.
        revision: String,
        /// What it requires.
        required: String,
    },
    /// A history has something of its own already.
    #[error(
        "{history} has revisions already, and not `{revision}`, which the other tool applied; nothing was taken over there; `migrate status` shows it, `migrate clean` removes it"
    )]
    HistoryInUse {
        /// The history.
        history: String,
        /// A revision that it lacks.
        revision: String,
    },
    /// A step that ran has another text now.
    #[error(
        "`{file}` is half applied, and its step `{step}`, which ran, was edited since; restore the text of the steps that ran, or pass `--accept-checksum {revision}` to go on after them all the same; nothing was run"
    )]
    FinishedStepEdited {
        /// The file.
        file: String,
        /// The step.
        step: String,
        /// The revision.
        revision: String,
    },
    /// A table has the name of the history and is none.
    #[error(
        "{table} is no history, by its columns, and stays as it is; correct `history-schema` and `history-table`"
    )]
    NoHistory {
        /// The table.
        table: String,
    },
    /// A history is that of another target.
    #[error(
        "{table} is the history of the schema `{other}`, not of `{schema}`; give each a table of its own with `history-table`, or leave out `history-schema`"
    )]
    HistoryOfOther {
        /// The history.
        table: String,
        /// The target's schema.
        schema: String,
        /// The schema whose history it is.
        other: String,
    },
    /// An answer about a step that nobody asked for.
    #[error(
        "no step of `{revision}` was interrupted; `migrate status` shows where the database stands"
    )]
    NotInterrupted {
        /// The revision.
        revision: String,
    },
    /// A baseline is before what is applied.
    #[error(
        "a baseline at `{at}` would hide that `{applied}` is applied; take it back with `migrate rollback`, or name a later revision"
    )]
    BaselineBehind {
        /// The revision named.
        at: String,
        /// The last one that is applied.
        applied: String,
    },
    /// A baseline of a schema without anything in it.
    #[error(
        "a baseline would hide that nothing is in the schema `{schema}`; `migrate apply` makes it"
    )]
    BaselineOfNothing {
        /// The schema.
        schema: String,
    },
    /// A session can't be set up as it is configured.
    #[error("{place} refuses a statement of `session`, or the role: {}", said(source))]
    Session {
        /// Database and server.
        place: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The role of a service is missing.
    #[error(
        "the role `{role}` of the service is missing at {place}; make it with `migrate bootstrap`"
    )]
    RoleMissing {
        /// The role.
        role: String,
        /// Database and server.
        place: String,
    },
    /// A SQL revision has no file that takes it back.
    #[error(
        "{}; nothing was taken back",
        RevisionError::NoDown { revision: revision.clone() }
    )]
    NoDown {
        /// The revision.
        revision: String,
    },
    /// A schema is missing and can't be made.
    #[error(
        "the schema `{schema}` is missing and can't be made: {}
  make it with a role that may, or with `migrate bootstrap`",
        said(source)
    )]
    Schema {
        /// The schema.
        schema: String,
        /// Why.
        source: sqlx::Error,
    },
    /// A lock could not be had in any attempt.
    #[error("`{file}` could not get a lock in {attempts} attempts{}", blockers_text(blockers))]
    LockNotAvailable {
        /// The file.
        file: String,
        /// How often it was tried.
        attempts: u32,
        /// Who held it.
        blockers: Vec<Blocker>,
    },
    /// A sync failed.
    #[error(
        "the database refuses the change: {}\n  nothing of this statement's transaction is kept; where something made by hand is in the way, drop it and run this again",
        said(source.as_ref())
    )]
    SyncRefused {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What `dev sync` made can't be taken back.
    #[error(
        "what `migrate dev sync` made can't be taken back: {}\n  what was made on top of it by hand has to go first; `migrate dev reset` begins anew",
        said(source.as_ref())
    )]
    Synced {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What `dev sync` made holds rows that would go.
    #[error(
        "what `migrate dev sync` made has to go first, and that loses:\n  {}\nwhere that is meant, `migrate dev sync --undo --allow all` takes it back",
        lost.join("\n  ")
    )]
    SyncedRows {
        /// What would go.
        lost: Vec<String>,
    },
    /// Rows can't be counted.
    #[error("the rows of {what} can't be counted; the role needs to read it: {}", said(source))]
    Count {
        /// The table or column.
        what: String,
        /// Why.
        source: sqlx::Error,
    },
    /// A revision of another branch has no SQL that takes it back.
    #[error(
        "`{revision}` is not among the revisions here, and its `down` runs code, which no history can keep; check out the branch that has it and run `migrate rollback` there, or begin anew with `migrate dev reset`"
    )]
    NoKeptSql {
        /// The revision.
        revision: String,
    },
    /// A revision of another branch is half applied.
    #[error(
        "`{revision}` is not among the revisions here, and is half applied; check out the branch that has it and finish it with `migrate apply`, or begin anew with `migrate dev reset`"
    )]
    SwitchHalfApplied {
        /// The revision.
        revision: String,
    },
    /// The kept SQL of a revision failed.
    #[error(
        "`{revision}` can't be taken back by the SQL that the history keeps: {}\n  check out the branch that has it and run `migrate rollback` there, or begin anew with `migrate dev reset`",
        said(source.as_ref())
    )]
    KeptSql {
        /// The revision.
        revision: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A rollback was interrupted.
    #[error("the rollback of `{revision}` was interrupted; finish it with `migrate rollback`")]
    HalfReverted {
        /// The revision.
        revision: String,
    },
    /// An apply was interrupted.
    #[error("`{revision}` is half applied; finish it with `migrate apply` before rolling back")]
    HalfApplied {
        /// The revision.
        revision: String,
    },
}

impl RunError {
    /// A revision or hook that failed where it has no steps, or after them.
    pub(crate) fn of_file(file: &str) -> impl Fn(RevisionError) -> Self + Copy {
        move |source| Self::Revision {
            file: file.to_owned(),
            step: None,
            steps_done: Vec::new(),
            source: source.into(),
        }
    }

    /// A direction of a revision that takes what nobody provides.
    pub(crate) fn dependency(revision: &Revision) -> impl FnOnce(MissingDependency) -> Self {
        let file = revision.file.to_owned();
        |source| Self::Dependency { file, source }
    }

    /// A question to a target that failed, as the role of its service where it has one.
    pub(crate) fn asked(target: &Target) -> impl FnOnce(sqlx::Error) -> Self {
        let connect = Self::connect(target);
        |source| match connect(source) {
            missing @ Self::RoleMissing { .. } => missing,
            Self::Connect { source, .. } | Self::Session { source, .. } => Self::Record { source },
            other => other,
        }
    }

    /// A target that can't be reached.
    pub(crate) fn connect(target: &Target) -> impl FnOnce(sqlx::Error) -> Self {
        let place = target.place();
        let role = target.session.role.as_ref().map(|role| role.as_str().to_owned());
        move |source| match (&source, role) {
            (sqlx::Error::Database(error), Some(role)) if is_about_role(error.as_ref(), &role) => {
                Self::RoleMissing { role, place }
            }
            (sqlx::Error::Database(error), _)
                if ["22", "42"].iter().any(|class| is_of_class(error.as_ref(), class)) =>
            {
                Self::Session { place, source }
            }
            _ => Self::Connect { place, source },
        }
    }
}

fn is_of_class(error: &dyn DatabaseError, class: &str) -> bool {
    error.code().is_some_and(|code| code.starts_with(class))
}

/// Whether a session can't take a role, since there is none of its name.
fn is_about_role(error: &dyn DatabaseError, role: &str) -> bool {
    error.code().as_deref() == Some("22023") && error.message().contains(&format!("\"{role}\""))
}

/// What to do about a server that can't be reached, by what it said.
fn remedy(source: &sqlx::Error) -> &'static str {
    match source.as_database_error() {
        Some(error) if is_of_class(error, "28") => "check user and password of the URL",
        Some(error) if is_of_class(error, "3D") => "check the name of the database in the URL",
        Some(error) if is_of_class(error, "53") => "wait until it has room for one more",
        Some(error) if error.message() == "query_wait_timeout" => {
            "the pooler had no session left, and a run takes two at once, one of them for its lock"
        }
        _ => "check the URL, and that the server runs",
    }
}

fn step_text(step: Option<&str>) -> String {
    step.map_or_else(String::new, |step| format!(", step `{step}`"))
}

fn progress_text(steps_done: &[String]) -> String {
    if steps_done.is_empty() {
        return String::new();
    }
    format!("\n  done and kept: {}; the next run goes on after them", steps_done.join(", "))
}

fn blockers_text(blockers: &[Blocker]) -> String {
    if blockers.is_empty() {
        return "; run it again when the database is less busy".to_owned();
    }
    let lines: Vec<String> =
        blockers.iter().map(|blocker| format!("\n  held by {blocker}")).collect();
    lines.concat()
}

//! Statements of a transaction that go to the server in one message, so that one far away is asked
//! once for many.

use std::sync::atomic::{AtomicI32, Ordering};

use futures_util::TryStreamExt as _;
use sqlx::error::DatabaseError;
use sqlx::{AssertSqlSafe, Either, Executor as _, PgConnection, Row as _};

use crate::sql::split::{is_closed, split};

use super::RevisionError;
use super::error::character;
use super::place::Place;

/// What tells which process of the server answers, as part of a `SELECT`.
pub(crate) const BACKEND: &str = "pg_catalog.pg_backend_pid() AS migrate_backend";

/// The column that tells whether the run's lock is still held.
pub(crate) const IS_HELD: &str = "migrate_lock_is_held";

/// The column that tells whether a revision of a service still runs as its role.
pub(super) const KEEPS_ROLE: &str = "migrate_keeps_role";

/// What the server says where the lock of the run is lost, or the role of the service was left.
const DIVISION_BY_ZERO: &str = "22012";

/// What it says of a whole message that has characters which the database has no place for.
const UNREADABLE: [&str; 2] = ["22021", "22P05"];

fn has_code(source: &sqlx::Error, code: &str) -> bool {
    source.as_database_error().and_then(DatabaseError::code).as_deref() == Some(code)
}

/// The character of a message that the database has no place for.
fn unreadable(source: &sqlx::Error) -> Option<String> {
    let error = source.as_database_error()?;
    UNREADABLE.iter().find(|code| error.code().as_deref() == Some(code))?;
    let bytes = error
        .message()
        .split(' ')
        .filter_map(|word| u8::from_str_radix(word.strip_prefix("0x")?.get(..2)?, 16).ok());
    String::from_utf8(bytes.collect()).ok().filter(|character| !character.is_empty())
}

/// How many statements one message holds, and how many bytes.
const MOST: usize = 100;
const MOST_BYTES: usize = 100_000;

/// Statements that are not sent yet.
#[derive(Default)]
pub(super) struct Batch {
    parts: Vec<Part>,
    bytes: usize,
    /// Whether the last statement would take in what follows it.
    is_open: bool,
}

struct Part {
    kind: PartKind,
    place: Option<Place>,
    sql: String,
    /// How many commands the server will say it has done.
    commands: usize,
}

/// What a part is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartKind {
    /// The work itself, and what it needs.
    Work,
    /// The history of it.
    History,
    /// The end of the transaction, and what comes after it.
    End,
}

/// What failed, and in which part.
pub(super) struct Failure {
    pub(super) error: RevisionError,
    pub(super) kind: PartKind,
}

impl Batch {
    /// Adds a statement.
    pub(super) fn push(&mut self, place: Option<Place>, sql: String) {
        self.is_open = place.is_some() && !is_closed(&sql);
        self.add(Part { kind: PartKind::Work, place, sql, commands: 1 });
    }

    /// Adds the statement that writes the history, and those that end the transaction.
    pub(super) fn push_end(&mut self, history: String, after: Option<String>) {
        let part = |kind, sql, commands| Part { kind, place: None, sql, commands };
        self.add(part(PartKind::History, history, 1));
        self.add(part(PartKind::End, "COMMIT".to_owned(), 1));
        if let Some(after) = after {
            let commands = split(&after).len();
            self.add(part(PartKind::End, after, commands));
        }
    }

    /// Adds several that belong together, such as those that begin a transaction.
    pub(super) fn push_several(&mut self, sql: String) {
        let commands = split(&sql).len();
        self.add(Part { kind: PartKind::Work, place: None, sql, commands });
    }

    fn add(&mut self, part: Part) {
        self.bytes += part.sql.len();
        self.parts.push(part);
    }

    /// Whether it is time to send them.
    pub(super) fn is_full(&self) -> bool {
        self.is_open || self.parts.len() >= MOST || self.bytes >= MOST_BYTES
    }

    /// Runs them. The server's process is noted where one of them tells it.
    pub(super) async fn run(
        self,
        connection: &mut PgConnection,
        backend: &AtomicI32,
    ) -> Result<(), Failure> {
        if self.parts.is_empty() {
            return Ok(());
        }
        let statements: Vec<&str> = self.parts.iter().map(|part| part.sql.as_str()).collect();
        let message = statements.join(SEPARATOR);
        let mut answers = connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(message)));
        let mut done = 0;
        loop {
            match answers.try_next().await {
                Ok(Some(Either::Left(_))) => done += 1,
                Ok(Some(Either::Right(row))) => {
                    if let Ok(pid) = row.try_get("migrate_backend") {
                        backend.store(pid, Ordering::Relaxed);
                    }
                }
                Ok(None) => return Ok(()),
                Err(source) => return Err(self.failed(done, source)),
            }
        }
    }

    /// The error of the statement that PostgreSQL points to, or else of the one that it was at: it
    /// reads all of a message before it runs the first.
    fn failed(&self, done: usize, source: sqlx::Error) -> Failure {
        let unreadable = unreadable(&source);
        if let Some(part) = unreadable.and_then(|character| {
            let mut own = self.parts.iter().filter(|part| part.place.is_some());
            own.find(|part| part.sql.contains(&character))
        }) {
            let error = RevisionError::statement(part.place, part.sql.as_str(), source);
            return Failure { error, kind: part.kind };
        }
        let position = character(&source);
        let (mut before, mut commands) = (0, 0);
        for (number, part) in (1..).zip(&self.parts) {
            let end = before + part.sql.chars().count();
            commands += part.commands;
            // A statement that ends too early is wrong at the semicolon after it.
            let is_it =
                position.map_or(commands > done, |position| position <= end + SEPARATOR.len());
            if is_it || number == self.parts.len() {
                return Failure { error: part.failed(before, source), kind: part.kind };
            }
            before = end + SEPARATOR.len();
        }
        Failure { error: RevisionError::statement(None, "", source), kind: PartKind::Work }
    }
}

impl Part {
    /// The error of it, where so many characters of the message come before it.
    fn failed(&self, before: usize, source: sqlx::Error) -> RevisionError {
        let asks = |column| self.sql.contains(column) && has_code(&source, DIVISION_BY_ZERO);
        match self.kind {
            _ if asks(IS_HELD) => RevisionError::LockLost,
            _ if asks(KEEPS_ROLE) => RevisionError::RoleLeft,
            PartKind::History => RevisionError::History { source },
            PartKind::Work | PartKind::End => {
                RevisionError::within(self.place, self.sql.as_str(), before, source)
            }
        }
    }
}

/// A line of its own, since a statement may end in a comment.
const SEPARATOR: &str = ";\n";

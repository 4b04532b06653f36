//! One direction of a SQL revision: its statements, and how they run.

use std::path::Path;

use crate::sql::split::{Part, Statement, split};

use super::place::Place;
use super::sql_chain::read_text;
use super::sql_options::SqlOptions;
use super::sql_statement::{ConcurrentIndex, SqlStatement, is_word, sql_words};
use super::{Migrator, Result, RevisionError, SqlFileError};

/// The statements of a SQL file.
#[derive(Debug, Clone)]
pub struct SqlScript {
    file: &'static str,
    without_transaction: bool,
    statements: Vec<SqlStatement>,
}

/// Statements that begin or end a transaction, which is the runner's business.
const TRANSACTION_CONTROL: [&str; 8] =
    ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"];

/// What to do about them.
const RUN_BY_ITSELF: &str =
    "leave it out; `-- migrate: transaction = none` at the top runs each statement by itself";

impl SqlScript {
    /// Cuts a file into statements.
    pub(super) fn parse(
        file: &'static str,
        text: &'static str,
        without_transaction: bool,
    ) -> std::result::Result<Self, SqlFileError> {
        let refuse = |line, what: String, instead: &'static str| SqlFileError::Statement {
            file: file.to_owned(),
            line,
            what,
            instead,
        };
        let mut statements = Vec::new();
        for part in split(text) {
            match part {
                Part::Command { line, text } => {
                    let what = format!("`{text}` is a command of psql");
                    return Err(refuse(line, what, "write the SQL that it stands for"));
                }
                Part::Statement(statement) => {
                    if let Some((what, mut instead)) = refused(&statement) {
                        if without_transaction && instead == RUN_BY_ITSELF {
                            instead = "leave it out; each statement of this file runs by itself";
                        }
                        return Err(refuse(statement.line, what, instead));
                    }
                    let place = Place::Sql { file, line: statement.line };
                    statements.push(SqlStatement { place, written: statement });
                }
            }
        }
        Ok(Self { file, without_transaction, statements })
    }

    /// Reads a file that is no revision. What runs in the transaction of another can't stay out of
    /// one.
    pub(crate) fn read(
        path: &Path,
        in_transaction: bool,
    ) -> std::result::Result<Self, SqlFileError> {
        let file: &'static str = path.display().to_string().leak();
        let text = read_text(path)
            .map_err(|source| SqlFileError::Read { path: file.to_owned(), source })?;
        let text: &'static str = text.leak();
        let options = SqlOptions::parse(file, text)?;
        if options.is_of_the_whole_revision() {
            let problem = "only `transaction` is said in a hook; it runs as its revision does, and after all by the settings of the run".to_owned();
            return Err(SqlFileError::Option { file: file.to_owned(), line: 1, problem });
        }
        let without_transaction = options.without_transaction;
        if without_transaction && in_transaction {
            return Err(SqlFileError::Option {
                file: file.to_owned(),
                line: 1,
                problem: "this runs in the transaction of each revision, so it can't have `transaction = none`".to_owned(),
            });
        }
        Self::parse(file, text, without_transaction)
    }

    /// The file.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// Whether there is no statement.
    pub(super) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Whether each statement runs by itself, outside a transaction.
    pub fn runs_outside_transaction(&self) -> bool {
        self.without_transaction
    }

    /// Runs the statements: all in one transaction, or each as a step outside one.
    pub(crate) async fn run(&self, db: &mut Migrator) -> Result<()> {
        if !self.without_transaction {
            for statement in &self.statements {
                db.run_sql(statement.written.sql, statement.place).await?;
                if statement.leaves_schema() {
                    db.search_again("SET LOCAL");
                }
                // It may change how the server reads what comes after it.
                if statement.is_setting() {
                    db.catch_up().await?;
                }
            }
            return Ok(());
        }
        // The history is written with our own role between two statements.
        let mut roles = Vec::new();
        let is_new_session = db.is_unprepared();
        let mut gone = None;
        for (number, statement) in (1..).zip(&self.statements) {
            if statement.is_setting() {
                db.run_setting(statement.written.sql, statement.place).await?;
                if statement.leaves_schema() {
                    db.search_again("SET");
                }
                if statement.changes_role() {
                    roles.push(statement);
                }
                continue;
            }
            let step = format!("statement {number}");
            match db.finished_steps.contains(&step) {
                true if is_new_session && statement.is_of_its_session() => gone = Some(statement),
                true => {}
                false => require_session(gone, &step)?,
            }
            let work = async |db: &mut Migrator| {
                for role in &roles {
                    db.take_role(role.written.sql, role.place).await?;
                }
                db.run_repeatable(statement).await
            };
            db.outside_transaction(&step, work).await?;
        }
        Ok(())
    }
}

/// Refuses to go on in a session that lacks what a statement made in the one of an earlier run.
fn require_session(
    gone: Option<&SqlStatement>,
    step: &str,
) -> std::result::Result<(), RevisionError> {
    let Some(statement) = gone else { return Ok(()) };
    Err(RevisionError::SessionGone {
        place: statement.place.to_string(),
        sql: statement.written.sql.to_owned(),
        step: step.to_owned(),
    })
}

impl Migrator {
    /// Runs a statement outside a transaction, where an earlier run may have stopped in it.
    async fn run_repeatable(&mut self, statement: &SqlStatement) -> Result<()> {
        let (sql, place) = (statement.written.sql, statement.place);
        let filled = self.with_schema(sql);
        match statement.concurrent_index(&filled) {
            Some(ConcurrentIndex::Named(index)) => {
                self.own_sql = true;
                return Ok(self.build_index_as_written(&index, filled, place).await?);
            }
            Some(ConcurrentIndex::Unnamed { table }) if !self.is_interrupted() => {
                self.own_sql = true;
                return Ok(self.build_unnamed_index(&table, filled, place).await?);
            }
            Some(ConcurrentIndex::Unnamed { .. }) | None => {}
        }
        if let Some(relation) = statement.rebuilt_concurrently(&filled) {
            self.own_sql = true;
            return Ok(self.rebuild_indexes(&relation, filled.clone(), place).await?);
        }
        if let Some(partition) = statement.detached_concurrently(&filled) {
            self.own_sql = true;
            return Ok(self.detach_partition(&partition, filled.clone(), place).await?);
        }
        if self.is_interrupted() && !statement.can_be_repeated() {
            return Err(RevisionError::Interrupted {
                revision: self.revision.clone(),
                step: self.open_step().unwrap_or_default(),
                place: place.to_string(),
                sql: sql.to_owned(),
            }
            .into());
        }
        self.run_sql(sql, place).await
    }
}

/// Why a statement can't stand in a revision, and what to do instead.
fn refused(statement: &Statement<'_>) -> Option<(String, &'static str)> {
    if statement.words.is_empty() && statement.sql.starts_with("/*") {
        return Some(("a comment begins here and never ends".to_owned(), "end it with `*/`"));
    }
    let first = statement.words.first()?;
    if TRANSACTION_CONTROL.contains(&first.as_str())
        || statement.begins(&["PREPARE", "TRANSACTION"])
    {
        return Some((
            format!("`{first}` begins or ends a transaction, which the run does"),
            RUN_BY_ITSELF,
        ));
    }
    if statement.begins(&["RESET", "ALL"]) || statement.begins(&["DISCARD", "ALL"]) {
        return Some((
            format!("`{first} ALL` takes the settings of the run away, the schema among them"),
            "reset by name what was set",
        ));
    }
    if first == "LISTEN" {
        let what = "`LISTEN` waits for notifications, which no run takes".to_owned();
        return Some((what, "leave it out"));
    }
    let copies = |preposition, end| {
        let mut words = sql_words(statement.sql).skip_while(|word| !is_word(word, preposition));
        first == "COPY" && words.nth(1).is_some_and(|word| is_word(word, end))
    };
    if copies("TO", "STDOUT") {
        let what = "`COPY … TO stdout` gives rows to psql".to_owned();
        return Some((what, "no revision needs it; leave it out"));
    }
    copies("FROM", "STDIN").then(|| {
        ("`COPY … FROM stdin` takes rows from psql".to_owned(), "write the rows as `INSERT`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &'static str) -> std::result::Result<SqlScript, SqlFileError> {
        SqlScript::parse("V1__a.sql", text, false)
    }

    #[test]
    fn transactions_copy_and_commands_of_psql_are_refused_by_line() {
        for text in [
            "SELECT 1;\nCOMMIT;",
            "SELECT 1;\ncopy t from stdin;\n",
            "SELECT 1;\ncopy (select to_char(now(), 'y')) to stdout;\n",
            "SELECT 1;\nreset all;\n",
            "SELECT 1;\nlisten a;\n",
            "SELECT 1;\n/* and /* no */ end\nSELECT 2;",
            "SELECT 1;\n\\d t",
        ] {
            let error = parse(text).expect_err("it is refused").to_string();
            assert!(error.starts_with("V1__a.sql:2: "), "{error}");
        }
    }
}

//! The migrator: the revision's connection, its transaction or steps, and what it ran.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicI32;

use indexmap::IndexSet;
use sqlx::PgConnection;

use crate::catalog::Ident;
use crate::plan::{Hazard, Made};

use super::batch::{Batch, Failure, PartKind};
use super::current_schema::with_schema;
use super::place::Place;
use super::setup::Setup;
use super::{Allowance, Header, RevisionError};

/// What `up` and `down` work with.
///
/// In a transaction the server gets the statements of several verbs at once, at the latest when
/// something else asks it, or when the transaction ends; an error names the verb that it is of.
pub struct Migrator {
    pub(super) revision: String,
    pub(super) connection: Option<PgConnection>,
    /// As `server_version_num`; 0 where nobody knows on what it will run.
    pub(super) server_version: u32,
    pub(super) progress: Progress,
    pub(super) log: Vec<Executed>,
    pub(super) finished_steps: IndexSet<String>,
    pub(super) seen_steps: BTreeSet<String>,
    pub(super) interrupted_step: Option<String>,
    /// The step outside a transaction that may have done a part of its work.
    pub(super) begun_step: Option<String>,
    pub(super) journal: Option<Journal>,
    pub(super) replay: bool,
    pub(super) allowances: Option<&'static [Allowance]>,
    /// What the revision's header says of both directions.
    pub(super) said: &'static [Allowance],
    target_schema: String,
    /// In a box, for revisions' futures hold the migrator.
    pub(super) setup: Box<Setup>,
    /// What the transaction has to run and the server wasn't told yet.
    pub(super) waiting: Batch,
    backend: Arc<AtomicI32>,
    /// What the next statement may hurt.
    pub(super) hazards: Vec<Hazard>,
    /// Whether the next statement is somebody's own SQL.
    pub(super) own_sql: bool,
    /// What this revision made.
    pub(super) made: Made,
}

/// How far a revision is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing ran.
    Untouched,
    /// One transaction holds everything.
    Transaction,
    /// It is committed, or will be with what is waiting.
    Committed,
    /// Between two steps.
    BetweenSteps,
    /// In a step.
    Step { name: String, outside: bool },
}

/// One piece of work that ran, or would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    /// The step that it is in.
    pub step: Option<String>,
    /// Whether it runs outside a transaction.
    pub outside_transaction: bool,
    /// What it is.
    pub work: Work,
    /// What it may hurt.
    pub hazards: Vec<Hazard>,
    /// Whether it is somebody's own SQL and no verb's.
    pub own_sql: bool,
}

/// What runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// A statement.
    Sql(String),
    /// Code that asks for the connection, which only a live run can tell more about.
    Code {
        /// The file and line that asks.
        place: String,
    },
}

impl Executed {
    /// The statement, where it is one.
    pub fn sql(&self) -> Option<&str> {
        match &self.work {
            Work::Sql(sql) => Some(sql),
            Work::Code { .. } => None,
        }
    }
}

/// How finished steps are written down; the statements take the revision and the step, the last
/// one also the step's SQL.
#[derive(Debug, Clone)]
pub struct Journal {
    /// Marks the revision as running.
    pub start: String,
    /// Takes that mark away where nothing was done.
    pub forget: String,
    /// Marks a step as begun.
    pub begin_step: String,
    /// Takes that mark away from a step of which nothing ran.
    pub forget_step: String,
    /// Marks a step as finished.
    pub finish_step: String,
}

/// How a revision's work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Its one transaction is still open, for the history.
    OpenTransaction,
    /// Its one transaction is committed, with its history.
    Committed,
    /// Its steps are all committed.
    Steps,
}

impl Migrator {
    /// A migrator that runs statements. `SET`s that a target needs were done on the connection.
    pub fn live(connection: PgConnection, revision: &str, target_schema: &str) -> Self {
        let server_version = connection.server_version_num().unwrap_or_default();
        let connection = Some(connection);
        Self { connection, server_version, ..Self::recording(revision, target_schema) }
    }

    /// A migrator that only writes statements down.
    pub fn recording(revision: &str, target_schema: &str) -> Self {
        Self {
            revision: revision.to_owned(),
            connection: None,
            server_version: 0,
            progress: Progress::Untouched,
            log: Vec::new(),
            finished_steps: IndexSet::new(),
            seen_steps: BTreeSet::new(),
            interrupted_step: None,
            begun_step: None,
            journal: None,
            replay: false,
            allowances: None,
            said: &[],
            target_schema: target_schema.to_owned(),
            setup: Box::default(),
            waiting: Batch::default(),
            backend: Arc::default(),
            hazards: Vec::new(),
            own_sql: false,
            made: Made::default(),
        }
    }

    /// Marks this as a replay on a scratch database, where steps that only move data are skipped.
    #[must_use]
    pub fn replaying(mut self) -> Self {
        self.replay = true;
        self
    }

    /// Writes down what a server of this `server_version_num` runs.
    #[must_use]
    pub(crate) fn for_server(mut self, server_version: u32) -> Self {
        self.server_version = server_version;
        self
    }

    /// Sets the session with these statements before anything runs outside a transaction.
    #[must_use]
    pub(crate) fn preparing(mut self, preparation: String) -> Self {
        self.setup.preparation = Some(preparation);
        self
    }

    /// The same in a session that is not its own, of which nothing is set.
    #[must_use]
    pub(crate) fn in_shared_session(mut self) -> Self {
        self.setup.preparation = None;
        self
    }

    /// Looks names up in these schemas, also after a statement took the setting back.
    #[must_use]
    pub(crate) fn searching(mut self, schemas: String) -> Self {
        self.setup.search_path = Some(schemas);
        self
    }

    /// Whether nothing has set this session yet for what runs outside transactions.
    pub(crate) fn is_unprepared(&self) -> bool {
        self.setup.preparation.is_some()
    }

    /// Takes away with these statements what is set in the session, when it commits by itself and
    /// anything may be.
    #[must_use]
    pub(crate) fn forgetting(mut self, statements: String) -> Self {
        self.setup.forgetting = Some(statements);
        self
    }

    /// Begins each transaction with these statements, `BEGIN` included.
    #[must_use]
    pub fn opening(mut self, opening: String) -> Self {
        self.setup.opening = opening;
        self
    }

    /// Begins each step outside a transaction with this query.
    #[must_use]
    pub(crate) fn asking(mut self, question: String) -> Self {
        self.setup.question = Some(question);
        self
    }

    /// Refuses to destroy anything but this.
    #[must_use]
    pub fn allowing(mut self, allowances: &'static [Allowance]) -> Self {
        self.allowances = Some(allowances);
        self
    }

    /// Believes what the revision's header says of what it destroys.
    #[must_use]
    pub fn believing(mut self, header: &Header) -> Self {
        self.said = header.allowances;
        self
    }

    /// Skips steps that are finished.
    #[must_use]
    pub(crate) fn skipping(mut self, finished: Vec<String>) -> Self {
        self.finished_steps = finished.into_iter().collect();
        self
    }

    /// Writes steps down, and skips those that are finished.
    #[must_use]
    pub fn journaled(
        mut self,
        journal: Journal,
        finished: Vec<String>,
        interrupted: Option<String>,
    ) -> Self {
        self.journal = Some(journal);
        self.finished_steps = finished.into_iter().collect();
        self.interrupted_step = interrupted;
        self
    }

    /// Whether this runs on a scratch database, to learn what the revisions build.
    pub fn is_replay(&self) -> bool {
        self.replay
    }

    /// The target schema, quoted for SQL.
    pub fn schema(&self) -> String {
        Ident::new(self.target_schema.as_str()).to_string()
    }

    /// The revision's own connection, inside its transaction or step, for sqlx.
    #[track_caller]
    pub fn conn(&mut self) -> impl Future<Output = super::Result<&mut PgConnection>> + Send {
        let place = Place::caller();
        async move {
            self.enter(place, false)?;
            if self.connection.is_none() {
                self.note(Work::Code { place: place.to_string() });
            }
            self.setup.session_may_be_set = true;
            match self.caught_up().await? {
                Some(connection) => Ok(connection),
                None => Err(RevisionError::NoConnection.into()),
            }
        }
    }

    /// What ran so far.
    pub fn executed(&self) -> &[Executed] {
        &self.log
    }

    /// Makes sure that a statement may run now; the first one of a revision without steps begins
    /// its transaction.
    pub(super) fn enter(
        &mut self,
        place: Place,
        needs_no_transaction: bool,
    ) -> Result<(), RevisionError> {
        let place_text = || place.to_string();
        match &self.progress {
            Progress::BetweenSteps => Err(RevisionError::OutsideStep { place: place_text() }),
            Progress::Step { outside: true, .. } => Ok(()),
            _ if needs_no_transaction => {
                Err(RevisionError::NeedsNoTransaction { place: place_text() })
            }
            Progress::Transaction | Progress::Committed | Progress::Step { outside: false, .. } => {
                Ok(())
            }
            Progress::Untouched => {
                self.begin();
                self.progress = Progress::Transaction;
                Ok(())
            }
        }
    }

    /// Begins a transaction.
    pub(super) fn begin(&mut self) {
        if self.connection.is_some() {
            self.waiting.push_several(self.setup.opening.clone());
        }
    }

    /// Sets the session where no transaction begins with that.
    pub(super) fn prepare(&mut self) {
        if let Some(preparation) = self.setup.preparation.take() {
            self.waiting.push_several(preparation);
        }
    }

    /// Looks names up again in the schemas of the run.
    pub(super) fn search_again(&mut self, set: &str) {
        if let Some(schemas) = self.setup.search_path.clone() {
            self.queue(None, &format!("{set} search_path = {schemas}"));
        }
    }

    /// Makes the session ready for a step outside a transaction.
    pub(super) async fn stand_outside(&mut self) -> Result<(), RevisionError> {
        self.prepare();
        if let Some(question) = self.setup.question.clone() {
            self.queue(None, &question);
        }
        self.ask_role();
        self.catch_up().await
    }

    /// Sends what is waiting.
    pub(crate) async fn catch_up(&mut self) -> Result<(), RevisionError> {
        self.caught_up().await.map(drop)
    }

    /// The connection, when the server has done all that it was to do so far.
    pub(super) async fn caught_up(&mut self) -> Result<Option<&mut PgConnection>, RevisionError> {
        let Some(connection) = &mut self.connection else { return Ok(None) };
        match std::mem::take(&mut self.waiting).run(connection, &self.backend).await {
            Ok(()) => Ok(Some(connection)),
            Err(Failure { error, kind }) => {
                // Before its end a transaction is still open.
                if self.progress == Progress::Committed && kind != PartKind::End {
                    self.progress = Progress::Transaction;
                }
                Err(error)
            }
        }
    }

    /// The server's process that this works with, once it is known.
    pub(crate) fn backend(&self) -> Arc<AtomicI32> {
        Arc::clone(&self.backend)
    }

    /// The step that is open.
    pub(crate) fn open_step(&self) -> Option<String> {
        match &self.progress {
            Progress::Step { name, .. } => Some(name.clone()),
            _ => None,
        }
    }

    /// The step outside a transaction that was left in the middle: what it did is not taken back.
    pub(crate) fn begun_step(&self) -> Option<String> {
        self.begun_step.clone()
    }

    /// Whether an earlier run stopped within the step that is open.
    pub(super) fn is_interrupted(&self) -> bool {
        matches!(&self.progress, Progress::Step { name, .. } if self.interrupted_step.as_ref() == Some(name))
    }

    /// The steps that are done.
    pub(crate) fn finished_steps(&self) -> Vec<String> {
        self.finished_steps.iter().cloned().collect()
    }

    /// Sends a statement that is no part of the revision's log.
    pub(super) async fn send(&mut self, sql: &str) -> Result<(), RevisionError> {
        self.queue(None, sql);
        self.catch_up().await
    }

    /// Runs a statement of the revision, after what is waiting, and writes it down.
    pub(super) async fn run_statement(
        &mut self,
        place: Place,
        sql: String,
    ) -> Result<(), RevisionError> {
        self.queue(Some(place), &sql);
        self.catch_up().await?;
        self.write_down(sql);
        Ok(())
    }

    /// Runs a statement of a verb and writes it down. In a transaction it may wait for others to be
    /// sent with it: whatever asks the server comes after them. Outside one it is written down after
    /// it ran, since what is written down there is known to be done.
    pub(super) async fn run_with_others(
        &mut self,
        place: Place,
        sql: String,
    ) -> Result<(), RevisionError> {
        let in_transaction = match &self.progress {
            Progress::Transaction | Progress::Step { outside: false, .. } => true,
            Progress::Step { outside: true, .. }
            | Progress::Untouched
            | Progress::Committed
            | Progress::BetweenSteps => false,
        };
        if !in_transaction {
            return self.run_statement(place, sql).await;
        }
        self.queue(Some(place), &sql);
        self.write_down(sql);
        if self.waiting.is_full() {
            return self.catch_up().await;
        }
        Ok(())
    }

    pub(super) fn queue(&mut self, place: Option<Place>, sql: &str) {
        if self.connection.is_some() {
            self.waiting.push(place, sql.to_owned());
        }
    }

    /// SQL with the target schema in the place of its token.
    pub(super) fn with_schema(&self, sql: &str) -> String {
        with_schema(sql, &Ident::new(self.target_schema.as_str()))
    }

    pub(super) fn write_down(&mut self, sql: String) {
        self.note(Work::Sql(sql));
    }

    /// Whether the last thing written down is code that can't be run without a connection.
    pub(crate) fn stops_at_code(&self) -> bool {
        matches!(self.log.last(), Some(Executed { work: Work::Code { .. }, .. }))
    }

    fn note(&mut self, work: Work) {
        let (step, outside_transaction) = match &self.progress {
            Progress::Step { name, outside } => (Some(name.clone()), *outside),
            _ => (None, false),
        };
        let hazards = std::mem::take(&mut self.hazards);
        let own_sql = std::mem::take(&mut self.own_sql);
        if let (true, Work::Sql(sql)) = (own_sql, &work) {
            self.setup.note(sql);
        }
        self.log.push(Executed { step, outside_transaction, work, hazards, own_sql });
    }

    /// Ends a transaction that holds everything in the message of what is waiting, with the statement
    /// that writes down what ran.
    pub(crate) fn conclude(&mut self, history: impl FnOnce(&[Executed]) -> String) {
        if self.progress == Progress::Transaction && self.connection.is_some() {
            self.return_role();
            let may_be_set = self.setup.session_may_be_set;
            let after = self.setup.forgetting.take().filter(|_| may_be_set);
            self.waiting.push_end(history(&self.log), after);
            self.progress = Progress::Committed;
        }
    }

    /// Ends the revision's work. A transaction stays open, so that the history can join it.
    pub async fn finish(
        mut self,
    ) -> Result<(Option<PgConnection>, Vec<Executed>, Finish), RevisionError> {
        let finish = self.end();
        if finish != Finish::Committed {
            self.return_role();
        }
        self.catch_up().await?;
        Ok((self.connection, self.log, finish))
    }

    /// Ends the revision's work and commits it, without a history.
    pub(crate) async fn commit(mut self) -> Result<PgConnection, RevisionError> {
        if self.end() == Finish::OpenTransaction {
            self.queue(None, "COMMIT");
        }
        if let Some(forgetting) = self.setup.forgetting.take() {
            self.waiting.push_several(forgetting);
        }
        self.catch_up().await?;
        self.connection.ok_or(RevisionError::NoConnection)
    }

    fn end(&mut self) -> Finish {
        match self.progress {
            Progress::Untouched => {
                self.begin();
                Finish::OpenTransaction
            }
            Progress::Transaction => Finish::OpenTransaction,
            Progress::Committed => Finish::Committed,
            Progress::BetweenSteps | Progress::Step { .. } => Finish::Steps,
        }
    }

    /// Gives up: rolls back what is open and returns the connection.
    pub async fn abandon(mut self) -> Option<PgConnection> {
        let is_open = match &self.progress {
            Progress::Transaction => true,
            Progress::Step { outside, .. } => !outside,
            Progress::Untouched | Progress::Committed | Progress::BetweenSteps => false,
        };
        self.waiting = Batch::default();
        if is_open && self.send("ROLLBACK").await.is_err() {
            return None;
        }
        self.connection
    }
}

//! Steps: named parts of a revision, each in its own transaction or outside one, journaled so that
//! a rerun goes on where the last run stopped.

use crate::sql::split::{Part, split};
use crate::sql::with_values;

use super::migrator::Progress;
use super::{Executed, Migrator, Result, RevisionError};

impl Migrator {
    /// A step in its own transaction.
    pub async fn transaction(
        &mut self,
        name: &str,
        work: impl AsyncFnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if !self.open(name, false).await? {
            return Ok(());
        }
        let outcome = work(self).await;
        self.unless_only_recording(outcome)?;
        self.close(name, false).await
    }

    /// A step outside a transaction, for what PostgreSQL refuses in one, and for batches.
    pub async fn outside_transaction(
        &mut self,
        name: &str,
        work: impl AsyncFnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if !self.open(name, true).await? {
            return Ok(());
        }
        let outcome = work(self).await;
        if outcome.as_ref().is_err_and(|error| was_refused(error.as_ref())) {
            self.forget(name).await;
        }
        self.unless_only_recording(outcome)?;
        self.close(name, true).await
    }

    /// A step in its own transaction that only moves data: a replay on a scratch database, which
    /// has no rows, leaves it out.
    pub async fn data(
        &mut self,
        name: &str,
        work: impl AsyncFnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if self.replay {
            self.begin_steps(name)?;
            return Ok(());
        }
        self.transaction(name, work).await
    }

    /// Code that found no connection ends its own step, not what comes after it.
    fn unless_only_recording(&self, outcome: Result<()>) -> Result<()> {
        match outcome {
            Err(_) if self.stops_at_code() => Ok(()),
            outcome => outcome,
        }
    }

    fn begin_steps(&mut self, name: &str) -> Result<()> {
        let step = name.to_owned();
        match &self.progress {
            Progress::Transaction | Progress::Committed => {
                return Err(RevisionError::StepAfterVerb { step }.into());
            }
            Progress::Step { name: outer, .. } => {
                return Err(RevisionError::NestedStep { outer: outer.clone(), inner: step }.into());
            }
            Progress::Untouched | Progress::BetweenSteps => {}
        }
        self.progress = Progress::BetweenSteps;
        if !self.seen_steps.insert(step.clone()) {
            return Err(RevisionError::DuplicateStep { step }.into());
        }
        Ok(())
    }

    /// Opens a step unless it is finished.
    async fn open(&mut self, name: &str, outside: bool) -> Result<bool> {
        self.begin_steps(name)?;
        if self.finished_steps.contains(name) {
            return Ok(false);
        }
        if outside {
            self.stand_outside().await?;
        }
        if let Some(journal) = self.journal.clone() {
            self.return_role();
            self.journal(&journal.start, name, None);
            if outside {
                self.journal(&journal.begin_step, name, None);
            }
            self.catch_up().await?;
        }
        if !outside {
            self.begin();
        }
        self.progress = Progress::Step { name: name.to_owned(), outside };
        self.begun_step = outside.then(|| name.to_owned());
        Ok(true)
    }

    /// A step whose first statement the server refused has done nothing.
    async fn forget(&mut self, name: &str) {
        let ran = self.log.iter().any(|one| one.step.as_deref() == Some(name));
        if let Some(journal) = self.journal.clone().filter(|_| !ran && !self.is_interrupted()) {
            self.return_role();
            self.journal(&journal.forget_step, name, None);
            self.catch_up().await.ok();
            self.begun_step = None;
        }
    }

    async fn close(&mut self, name: &str, outside: bool) -> Result<()> {
        if !outside && self.ask_role() {
            self.catch_up().await?;
        }
        self.return_role();
        if let Some(journal) = self.journal.clone() {
            let of_step = self.log.iter().filter(|one| one.step.as_deref() == Some(name));
            let statements = of_step.filter_map(Executed::sql);
            let script: Vec<String> = statements.map(|sql| format!("{sql};\n")).collect();
            self.journal(&journal.finish_step, name, Some(&script.concat()));
        }
        if !outside {
            self.queue(None, "COMMIT");
        }
        self.catch_up().await?;
        self.finished_steps.insert(name.to_owned());
        self.begun_step = None;
        self.progress = Progress::BetweenSteps;
        Ok(())
    }

    fn journal(&mut self, sql: &str, step: &str, script: Option<&str>) {
        let sql = with_values(sql, &[Some(&self.revision), Some(step), script]);
        if let Some(writer) = self.setup.writer.clone() {
            self.queue(None, &writer);
        }
        self.queue(None, &sql);
    }
}

/// Whether the server answered a statement with an error, so that it is known not to have run. A
/// procedure or block may have committed a part of its work before.
fn was_refused(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let is_answer = |error: &sqlx::Error| matches!(error, sqlx::Error::Database(_));
    match error.downcast_ref::<RevisionError>() {
        Some(RevisionError::Statement { sql, source, .. }) => is_answer(source) && !may_commit(sql),
        Some(_) => false,
        None => error.downcast_ref::<sqlx::Error>().is_some_and(is_answer),
    }
}

fn may_commit(sql: &str) -> bool {
    split(sql).iter().any(|part| match part {
        Part::Statement(statement) => statement.begins(&["CALL"]) || statement.begins(&["DO"]),
        Part::Command { .. } => false,
    })
}

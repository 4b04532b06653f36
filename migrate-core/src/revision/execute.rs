//! SQL that no verb covers.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use sqlx::{Executor, Row};

use super::migrator::Progress;
use super::place::Place;
use super::{Migrator, Result, RevisionError};

/// `execute`, which may say how to see that it ran before.
#[must_use = "a verb runs when it is awaited"]
pub struct Execute<'a> {
    db: &'a mut Migrator,
    sql: String,
    done_when: Option<String>,
    place: Place,
}

impl Execute<'_> {
    /// A query that gives one boolean: whether the statement has run. It matters outside a
    /// transaction, where a rerun after an interruption can't know otherwise.
    pub fn done_when(mut self, query: &str) -> Self {
        self.done_when = Some(query.to_owned());
        self
    }

    async fn run(self) -> Result<()> {
        let Self { db, sql, done_when, place } = self;
        db.enter(place, false)?;
        db.own_sql = true;
        let sql = db.with_schema(&sql);
        if let Some(query) = done_when
            && let Some(connection) = db.caught_up().await?
        {
            let done: bool = connection
                .fetch_one(sqlx::raw_sql(sqlx::AssertSqlSafe(query.clone())))
                .await
                .and_then(|row| row.try_get(0))
                .map_err(|source| RevisionError::statement(Some(place), query, source))?;
            if done {
                db.write_down(sql);
                return Ok(());
            }
        } else if let Progress::Step { name, outside: true } = &db.progress
            && db.is_interrupted()
        {
            return Err(RevisionError::Interrupted {
                revision: db.revision.clone(),
                step: name.clone(),
                place: place.to_string(),
                sql,
            }
            .into());
        }
        db.run_statement(place, sql).await?;
        Ok(())
    }
}

impl<'a> IntoFuture for Execute<'a> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl Migrator {
    /// Runs a statement of a SQL file, in a transaction with those around it.
    pub(super) async fn run_sql(&mut self, sql: &str, place: Place) -> Result<()> {
        self.enter(place, false)?;
        self.own_sql = true;
        let sql = self.with_schema(sql);
        self.run_with_others(place, sql).await?;
        Ok(())
    }

    /// Sets the session for the statements after it, outside steps.
    pub(super) async fn run_setting(&mut self, sql: &str, place: Place) -> Result<()> {
        self.prepare();
        self.own_sql = true;
        let sql = self.with_schema(sql);
        self.run_statement(place, sql).await?;
        Ok(())
    }

    /// Takes a role again that a setting took before.
    pub(super) async fn take_role(&mut self, sql: &str, place: Place) -> Result<()> {
        let sql = self.with_schema(sql);
        self.queue(Some(place), &sql);
        self.catch_up().await?;
        Ok(())
    }

    /// Runs SQL as it is; `{current_schema}` in it becomes the target schema.
    #[track_caller]
    pub fn execute(&mut self, sql: impl Into<String>) -> Execute<'_> {
        Execute { db: self, sql: sql.into(), done_when: None, place: Place::caller() }
    }
}

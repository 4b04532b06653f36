//! The sessions that revisions run in.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use crate::history::Record;
use crate::revision::{Finish, Header, Migrator, RevisionError, RunAs};
use crate::sql::with_values;
use crate::target::{PATIENT, Target, UNSET};

use super::lock::MigrationLock;
use super::{RunError, RunSettings};

/// The two connections of a worker, kept from one target of a database to the next.
#[derive(Debug, Default)]
pub(super) struct Connections {
    /// For revisions and the history.
    work: Option<PgConnection>,
    /// For the lock.
    pub(super) lock: Option<PgConnection>,
    /// Whether a pooler gives each transaction another session, once somebody asked.
    pub(super) is_shared: Option<bool>,
}

impl Connections {
    /// The connection for work on a target.
    pub(super) async fn work(&mut self, target: &Target) -> Result<PgConnection, RunError> {
        match self.work.take() {
            None => open(target).await,
            Some(mut kept) => {
                Target::reset(&mut kept).await.map_err(RunError::connect(target))?;
                Ok(kept)
            }
        }
    }

    /// Keeps a connection for the next target.
    pub(super) fn keep(&mut self, connection: PgConnection) {
        self.work = Some(connection);
    }

    /// Ends both. Behind a pooler the session for work may live on, for others.
    pub(super) async fn close(self) {
        if let Some(work) = self.work {
            leave(work).await;
        }
        if let Some(lock) = self.lock {
            lock.close().await.ok();
        }
    }
}

/// Leaves a session as it was found.
pub(super) async fn leave(mut connection: PgConnection) {
    let sql = format!("{UNSET}; DISCARD TEMP");
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.ok();
    connection.close().await.ok();
}

/// A connection to a server that takes changes. Nothing of it is set that others would mind, since a
/// pooler may give the session to them after each transaction.
pub(super) async fn open(target: &Target) -> Result<PgConnection, RunError> {
    if target.schema.as_str() == "$user" {
        return Err(RunError::UserSchema);
    }
    let mut connection = target.open().await.map_err(RunError::connect(target))?;
    require_changeable(target, &mut connection).await?;
    Ok(connection)
}

/// A connection to a server that takes changes, in a transaction as the target needs it.
pub(super) async fn connect(target: &Target) -> Result<PgConnection, RunError> {
    let mut connection = open(target).await?;
    begin(target, &mut connection).await?;
    Ok(connection)
}

/// Begins a transaction as the target needs it.
pub(super) async fn begin(target: &Target, connection: &mut PgConnection) -> Result<(), RunError> {
    target.begin(connection, "BEGIN").await.map_err(RunError::connect(target))
}

/// Sees that a transaction is open for what the history gets: that of a revision, or its own after steps.
pub(super) async fn begin_after(
    finish: Finish,
    target: &Target,
    connection: &mut PgConnection,
) -> Result<(), RunError> {
    match finish {
        Finish::OpenTransaction | Finish::Committed => Ok(()),
        Finish::Steps => begin(target, connection).await,
    }
}

/// Commits, and leaves the session as it was found.
pub(super) async fn commit(connection: &mut PgConnection) -> Result<(), RunError> {
    let committed = sqlx::raw_sql(AssertSqlSafe(committing())).execute(connection).await;
    committed.map(drop).map_err(|source| RunError::Record { source })
}

/// The same of what a revision did, which a check may refuse that waits for the end.
pub(super) async fn commit_work(connection: &mut PgConnection, file: &str) -> Result<(), RunError> {
    let committed = sqlx::raw_sql(AssertSqlSafe(committing())).execute(connection).await;
    let fail = |source| RevisionError::statement(None, "COMMIT", source);
    committed.map(drop).map_err(|source| RunError::of_file(file)(fail(source)))
}

/// Commits what was begun on a connection, and ends it.
pub(super) async fn end(mut connection: PgConnection) -> Result<(), RunError> {
    commit(&mut connection).await?;
    connection.close().await.ok();
    Ok(())
}

/// A `COMMIT` with what takes away what a revision has set in its session, and forgot. It is one
/// message, which a pooler gives to one session.
pub(super) fn committing() -> String {
    format!("COMMIT; {}", forgetting())
}

/// What takes away all that is set in a session.
fn forgetting() -> String {
    format!("{UNSET}; {PATIENT}")
}

/// Refuses a server or database that takes no changes.
pub(super) async fn require_changeable(
    target: &Target,
    connection: &mut PgConnection,
) -> Result<(), RunError> {
    let record = |source| RunError::Record { source };
    let sql = format!(
        "{PATIENT}{}; SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'",
        target.own_settings("SET LOCAL")
    );
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await;
    let rows = rows.map_err(RunError::connect(target))?;
    let Some(row) = rows.last() else { return Ok(()) };
    match (row.try_get(0).map_err(record)?, row.try_get(1).map_err(record)?) {
        (true, _) => Err(RunError::Standby),
        (false, true) => Err(RunError::ReadOnly),
        (false, false) => Ok(()),
    }
}

/// Refuses the history of another target.
pub(super) async fn require_own_history(
    target: &Target,
    connection: &mut PgConnection,
) -> Result<(), RunError> {
    let other = target.history.other_target(connection, &target.schema).await;
    match other.map_err(|source| RunError::Record { source })? {
        None => Ok(()),
        Some(other) => {
            let (table, schema) = (target.history.to_string(), target.schema.as_str().to_owned());
            Err(RunError::HistoryOfOther { table, schema, other })
        }
    }
}

/// The history.
pub(super) async fn records(
    target: &Target,
    connection: &mut PgConnection,
) -> Result<Vec<Record>, RunError> {
    require_own_history(target, connection).await?;
    target.history.records(connection).await.map_err(|source| RunError::Record { source })
}

/// Makes the schemas of a target and its history where they are missing.
pub(super) async fn make_history(
    target: &Target,
    connection: &mut PgConnection,
) -> Result<(), RunError> {
    match try_to_make_history(target, connection).await {
        // The server may still have been at what a run began that was killed.
        Err(RunError::Record { source: sqlx::Error::Database(error) })
            if error.is_unique_violation() =>
        {
            let ended = sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await;
            ended.map_err(|source| RunError::Record { source })?;
            begin(target, connection).await?;
            try_to_make_history(target, connection).await
        }
        outcome => outcome,
    }
}

async fn try_to_make_history(
    target: &Target,
    connection: &mut PgConnection,
) -> Result<(), RunError> {
    let record = |source| RunError::Record { source };
    for schema in [&target.schema, &target.history.schema] {
        let sql = "SELECT to_regnamespace($1) IS NOT NULL";
        let sql = with_values(sql, &[Some(&schema.to_string())]);
        let row = connection.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await.map_err(record)?;
        if !row.try_get::<bool, _>(0).map_err(record)? {
            let sql = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await.map_err(
                |source| RunError::Schema { schema: schema.as_str().to_owned(), source },
            )?;
        }
        if target.schema == target.history.schema {
            break;
        }
    }
    target.history.create_for(connection, &target.schema).await.map_err(record)
}

/// A migrator for what is no revision of a chain.
pub(crate) fn migrator(
    connection: PgConnection,
    name: &str,
    target: &Target,
    settings: &RunSettings,
    lock: &MigrationLock,
) -> Migrator {
    migrator_of(&Header::new(""), connection, name, target, settings, lock)
}

/// The same for a revision, which may say more.
pub(super) fn migrator_of(
    header: &Header,
    connection: PgConnection,
    name: &str,
    target: &Target,
    settings: &RunSettings,
    lock: &MigrationLock,
) -> Migrator {
    let db = Migrator::live(connection, name, target.schema.as_str())
        .preparing(scoped(header, target, settings, lock, "SET"))
        .opening(opening(header, target, settings, lock))
        .searching(target.search_path(header.run_as))
        .forgetting(format!("{}; DISCARD TEMP", forgetting()))
        .asking(lock.mark_work());
    match (&target.session.role, header.run_as) {
        (Some(role), RunAs::Service) => db.keeping_role(role),
        (Some(_), RunAs::Privileged) => {
            db.returning("RESET SESSION AUTHORIZATION; SET ROLE NONE".to_owned())
        }
        (None, _) => db.returning(format!(
            "RESET SESSION AUTHORIZATION; RESET ROLE{}",
            target.own_settings("SET")
        )),
    }
}

/// What each transaction begins with: it holds no longer, whoever has the session afterwards.
fn opening(
    header: &Header,
    target: &Target,
    settings: &RunSettings,
    lock: &MigrationLock,
) -> String {
    let scoped = scoped(header, target, settings, lock, "SET LOCAL");
    format!("BEGIN; {scoped}; {}", lock.mark_work())
}

/// What holds in a session or a transaction of a revision.
pub(super) fn scoped(
    header: &Header,
    target: &Target,
    settings: &RunSettings,
    lock: &MigrationLock,
    set: &str,
) -> String {
    format!(
        "{}; {}{}{}{}{}{}",
        target.settings_as(header.run_as, set),
        settings.timeouts(set),
        lock.attentive(set),
        lock.without_limit(set),
        target.own_settings(set),
        RunSettings::own_timeouts(header, set),
        target.role(set, header.run_as)
    )
}

//! The sessions that revisions run in.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use crate::history::Record;
use crate::revision::{Header, Migrator, RunAs};
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
    /// The connection for work, set up for a target.
    pub(super) async fn work(&mut self, target: &Target) -> Result<PgConnection, RunError> {
        match self.work.take() {
            None => connect(target).await,
            Some(mut kept) => {
                target.reset(&mut kept).await.map_err(RunError::connect(target))?;
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
    connection.execute(sqlx::raw_sql(UNSET)).await.ok();
    connection.close().await.ok();
}

/// A connection to a server that takes changes.
pub(super) async fn connect(target: &Target) -> Result<PgConnection, RunError> {
    let mut connection = target.connect().await.map_err(RunError::connect(target))?;
    require_changeable(&mut connection).await?;
    Ok(connection)
}

/// Refuses a server or database that takes no changes.
pub(super) async fn require_changeable(connection: &mut PgConnection) -> Result<(), RunError> {
    let record = |source| RunError::Record { source };
    let sql = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'";
    let row = connection.fetch_one(sqlx::raw_sql(sql)).await.map_err(record)?;
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
        .preparing(preparation(header, target, settings, lock))
        .opening(opening(header, target, settings, lock))
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

/// Sets the session for steps outside a transaction, and for what the history gets between them.
/// What a revision before has set, and forgot, is no matter of this one.
fn preparation(
    header: &Header,
    target: &Target,
    settings: &RunSettings,
    lock: &MigrationLock,
) -> String {
    let scoped = scoped(header, target, settings, lock, "SET");
    format!("{UNSET}; {PATIENT}; {}{scoped}", lock.attentive())
}

/// What each transaction begins with, so that it holds behind a pooler too.
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
        "{}; {}{}{}{}{}",
        target.settings_as(header.run_as, set),
        settings.timeouts(set),
        lock.without_limit(set),
        target.own_settings(set),
        RunSettings::own_timeouts(header, set),
        target.role(set, header.run_as)
    )
}

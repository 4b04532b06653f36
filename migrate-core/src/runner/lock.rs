//! One run at a time on a target: a transaction-level advisory lock on a connection of its own.
//!
//! A session-level lock gives no exclusion behind a transaction pooler and stays held after the
//! client left; a waiting `pg_advisory_lock` deadlocks with a concurrent index build. This one is
//! polled, and the open READ COMMITTED transaction hinders neither index builds nor vacuum.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use tokio::time::Instant;

use crate::revision::{BACKEND, IS_HELD};
use crate::target::{PATIENT, Target};

use super::{Event, Listener, RunError};

/// The held lock; it is let go when its transaction or its connection ends.
pub struct MigrationLock {
    pub(super) connection: PgConnection,
    /// By which lock transactions of the run are known.
    pub(super) work: i64,
    /// A lock that nobody else knows, so that it is had as long as this connection is there.
    own: i64,
    server: Server,
}

/// What sessions of the server need.
#[derive(Debug, Clone, Copy)]
struct Server {
    /// Transactions end after some time (`transaction_timeout`, since 17), which would end the lock's,
    /// and a run's in its middle.
    limits_transactions: bool,
    /// It can tell that a client is gone.
    can_tell: bool,
}

/// The advisory locks of the database that sessions have, by their keys.
pub(super) const HELD: &str =
    "SELECT pid, mode, (classid::int8 << 32) | objid::int8 AS key FROM pg_catalog.pg_locks
     WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database =
         (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

/// Ends what a session runs or waits for soon after its client is gone: a killed run would go on in the
/// server, and keep others waiting behind its locks.
const ATTENTIVE: &str = "client_connection_check_interval = '1s'";

/// Whether the server's system can tell that a client is gone: Linux can since 14.
const CAN_TELL: &str = "pg_catalog.version() OPERATOR(pg_catalog.~) 'linux'";

/// What the lock is for that a run's transactions take.
const WORK: &str = "migrate work";

impl MigrationLock {
    /// Waits for the lock of a target.
    pub async fn acquire(
        target: &Target,
        patience: Duration,
        listen: Listener<'_>,
    ) -> Result<Self, RunError> {
        Self::acquire_on(None, target, patience, listen).await
    }

    /// The same on a connection to the target's database that is at hand.
    pub(super) async fn acquire_on(
        connection: Option<PgConnection>,
        target: &Target,
        patience: Duration,
        listen: Listener<'_>,
    ) -> Result<Self, RunError> {
        let mut connection = match connection {
            Some(connection) => connection,
            None => target.open().await.map_err(RunError::connect(target))?,
        };
        let begun = Instant::now();
        let mut pause = Duration::from_millis(20);
        let mut is_told = false;
        loop {
            let own = RandomState::new().hash_one(target.history.to_string()).cast_signed();
            let locked = try_lock(&mut connection, target, own).await;
            if let Some(server) = locked.map_err(|source| RunError::Record { source })? {
                let work = key(WORK, target);
                return Ok(Self { connection, work, own, server });
            }
            if begun.elapsed() >= patience {
                return Err(RunError::Locked { seconds: patience.as_secs() });
            }
            if begun.elapsed() > Duration::from_secs(1) && !is_told {
                is_told = true;
                listen(Event::WaitingForOtherRun);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }

    /// What marks a transaction as the work of this run, and ends it by a division by zero where the
    /// lock is lost, which it is when somebody else can have its own one: the server itself has to
    /// stop, since what was sent runs to its end when this process is gone. As long as the mark is
    /// there no other run begins, so that asking once is enough.
    pub(super) fn mark_work(&self) -> String {
        let Self { work, own, .. } = self;
        format!(
            "SELECT pg_catalog.pg_advisory_xact_lock_shared({work}), \
             1 / (NOT pg_catalog.pg_try_advisory_xact_lock_shared({own}))::int AS {IS_HELD}, {BACKEND}"
        )
    }

    /// What takes the limit of transactions off, for a session or a transaction, with a semicolon before
    /// it.
    pub(super) fn without_limit(&self, set: &str) -> String {
        match self.server.limits_transactions {
            false => String::new(),
            true => format!("; {set} transaction_timeout = 0"),
        }
    }

    /// What ends a session's work when its client is gone, where the server can tell, with a semicolon
    /// before it.
    pub(super) fn attentive(&self, set: &str) -> String {
        match self.server.can_tell {
            false => String::new(),
            true => format!("; {set} {ATTENTIVE}"),
        }
    }

    /// Lets the lock go.
    pub async fn release(self) {
        self.connection.close().await.ok();
    }

    /// Lets the lock go and keeps the connection.
    pub(super) async fn give_back(mut self) -> Option<PgConnection> {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await.ok()?;
        Some(self.connection)
    }
}

/// Takes the lock where nobody has it, and no transaction of a killed run still works: its backend
/// ends the statement that it is at, maybe a `COMMIT`, after the lock's connection is gone.
async fn try_lock(
    connection: &mut PgConnection,
    target: &Target,
    own: i64,
) -> Result<Option<Server>, sqlx::Error> {
    let sql = format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = 0; \
         SELECT pg_try_advisory_xact_lock({}) AND pg_try_advisory_xact_lock({own}) AS held; \
         SAVEPOINT work; \
         SELECT pg_try_advisory_xact_lock({}) AS held, \
             coalesce(current_setting('transaction_timeout', true), '0') <> '0' AS is_limited, \
             {CAN_TELL} AS can_tell; \
         ROLLBACK TO SAVEPOINT work; RELEASE SAVEPOINT work",
        key("migrate", target),
        key(WORK, target)
    );
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    let mut held = rows.len() == 2;
    let mut server = Server { limits_transactions: false, can_tell: false };
    for row in rows {
        held &= row.try_get::<bool, _>("held")?;
        server.limits_transactions |= row.try_get("is_limited").unwrap_or(false);
        server.can_tell |= row.try_get("can_tell").unwrap_or(false);
    }
    if !held {
        let sql = format!("ROLLBACK; {PATIENT}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    } else if server.limits_transactions {
        sqlx::raw_sql("SET LOCAL transaction_timeout = 0").execute(&mut *connection).await?;
    }
    Ok(held.then_some(server))
}

/// Waits until no other run works on any of these targets, which are of one database; the runs'
/// own locks, taken later, are what counts.
pub(super) async fn wait_for_other_runs(
    connection: &mut PgConnection,
    targets: &[&Target],
    patience: Duration,
    listen: impl Fn(Event),
) -> Result<(), RunError> {
    let keys: BTreeSet<i64> = targets.iter().map(|target| key("migrate", target)).collect();
    let begun = Instant::now();
    let mut is_told = false;
    loop {
        let record = |source| RunError::Record { source };
        let rows = connection.fetch_all(sqlx::raw_sql(HELD)).await.map_err(record)?;
        let held = rows.iter().filter_map(|row| row.try_get::<i64, _>("key").ok());
        if !held.into_iter().any(|held| keys.contains(&held)) {
            return Ok(());
        }
        if begun.elapsed() >= patience {
            return Err(RunError::Locked { seconds: patience.as_secs() });
        }
        if !is_told {
            is_told = true;
            listen(Event::WaitingForOtherRun);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Advisory locks are one space for each database, so the history's name tells targets apart.
fn key(purpose: &str, target: &Target) -> i64 {
    let digest = Sha256::digest(format!("{purpose}:{}", target.history));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(bytes)
}

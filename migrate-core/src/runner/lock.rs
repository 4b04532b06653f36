//! One run at a time on a target: a transaction-level advisory lock on a connection of its own.
//!
//! A session-level lock gives no exclusion behind a transaction pooler and stays held after the
//! client left; a waiting `pg_advisory_lock` deadlocks with a concurrent index build. This one is
//! polled, and the open READ COMMITTED transaction hinders neither index builds nor vacuum.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};

use crate::target::Target;

use super::{Event, Listener, RunError};

/// The held lock; it is let go when its connection ends.
pub struct MigrationLock {
    pub(super) connection: PgConnection,
}

impl MigrationLock {
    /// Waits for the lock of a target.
    pub async fn acquire(
        target: &Target,
        patience: Duration,
        listen: Listener<'_>,
    ) -> Result<Self, RunError> {
        let mut connection =
            target.connect().await.map_err(|source| RunError::Connect { source })?;
        let key = key(target);
        let begun = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            if try_lock(&mut connection, key).await.map_err(|source| RunError::Record { source })? {
                return Ok(Self { connection });
            }
            if begun.elapsed() >= patience {
                return Err(RunError::Locked { seconds: patience.as_secs() });
            }
            if begun.elapsed() > Duration::from_secs(1) && pause >= Duration::from_millis(500) {
                listen(Event::WaitingForOtherRun);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }

    /// Refuses to go on when the lock may be somebody else's.
    pub(super) async fn require_held(&mut self) -> Result<(), RunError> {
        sqlx::query("SELECT 1")
            .execute(&mut self.connection)
            .await
            .map_err(|_| RunError::LockLost)?;
        Ok(())
    }

    /// Lets the lock go.
    pub(super) async fn release(self) {
        self.connection.close().await.ok();
    }
}

async fn try_lock(connection: &mut PgConnection, key: i64) -> Result<bool, sqlx::Error> {
    sqlx::raw_sql("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0")
        .execute(&mut *connection)
        .await?;
    let held: bool = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)")
        .bind(key)
        .fetch_one(&mut *connection)
        .await?;
    if !held {
        sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await?;
    }
    Ok(held)
}

/// Advisory locks are one space for each database, so the history's name tells targets apart.
fn key(target: &Target) -> i64 {
    let digest = Sha256::digest(format!("migrate:{}", target.history));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(bytes)
}

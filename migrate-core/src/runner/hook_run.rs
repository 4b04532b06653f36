//! Hooks in a transaction of their own.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::revision::{Finish, Header, RevisionError};

use super::attempt::{Calls, Work, attempt};
use super::job::On;
use super::lock::MigrationLock;
use super::{Hook, Hooks, RunError};

impl Hooks {
    /// Whether some run around each revision.
    pub(super) fn are_of_each(&self) -> bool {
        !self.before_each.is_empty() || !self.after_each.is_empty()
    }
}

/// Runs hooks one after the other, each in its own transaction, or outside one where it says so.
pub(super) async fn run_hooks(
    on: On<'_>,
    lock: &mut MigrationLock,
    hooks: &[Hook],
    mut connection: PgConnection,
) -> Result<PgConnection, RunError> {
    for hook in hooks {
        let work = Work {
            name: hook.name(),
            file: hook.name(),
            header: Header::new(""),
            calls: Calls { before: std::slice::from_ref(hook), ..Calls::default() },
            journal: None,
            finished: Vec::new(),
            begun_step: None,
            allowances: None,
        };
        let db = attempt(on, lock, &work, connection).await?;
        let fail = |source: RevisionError| RunError::Revision {
            file: hook.name().to_owned(),
            step: None,
            steps_done: Vec::new(),
            source: source.into(),
        };
        let (returned, _, finish) = db.finish().await.map_err(fail)?;
        connection = returned.ok_or(RunError::LockLost)?;
        if finish == Finish::OpenTransaction {
            sqlx::raw_sql(AssertSqlSafe("COMMIT"))
                .execute(&mut connection)
                .await
                .map_err(|source| fail(RevisionError::statement(None, "COMMIT", source)))?;
        }
    }
    Ok(connection)
}

//! Hooks in a transaction of their own.

use sqlx::PgConnection;

use crate::revision::Header;

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

/// No history says what a hook has done.
fn begins_again(error: RunError) -> RunError {
    match error {
        RunError::Revision { file: hook, steps_done, source, .. } if !steps_done.is_empty() => {
            RunError::Hook { hook, steps_done, source }
        }
        error => error,
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
            is_shared: false,
            history: None,
        };
        let db = attempt(on, lock, &work, connection).await.map_err(begins_again)?;
        connection = db.commit().await.map_err(RunError::of_file(hook.name()))?;
    }
    Ok(connection)
}

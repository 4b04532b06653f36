//! Rows that hold labels which a plan takes from their enums, found before it is run.

use crate::plan::Plan;
use crate::revision::{counts_of_lost_labels, held_labels};
use crate::target::Target;

use super::{RunError, synced};

/// What rows hold labels that go, a line for each column; of tables and columns that only the plan
/// names so, or that the role may not read, nothing is known.
pub async fn rows_with_lost_labels(plan: &Plan, target: &Target) -> Result<Vec<String>, RunError> {
    let counts: Vec<_> = plan.actions().flat_map(counts_of_lost_labels).collect();
    if counts.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = target.open().await.map_err(RunError::connect(target))?;
    let mut found = Vec::new();
    for (column, sql) in counts {
        target
            .begin(&mut connection, "BEGIN READ ONLY")
            .await
            .map_err(RunError::connect(target))?;
        match held_labels(&mut connection, column, &sql).await {
            Ok(held) => found.extend(held.map(|held| held.to_string())),
            Err(source) if synced::is_of_no_name(&source) || may_not_look(&source) => {}
            Err(source) => return Err(RunError::Record { source }),
        }
        let ended = sqlx::raw_sql("ROLLBACK").execute(&mut connection).await;
        ended.map_err(|source| RunError::Record { source })?;
    }
    sqlx::Connection::close(connection).await.ok();
    Ok(found)
}

fn may_not_look(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.as_deref() == Some("42501")
}

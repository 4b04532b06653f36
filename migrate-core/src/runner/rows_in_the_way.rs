//! Rows that would stop a plan in its middle, found before it is run.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use crate::plan::{Plan, Unfilled, unfilled};
use crate::revision::{LabelCount, counts_of_lost_labels};
use crate::target::Target;

use super::{RunError, synced};

/// What rows hold that a plan has no place for, or lack that it requires: a line for each column. Of
/// tables and columns that only the plan names so, or that the role may not read, nothing is known.
pub async fn rows_in_the_way(plan: &Plan, target: &Target) -> Result<Vec<String>, RunError> {
    let labels = plan.actions().flat_map(counts_of_lost_labels);
    let labels = labels.map(Question::Labels);
    let questions: Vec<Question<'_>> =
        labels.chain(unfilled(plan).into_iter().map(Question::Values)).collect();
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = target.open().await.map_err(RunError::connect(target))?;
    let mut found = Vec::new();
    for question in questions {
        target
            .begin(&mut connection, "BEGIN READ ONLY")
            .await
            .map_err(RunError::connect(target))?;
        match question.ask(&mut connection).await {
            Ok(answer) => found.extend(answer),
            Err(source) if synced::is_of_no_name(&source) || may_not_look(&source) => {}
            Err(source) => return Err(RunError::Record { source }),
        }
        let ended = sqlx::raw_sql("ROLLBACK").execute(&mut connection).await;
        ended.map_err(|source| RunError::Record { source })?;
    }
    connection.close().await.ok();
    Ok(found)
}

/// What is asked of the rows of a column.
enum Question<'a> {
    /// Which hold a label that its enum loses.
    Labels(LabelCount<'a>),
    /// Which have no value where it is required.
    Values(Unfilled),
}

impl Question<'_> {
    async fn ask(&self, connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
        match self {
            Self::Labels(count) => {
                let held = count.ask(connection).await?;
                Ok(held.map(|held| held.to_string()))
            }
            Self::Values(unfilled) => {
                let sql = AssertSqlSafe(unfilled.count.clone());
                let rows: i64 = connection.fetch_one(sqlx::raw_sql(sql)).await?.try_get(0)?;
                Ok((rows > 0).then(|| unfilled.of_rows(rows)))
            }
        }
    }
}

fn may_not_look(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.as_deref() == Some("42501")
}

//! How many rows hold what is lost.

use std::fmt;

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use thiserror::Error;

use crate::postgres::said;

use super::Loss;

/// A loss and how many rows hold something of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedLoss {
    /// What goes.
    pub loss: Loss,
    /// The rows, where rows can hold it.
    pub rows: Option<i64>,
}

/// Rows can't be counted.
#[derive(Debug, Error)]
#[error("the rows of {what} can't be counted; the role needs to read it: {}", said(source))]
pub struct CountError {
    /// The table or column.
    pub what: String,
    /// Why.
    pub source: sqlx::Error,
}

impl CountedLoss {
    /// Whether it is of what only rows have that are of a certain kind, and no row is.
    pub fn is_of_no_row(&self) -> bool {
        self.loss.permission.starts_with("lose-") && self.rows == Some(0)
    }
}

impl AsRef<Loss> for CountedLoss {
    fn as_ref(&self) -> &Loss {
        &self.loss
    }
}

impl fmt::Display for CountedLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holding = match self.loss.permission.as_str() {
            "drop-column" | "drop-attribute" | "lose-parts" => " with a value",
            "lose-elements" => " with more",
            _ => "",
        };
        match self.rows {
            Some(1) => write!(f, "{} (1 row{holding})", self.loss),
            Some(rows) => write!(f, "{} ({rows} rows{holding})", self.loss),
            None => self.loss.fmt(f),
        }
    }
}

/// Counts what is lost.
pub async fn count_losses(
    connection: &mut PgConnection,
    losses: impl IntoIterator<Item = Loss>,
) -> Result<Vec<CountedLoss>, CountError> {
    let mut counted = Vec::new();
    for loss in losses {
        let rows = match &loss.count {
            None => None,
            Some(sql) => {
                let rows = connection
                    .fetch_one(sqlx::raw_sql(AssertSqlSafe(sql.clone())))
                    .await
                    .and_then(|row| row.try_get(0))
                    .map_err(|source| CountError { what: loss.what.clone(), source })?;
                Some(rows)
            }
        };
        counted.push(CountedLoss { loss, rows });
    }
    Ok(counted)
}

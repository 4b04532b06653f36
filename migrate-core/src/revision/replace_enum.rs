//! `replace_enum`: a new type in the place of one that loses or reorders labels.

use std::future::IntoFuture;

use sqlx::{AssertSqlSafe, Executor, FromRow};

use crate::catalog::QualifiedName;
use crate::plan::{Action, EnumColumn};
use crate::sql::quoted;

use super::place::Place;
use super::{Migrator, Result, RevisionError, Run};

/// `replace_enum`, with the columns that hold the enum.
#[must_use = "a verb runs when it is awaited"]
pub struct ReplaceEnum<'a>(pub(super) Run<'a>);

impl ReplaceEnum<'_> {
    /// A column that holds the enum.
    pub fn column(self, table: impl Into<QualifiedName>, column: &str) -> Self {
        self.holding(table.into(), column, false)
    }

    /// A column that holds an array of the enum.
    pub fn array_column(self, table: impl Into<QualifiedName>, column: &str) -> Self {
        self.holding(table.into(), column, true)
    }

    /// What rows get that hold a removed label.
    pub fn map(mut self, removed: &str, kept: &str) -> Self {
        if let Action::ReplaceEnum { mapping, .. } = &mut self.0.action {
            mapping.push((removed.to_owned(), kept.to_owned()));
        }
        self
    }

    fn holding(mut self, table: QualifiedName, column: &str, array: bool) -> Self {
        if let Action::ReplaceEnum { columns, .. } = &mut self.0.action {
            columns.push(EnumColumn { table, column: column.into(), array });
        }
        self
    }
}

impl<'a> IntoFuture for ReplaceEnum<'a> {
    type Output = Result<()>;
    type IntoFuture = <Run<'a> as IntoFuture>::IntoFuture;

    fn into_future(self) -> Self::IntoFuture {
        self.0.into_future()
    }
}

impl Migrator {
    /// Refuses before anything changes when rows hold a label that goes without a mapping.
    pub(super) async fn require_no_lost_labels(
        &mut self,
        action: &Action,
        place: Place,
    ) -> std::result::Result<(), RevisionError> {
        let Action::ReplaceEnum { name, definition, mapping, columns } = action else {
            return Ok(());
        };
        let Some(connection) = self.caught_up().await? else { return Ok(()) };
        let mapped = mapping.iter().map(|(removed, _)| removed);
        let kept: Vec<String> =
            definition.labels.iter().chain(mapped).map(|label| quoted(label)).collect();
        let kept = kept.join(", ");
        for EnumColumn { table, column, array } in columns {
            let labels = if *array {
                format!("unnest({column}::text[])")
            } else {
                format!("{column}::text")
            };
            let sql = format!(
                "SELECT count(*), string_agg(DISTINCT label, ', ' ORDER BY label) \
                 FROM (SELECT {labels} AS label FROM {table}) held WHERE label NOT IN ({kept})"
            );
            let (rows, lost): (i64, Option<String>) = connection
                .fetch_one(sqlx::raw_sql(AssertSqlSafe(sql.clone())))
                .await
                .and_then(|row| FromRow::from_row(&row))
                .map_err(|source| RevisionError::statement(Some(place), sql, source))?;
            if rows > 0 {
                return Err(RevisionError::LabelsInUse {
                    place: Some(place.to_string()),
                    name: name.plain(),
                    table: table.plain(),
                    column: column.as_str().to_owned(),
                    labels: lost.unwrap_or_default(),
                    rows,
                });
            }
        }
        Ok(())
    }
}

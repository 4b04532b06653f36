//! `replace_enum`: a new type in the place of one that loses or reorders labels.

use std::fmt;
use std::future::IntoFuture;

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection};

use crate::catalog::{Ident, QualifiedName};
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

/// Rows of a column with labels that go and that nothing takes the place of.
#[derive(Debug)]
pub(crate) struct HeldLabels {
    table: QualifiedName,
    column: Ident,
    labels: String,
    rows: i64,
}

impl fmt::Display for HeldLabels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, column, labels, rows } = self;
        let place = table.plain_part(column);
        let (held, others) = match rows {
            1 => (format!("1 row of `{place}` holds"), "it another"),
            rows => (format!("{rows} rows of `{place}` hold"), "them others"),
        };
        write!(f, "{held} {labels}, which the enum loses: give {others}, or keep the label")
    }
}

/// The statements that count the rows of an enum's columns whose labels go.
pub(crate) fn counts_of_lost_labels(action: &Action) -> Vec<(&EnumColumn, String)> {
    let Action::ReplaceEnum { definition, mapping, columns, .. } = action else {
        return Vec::new();
    };
    let mapped = mapping.iter().map(|(removed, _)| removed);
    let kept: Vec<String> =
        definition.labels.iter().chain(mapped).map(|label| quoted(label)).collect();
    let kept = kept.join(", ");
    let counts = columns.iter().map(|one| {
        let EnumColumn { table, column, array } = one;
        let labels = match array {
            true => format!("unnest({column}::text[])"),
            false => format!("{column}::text"),
        };
        let sql = format!(
            "SELECT count(*), string_agg(DISTINCT label, ', ' ORDER BY label) \
             FROM (SELECT {labels} AS label FROM {table}) held WHERE label NOT IN ({kept})"
        );
        (one, sql)
    });
    counts.collect()
}

/// What such a statement finds.
pub(crate) async fn held_labels(
    connection: &mut PgConnection,
    column: &EnumColumn,
    sql: &str,
) -> std::result::Result<Option<HeldLabels>, sqlx::Error> {
    let row = connection.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
    let (rows, labels): (i64, Option<String>) = FromRow::from_row(&row)?;
    let EnumColumn { table, column, .. } = column.clone();
    let labels = labels.unwrap_or_default();
    Ok((rows > 0).then_some(HeldLabels { table, column, labels, rows }))
}

impl Migrator {
    /// Refuses before anything changes when rows hold a label that goes without a mapping.
    pub(super) async fn require_no_lost_labels(
        &mut self,
        action: &Action,
        place: Place,
    ) -> std::result::Result<(), RevisionError> {
        let Action::ReplaceEnum { name, .. } = action else { return Ok(()) };
        let Some(connection) = self.caught_up().await? else { return Ok(()) };
        for (column, sql) in counts_of_lost_labels(action) {
            let held = held_labels(connection, column, &sql).await;
            let held = held.map_err(|source| RevisionError::statement(Some(place), sql, source))?;
            if let Some(HeldLabels { table, column, labels, rows }) = held {
                return Err(RevisionError::LabelsInUse {
                    place: Some(place.to_string()),
                    name: name.plain(),
                    table: table.plain(),
                    column: column.as_str().to_owned(),
                    labels,
                    rows,
                });
            }
        }
        Ok(())
    }
}

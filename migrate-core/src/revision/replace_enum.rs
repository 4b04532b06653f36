//! `replace_enum`: a new type in the place of one that loses or reorders labels; and
//! `require_unused_labels`, where the same is written in steps.

use std::fmt;
use std::future::IntoFuture;

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection};

use crate::catalog::{Ident, QualifiedName};
use crate::plan::{Action, EnumColumn, LabelPath};
use crate::sql::{held_labels, quoted};

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

/// `require_unused_labels`, with the columns that have the enum within their values.
#[must_use = "a verb runs when it is awaited"]
pub struct RequireUnusedLabels<'a>(pub(super) Run<'a>);

impl RequireUnusedLabels<'_> {
    /// A column, and the expression that gives the labels within it: `(step).status`,
    /// `unnest(steps)`.
    pub fn within(mut self, table: impl Into<QualifiedName>, column: &str, labels: &str) -> Self {
        if let Action::RequireUnusedLabels { within, .. } = &mut self.0.action {
            let (table, column) = (table.into(), column.into());
            within.push(LabelPath { table, column, labels: labels.to_owned() });
        }
        self
    }
}

impl<'a> IntoFuture for RequireUnusedLabels<'a> {
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

/// The question how many rows of a column hold labels that go.
#[derive(Debug)]
pub(crate) struct LabelCount<'a> {
    table: &'a QualifiedName,
    column: &'a Ident,
    sql: String,
}

impl LabelCount<'_> {
    pub(crate) async fn ask(
        &self,
        connection: &mut PgConnection,
    ) -> std::result::Result<Option<HeldLabels>, sqlx::Error> {
        let row = connection.fetch_one(sqlx::raw_sql(AssertSqlSafe(self.sql.clone()))).await?;
        let (rows, labels): (i64, Option<String>) = FromRow::from_row(&row)?;
        let (table, column) = (self.table.clone(), self.column.clone());
        let labels = labels.unwrap_or_default();
        Ok((rows > 0).then_some(HeldLabels { table, column, labels, rows }))
    }
}

/// What counts the rows whose labels go by an action.
pub(crate) fn counts_of_lost_labels(action: &Action) -> Vec<LabelCount<'_>> {
    match action {
        Action::ReplaceEnum { definition, mapping, columns, .. } => {
            let mapped = mapping.iter().map(|(removed, _)| removed);
            let kept = listed(definition.labels.iter().chain(mapped));
            let counts = columns.iter().map(|EnumColumn { table, column, array }| {
                let labels = if *array { format!("unnest({column})") } else { column.to_string() };
                let sql = held_labels(&labels, table, &format!("NOT IN ({kept})"));
                LabelCount { table, column, sql }
            });
            counts.collect()
        }
        Action::RequireUnusedLabels { labels: lost, within, .. } => {
            let lost = listed(lost);
            let counts = within.iter().map(|LabelPath { table, column, labels }| {
                let sql = held_labels(labels, table, &format!("IN ({lost})"));
                LabelCount { table, column, sql }
            });
            counts.collect()
        }
        _ => Vec::new(),
    }
}

fn listed<'a>(labels: impl IntoIterator<Item = &'a String>) -> String {
    let labels: Vec<String> = labels.into_iter().map(|label| quoted(label)).collect();
    labels.join(", ")
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
        for count in counts_of_lost_labels(action) {
            let held = count.ask(connection).await;
            let held =
                held.map_err(|source| RevisionError::statement(Some(place), count.sql, source))?;
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

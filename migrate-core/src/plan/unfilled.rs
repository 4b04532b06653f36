//! Columns that become required while nothing says what rows get that have no value.

use std::collections::BTreeSet;

use crate::catalog::{Ident, QualifiedName};

use super::{Action, Plan, TableChange};

/// A required column whose rows nothing fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// `table.column`, as messages have it.
    pub place: String,
    /// Whether the plan adds the column.
    pub is_new: bool,
    /// The query that counts the rows without a value.
    pub count: String,
}

impl Unfilled {
    /// That so many rows have no value.
    pub fn of_rows(&self, rows: i64) -> String {
        let Self { place, is_new, .. } = self;
        let (what, said) = match rows {
            1 => ("1 row has".to_owned(), "it"),
            rows => (format!("{rows} rows have"), "them"),
        };
        let advice = match is_new {
            true => "give the column a default, or add it nullable first and fill it".to_owned(),
            false => format!("give {said} one first"),
        };
        format!("{what} no value for `{place}`, which becomes required: {advice}")
    }
}

/// The columns of tables which are there that a plan requires and doesn't fill.
pub fn unfilled(plan: &Plan) -> Vec<Unfilled> {
    let mut added: BTreeSet<(&QualifiedName, &Ident)> = BTreeSet::new();
    let mut filled: BTreeSet<(&QualifiedName, &Ident)> = BTreeSet::new();
    for action in plan.actions() {
        if let Action::Backfill { table, column, .. } = action {
            filled.insert((table, column));
        }
    }
    let mut unfilled = Vec::new();
    for (table, change) in plan.table_changes() {
        match change {
            TableChange::AddColumn { column } => {
                added.insert((table, &column.name));
            }
            TableChange::SetNotNull { column } if !filled.contains(&(table, column)) => {
                let is_new = added.contains(&(table, column));
                let rows = if is_new { String::new() } else { format!(" WHERE {column} IS NULL") };
                unfilled.push(Unfilled {
                    place: table.plain_part(column),
                    is_new,
                    count: format!("SELECT count(*) FROM {table}{rows}"),
                });
            }
            _ => {}
        }
    }
    unfilled
}

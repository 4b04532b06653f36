//! What a plan or revision makes, which no program that runs meanwhile uses yet.

use std::collections::BTreeSet;

use crate::catalog::{Ident, ObjectKey, QualifiedName};

use super::{Action, ColumnDefinition, TableChange};

/// The objects made so far, as far as hazards ask for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Made {
    tables: BTreeSet<QualifiedName>,
    domains: BTreeSet<QualifiedName>,
    /// Columns that get no value where an insert leaves them out.
    bare_columns: BTreeSet<ObjectKey>,
}

impl Made {
    /// Adds what an action makes.
    pub(crate) fn note(&mut self, action: &Action) {
        match action {
            Action::CreateTable { name, .. } => {
                self.tables.insert(name.clone());
            }
            Action::CreateDomain { name, .. } => {
                self.domains.insert(name.clone());
            }
            Action::AlterTable { table, changes } => {
                for change in changes {
                    self.note_change(table, change);
                }
            }
            _ => {}
        }
    }

    fn note_change(&mut self, table: &QualifiedName, change: &TableChange) {
        match change {
            TableChange::AddColumn { column } if is_bare(column) => {
                self.bare_columns.insert(key(table, &column.name));
            }
            TableChange::SetDefault { column, .. } | TableChange::AddIdentity { column, .. } => {
                self.bare_columns.remove(&key(table, column));
            }
            _ => {}
        }
    }

    /// Whether the table is new.
    pub(super) fn table(&self, name: &QualifiedName) -> bool {
        self.tables.contains(name)
    }

    /// Whether the domain is new.
    pub(super) fn domain(&self, name: &QualifiedName) -> bool {
        self.domains.contains(name)
    }

    /// Whether the column is new and gets no value by itself.
    pub(super) fn bare_column(&self, table: &QualifiedName, name: &Ident) -> bool {
        self.bare_columns.contains(&key(table, name))
    }
}

fn is_bare(column: &ColumnDefinition) -> bool {
    let ColumnDefinition { column, default, .. } = column;
    default.is_none() && column.identity.is_none() && column.generated.is_none()
}

fn key(table: &QualifiedName, name: &Ident) -> ObjectKey {
    ObjectKey::Column { table: table.clone(), name: name.clone() }
}

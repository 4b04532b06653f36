//! Constraints of tables.

use crate::catalog::{
    Constraint, ConstraintKind, ForeignKeyAction, Ident, IndexElement, IndexStorage,
};

use super::clause::{comma_separated, deferrable, options};
use super::index;

/// A constraint after its name, as `CREATE TABLE` and `ADD CONSTRAINT` have it.
pub fn constraint_clause(constraint: &Constraint) -> String {
    let mut sql = kind(&constraint.kind);
    sql += deferrable(constraint.deferrable);
    if let ConstraintKind::Check { no_inherit: true, .. } = constraint.kind {
        sql += " NO INHERIT";
    }
    if !constraint.validated {
        sql += " NOT VALID";
    }
    sql
}

fn kind(kind: &ConstraintKind) -> String {
    match kind {
        ConstraintKind::PrimaryKey { columns, include, storage } => {
            format!("PRIMARY KEY ({}){}", comma_separated(columns), index_tail(include, storage))
        }
        ConstraintKind::Unique { columns, include, nulls_not_distinct, storage } => format!(
            "UNIQUE{} ({}){}",
            if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" },
            comma_separated(columns),
            index_tail(include, storage)
        ),
        ConstraintKind::ForeignKey { columns, table, target, on_delete, on_update, match_full } => {
            let mut sql = format!(
                "FOREIGN KEY ({}) REFERENCES {table} ({})",
                comma_separated(columns),
                comma_separated(target)
            );
            if *match_full {
                sql += " MATCH FULL";
            }
            for (event, action) in [("DELETE", on_delete), ("UPDATE", on_update)] {
                if let Some(action) = referential_action(action) {
                    sql += &format!(" ON {event} {action}");
                }
            }
            sql
        }
        ConstraintKind::Check { expression, .. } => format!("CHECK ({expression})"),
        ConstraintKind::Exclusion { method, elements, include, predicate, storage } => {
            let predicate = predicate
                .as_ref()
                .map_or_else(String::new, |predicate| format!(" WHERE ({predicate})"));
            format!(
                "EXCLUDE USING {method} ({}){}{predicate}",
                exclusion_elements(elements),
                index_tail(include, storage)
            )
        }
    }
}

fn exclusion_elements(elements: &[(IndexElement, String)]) -> String {
    comma_separated(
        elements
            .iter()
            .map(|(element, operator)| format!("{} WITH {operator}", index::element(element))),
    )
}

fn index_tail(include: &[Ident], storage: &IndexStorage) -> String {
    let mut sql = String::new();
    if !include.is_empty() {
        sql += &format!(" INCLUDE ({})", comma_separated(include));
    }
    if !storage.options.is_empty() {
        sql += &format!(" WITH ({})", options(&storage.options));
    }
    if let Some(tablespace) = &storage.tablespace {
        sql += &format!(" USING INDEX TABLESPACE {tablespace}");
    }
    sql
}

fn referential_action(action: &ForeignKeyAction) -> Option<String> {
    match action {
        ForeignKeyAction::NoAction => None,
        ForeignKeyAction::Restrict => Some("RESTRICT".to_owned()),
        ForeignKeyAction::Cascade => Some("CASCADE".to_owned()),
        ForeignKeyAction::SetNull(columns) => Some(with_columns("SET NULL", columns)),
        ForeignKeyAction::SetDefault(columns) => Some(with_columns("SET DEFAULT", columns)),
    }
}

fn with_columns(action: &str, columns: &[Ident]) -> String {
    if columns.is_empty() {
        return action.to_owned();
    }
    format!("{action} ({})", comma_separated(columns))
}

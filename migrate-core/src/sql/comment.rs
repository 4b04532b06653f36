//! `COMMENT ON`.

use crate::catalog::ObjectKey;

use super::clause::quoted;

/// The statement that sets or removes a comment.
pub(super) fn set_comment(on: &ObjectKey, text: Option<&str>) -> String {
    let text = text.map_or_else(|| "NULL".to_owned(), quoted);
    format!("COMMENT ON {} IS {text}", target(on))
}

fn target(on: &ObjectKey) -> String {
    match on {
        ObjectKey::Schema { name } => format!("SCHEMA {name}"),
        ObjectKey::Extension { name } => format!("EXTENSION {name}"),
        ObjectKey::Enum { name } | ObjectKey::Composite { name } => format!("TYPE {name}"),
        ObjectKey::Domain { name } => format!("DOMAIN {name}"),
        ObjectKey::DomainConstraint { domain, name } => {
            format!("CONSTRAINT {name} ON DOMAIN {domain}")
        }
        ObjectKey::Sequence { name } => format!("SEQUENCE {name}"),
        ObjectKey::Table { name } => format!("TABLE {name}"),
        ObjectKey::Column { table, name } => format!("COLUMN {table}.{name}"),
        ObjectKey::Default { table, column } => format!("COLUMN {table}.{column}"),
        ObjectKey::Constraint { table, name } => format!("CONSTRAINT {name} ON {table}"),
        ObjectKey::Index { name } => format!("INDEX {name}"),
        ObjectKey::Function { signature } => {
            format!("ROUTINE {}({})", signature.name, signature.arguments)
        }
        ObjectKey::View { name } => format!("VIEW {name}"),
        ObjectKey::MaterializedView { name } => format!("MATERIALIZED VIEW {name}"),
        ObjectKey::Statistics { name, .. } => format!("STATISTICS {name}"),
        ObjectKey::Rule { table, name } => format!("RULE {name} ON {table}"),
        ObjectKey::Trigger { table, name } => format!("TRIGGER {name} ON {table}"),
        ObjectKey::Policy { table, name } => format!("POLICY {name} ON {table}"),
        ObjectKey::RowSecurity { table } => format!("TABLE {table}"),
        ObjectKey::Privileges { on } | ObjectKey::Comment { on } => target(on),
    }
}

//! Enums.

use crate::catalog::{EnumType, QualifiedName};
use crate::plan::{EnumColumn, LabelPosition, aside, label_text};

use super::clause::{comma_separated, quoted};

/// `CREATE TYPE … AS ENUM`.
pub(super) fn create(name: &QualifiedName, definition: &EnumType) -> String {
    let labels = comma_separated(definition.labels.iter().map(|label| quoted(label)));
    format!("CREATE TYPE {name} AS ENUM ({labels})")
}

/// `ALTER TYPE … ADD VALUE`.
pub(super) fn add_value(name: &QualifiedName, value: &str, position: &LabelPosition) -> String {
    let position = match position {
        LabelPosition::Last => String::new(),
        LabelPosition::Before(label) => format!(" BEFORE {}", quoted(label)),
        LabelPosition::After(label) => format!(" AFTER {}", quoted(label)),
    };
    format!("ALTER TYPE {name} ADD VALUE {}{position}", quoted(value))
}

/// The current type steps aside, every column moves to the new one, and the current one goes.
pub(super) fn replace(
    name: &QualifiedName,
    definition: &EnumType,
    mapping: &[(String, String)],
    columns: &[EnumColumn],
) -> Vec<String> {
    let aside = aside(name);
    let mut statements =
        vec![format!("ALTER TYPE {name} RENAME TO {}", aside.name), create(name, definition)];
    statements.extend(columns.iter().map(|column| convert(name, mapping, column)));
    statements.push(format!("DROP TYPE {aside}"));
    statements
}

fn convert(name: &QualifiedName, mapping: &[(String, String)], target: &EnumColumn) -> String {
    let EnumColumn { table, column, array } = target;
    let suffix = if *array { "[]" } else { "" };
    let text = label_text(&column.to_string(), mapping, *array);
    format!(
        "ALTER TABLE {table} ALTER COLUMN {column} TYPE {name}{suffix} USING {text}::{name}{suffix}"
    )
}

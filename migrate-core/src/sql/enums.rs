//! Enums.

use crate::catalog::{EnumType, QualifiedName};
use crate::plan::{EnumColumn, LabelPath, LabelPosition, aside, label_text};

use super::clause::{block, comma_separated, quoted};

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

/// How many rows of a table have a label of which this is so, and which labels that are.
pub(crate) fn held_labels(labels: &str, table: &QualifiedName, condition: &str) -> String {
    format!(
        "SELECT count(DISTINCT (tableoid, ctid)) AS rows, string_agg(DISTINCT label, ', ' ORDER BY label) AS labels \
         FROM (SELECT tableoid, ctid, ({labels})::text AS label FROM {table}) held WHERE label {condition}"
    )
}

/// Stops a script where rows hold one of these labels.
pub(super) fn require_unused(name: &QualifiedName, lost: &[String], path: &LabelPath) -> String {
    let LabelPath { table, column, labels } = path;
    let lost = comma_separated(lost.iter().map(|label| quoted(label)));
    block(&format!(
        "#variable_conflict use_column
DECLARE
    held record;
BEGIN
    {} INTO held;
    IF held.rows > 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_text_representation',
            MESSAGE = pg_catalog.concat({}, held.rows, ' with ', held.labels),
            HINT = 'Change the rows, keep the label, or say in the model what takes its place (`removed`).';
    END IF;
END",
        held_labels(labels, table, &format!("IN ({lost})")),
        quoted(&format!(
            "rows of `{}` hold labels that `{}` loses: ",
            table.plain_part(column),
            name.plain()
        )),
    ))
}

fn convert(name: &QualifiedName, mapping: &[(String, String)], target: &EnumColumn) -> String {
    let EnumColumn { table, column, array } = target;
    let suffix = if *array { "[]" } else { "" };
    let text = label_text(&column.to_string(), mapping, *array);
    format!(
        "ALTER TABLE {table} ALTER COLUMN {column} TYPE {name}{suffix} USING {text}::{name}{suffix}"
    )
}

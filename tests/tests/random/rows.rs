//! Rows that fit two schemas.

use super::column::Column;
use super::keys::target;
use super::schema::Schema;
use super::table::Table;

/// Three rows for each table of the current schema, with nulls where they may be.
pub(crate) fn rows(current: &Schema, desired: &Schema) -> String {
    let mut sql = "SET session_replication_role = replica;\n".to_owned();
    for table in &current.tables {
        let columns: Vec<&Column> =
            table.columns.iter().filter(|column| !column.is_generated).collect();
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        for row in 0..3 {
            let values: Vec<&str> = columns
                .iter()
                .map(|column| value(column, row, table, [current, desired]))
                .collect();
            sql += &format!(
                "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({});\n",
                table.name,
                names.join(", "),
                values.join(", ")
            );
        }
    }
    sql
}

fn value<'a>(column: &'a Column, row: usize, table: &Table, sides: [&Schema; 2]) -> &'a str {
    // A table that comes or goes has no rows on the way back.
    let is_on_both = |number: usize| {
        sides.iter().all(|side| side.tables.iter().any(|table| table.number == number))
    };
    let targets = sides.map(|side| target(table, column.name, &side.choices));
    if targets.into_iter().flatten().any(|number| !is_on_both(number)) {
        return "NULL";
    }
    let is_null =
        row == 1 && sides[0].choices.one_in(&table.place(&format!("{} null", column.name)), 2);
    match column.not_null {
        true if column.values[row] == "NULL" => &column.values[0],
        false if is_null => "NULL",
        _ => &column.values[row],
    }
}

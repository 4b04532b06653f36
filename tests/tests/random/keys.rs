//! Primary, unique and foreign keys, and the columns that they are over.

use super::choices::Choices;
use super::column::{Column, IDENTITIES, serial};
use super::schema::Schema;
use super::table::{TABLES, Table};
use super::types::Types;

/// The columns `id` and `code`, each with a key in one of many forms.
pub(crate) fn add_id_and_code(table: &mut Table, types: &Types, choices: &Choices) {
    let id_type =
        choices.pick(&table.place("id type"), &["integer", "bigint", "integer", "smallint"]);
    let mut id = Column::plain("id", id_type, ["1", "2", "3"]);
    match choices.roll(&table.place("id counts"), 4) {
        0 => serial(id_type).clone_into(&mut id.sql_type),
        1 | 2 => id.rest += choices.pick(&table.place("id identity"), &IDENTITIES),
        _ => {}
    }
    let code_type =
        choices.pick(&table.place("code type"), &["text", "text", "character varying(40)"]);
    let code = Column::plain("code", code_type, ["'c1'", "'c''2'", "'c3'"]);
    for column in [id, code] {
        table.columns.push(Column { not_null: true, ..column });
    }
    add_key(table, choices);
    add_key_over_both(table, types, choices);
}

fn add_key(table: &mut Table, choices: &Choices) {
    let (number, name) = (table.number, table.name);
    let key = format!("\"Key {number}\"");
    let item = match choices.roll(&table.place("key"), 16) {
        0 => format!("CONSTRAINT {key} PRIMARY KEY (id)"),
        1 => "PRIMARY KEY (id) INCLUDE (code)".to_owned(),
        2 => "PRIMARY KEY (id, code), UNIQUE (id)".to_owned(),
        3 => "UNIQUE (id)".to_owned(),
        4 => "PRIMARY KEY (code) DEFERRABLE, UNIQUE (id)".to_owned(),
        5 => "PRIMARY KEY (id) WITH (fillfactor = 80)".to_owned(),
        6 => {
            table.after.push(format!("CREATE UNIQUE INDEX {key} ON {name} (id)"));
            "PRIMARY KEY (code, id)".to_owned()
        }
        _ => "PRIMARY KEY (id)".to_owned(),
    };
    table.items.push(item);
    let comment = choices.one_in(&table.place("key comment"), 5);
    if comment && choices.roll(&table.place("key"), 16) == 0 {
        table.after.push(format!("COMMENT ON CONSTRAINT {key} ON {name} IS 'the ''key'''"));
    }
}

/// A key that references of two columns lean on; an index may have its place.
fn add_key_over_both(table: &mut Table, types: &Types, choices: &Choices) {
    let (number, name) = (table.number, table.name);
    let both = format!("\"Both {number}\"");
    let form = match choices.roll(&table.place("both"), 8) {
        0 => {
            table.after.push(format!("CREATE UNIQUE INDEX {both} ON {name} (id, code)"));
            table.add_comment(&format!("INDEX {}{both}", schema_of(name)), choices);
            return;
        }
        1 => "UNIQUE (code, id)",
        2 if types.major >= 15 => "UNIQUE NULLS NOT DISTINCT (id, code)",
        _ => "UNIQUE (id, code)",
    };
    table.items.push(format!("CONSTRAINT {both} {form}"));
    table.add_comment(&format!("CONSTRAINT {both} ON {name}"), choices);
}

/// The schema before a table's name, with its dot.
pub(crate) fn schema_of(name: &str) -> &str {
    name.rfind("'\".").map_or("", |dot| &name[..dot + 3])
}

/// The columns that reference the own table, another one, and one by two columns.
pub(crate) fn add_references(table: &mut Table, choices: &Choices) {
    let id_types = ["integer", "bigint"];
    for (name, sides) in [("parent_id", 3), ("other_id", 2)] {
        if choices.one_in(&table.place(name), sides) {
            let id_type = choices.pick(&table.place(&format!("{name} type")), &id_types);
            table.columns.push(Column::plain(name, id_type, ["1", "NULL", "2"]));
        }
    }
    if choices.one_in(&table.place("pair"), 3) {
        let id_type = choices.pick(&table.place("pair_id type"), &id_types);
        table.columns.push(Column::plain("pair_id", id_type, ["1", "NULL", "2"]));
        table.columns.push(Column::plain("pair_code", "text", ["'c1'", "NULL", "'c''2'"]));
    }
}

/// The number of the table that a column references, where it references one.
pub(crate) fn target(table: &Table, column: &str, choices: &Choices) -> Option<usize> {
    match column {
        "parent_id" => Some(table.number),
        "other_id" => Some(choices.roll(&table.place("other_id target"), TABLES.len())),
        "pair_id" | "pair_code" => Some(choices.roll(&table.place("pair target"), TABLES.len())),
        _ => None,
    }
}

/// The statements that add its foreign keys.
pub(crate) fn foreign_keys(table: &Table, schema: &Schema) -> Vec<String> {
    let referencing = ["parent_id", "other_id", "pair_id"];
    let columns = table.columns.iter().filter(|column| referencing.contains(&column.name));
    columns.filter_map(|column| foreign_key(table, column.name, schema)).collect()
}

fn foreign_key(table: &Table, column: &str, schema: &Schema) -> Option<String> {
    let choices = &schema.choices;
    let place = table.place(column);
    let target = target(table, column, choices)?;
    let target = schema.tables.iter().find(|table| table.number == target)?;
    if target.is_unlogged && target.number != table.number
        || choices.one_in(&format!("{place} loose"), 5)
    {
        return None;
    }
    let is_pair = column == "pair_id";
    let columns = if is_pair { "(pair_id, pair_code)" } else { &format!("({column})") };
    let target_columns = if is_pair { "(id, code)" } else { "(id)" };
    let name = match choices.one_in(&format!("{place} named"), 3) {
        true => format!("CONSTRAINT \"F k {} {column}\" ", table.number),
        false => String::new(),
    };
    let mut matching = if is_pair && choices.one_in("match full", 2) { " MATCH FULL" } else { "" };
    let mut action = choices.pick(&format!("{place} action"), &ACTIONS);
    if is_pair && schema.types.major >= 15 && choices.one_in(&format!("{place} partly"), 4) {
        (matching, action) = ("", " ON DELETE SET NULL (pair_code)");
    }
    let deferrable = choices.pick(&format!("{place} deferrable"), &DEFERRABLE);
    let valid = if choices.one_in(&format!("{place} not valid"), 10) { " NOT VALID" } else { "" };
    Some(format!(
        "ALTER TABLE {} ADD {name}FOREIGN KEY {columns} REFERENCES {} {target_columns}{matching}{action}{deferrable}{valid}",
        table.name, target.name
    ))
}

const ACTIONS: [&str; 7] = [
    "",
    "",
    " ON DELETE CASCADE",
    " ON DELETE SET NULL ON UPDATE CASCADE",
    " ON DELETE RESTRICT",
    " ON DELETE SET DEFAULT",
    " ON UPDATE SET NULL",
];
const DEFERRABLE: [&str; 5] = ["", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"];

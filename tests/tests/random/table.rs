//! A random table.

use super::choices::Choices;
use super::column::Column;
use super::form::{COLUMNS, Class, Form};
use super::types::{COMMENTS, Types};
use super::{indexes, keys};

/// The tables' names; the last is 63 bytes long.
pub(crate) const TABLES: [&str; 5] = [
    "alpha",
    "\"Be ta\"",
    "\"Far 'Away'\".gamma",
    "\"order\"",
    "\"Täble mit \"\"Zeichen\"\" und so vielen Bytes, wie es geben darf: 63\"",
];

/// The table that may be unlogged.
const UNLOGGED: usize = 4;

/// A table while it is made.
pub(crate) struct Table {
    pub(crate) number: usize,
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<Column>,
    /// Constraints within `CREATE TABLE`.
    pub(crate) items: Vec<String>,
    /// Statements after `CREATE TABLE`.
    pub(crate) after: Vec<String>,
    /// Unlogged tables are referenced by none.
    pub(crate) is_unlogged: bool,
    options: &'static str,
}

impl Table {
    pub(crate) fn random(number: usize, types: &Types, choices: &Choices) -> Self {
        let place = |what: &str| format!("table {number} {what}");
        let is_unlogged = number == UNLOGGED && choices.one_in(&place("unlogged"), 2);
        let options = [
            "",
            "",
            "",
            " WITH (fillfactor = 70)",
            " WITH (autovacuum_enabled = false, parallel_workers = 2)",
            " WITH (fillfactor = 80, toast.autovacuum_enabled = false)",
            " WITH (toast.vacuum_truncate = false)",
            " WITH (parallel_workers = 3, fillfactor = 90)",
        ];
        let mut table = Self {
            number,
            name: TABLES[number],
            columns: Vec::new(),
            items: Vec::new(),
            after: Vec::new(),
            is_unlogged,
            options: choices.pick(&place("options"), &options),
        };
        keys::add_id_and_code(&mut table, types, choices);
        for (name, forms) in COLUMNS {
            if choices.roll(&place(&format!("{name} there")), 5) < 2 {
                table.add_column(name, forms, types, choices);
            }
        }
        keys::add_references(&mut table, choices);
        table.add_comment(&format!("TABLE {}", table.name), choices);
        indexes::add_roles(&mut table, choices);
        table
    }

    fn add_column(&mut self, name: &'static str, forms: &[Form], types: &Types, choices: &Choices) {
        let place = self.place(name);
        let form = choices.pick(&format!("{place} form"), forms);
        let form = if types.allow(&form) { form } else { forms[0] };
        let column = Column::random(name, &form, self, types, choices);
        self.add_check(&column, &form, types, choices);
        indexes::add_of_column(self, &column, types, choices);
        self.after.extend(column.settings(self.name, &place, choices));
        self.add_comment(&format!("COLUMN {}.{name}", self.name), choices);
        self.columns.push(column);
    }

    fn add_check(&mut self, column: &Column, form: &Form, types: &Types, choices: &Choices) {
        let place = self.place(column.name);
        if !choices.one_in(&format!("{place} check"), 4) {
            return;
        }
        let mut check = types
            .filled(choices.pick(&format!("{place} check text"), &form.checks))
            .replace("{}", column.name);
        if form.class == Class::Text
            && types.has_function
            && choices.one_in(&format!("{place} check calls"), 2)
        {
            check = format!("\"is fine\"({}::text)", column.name);
        }
        let plain: String = column.name.replace('"', "").chars().take(40).collect();
        let name = format!("\"Check {plain}\"");
        let no_inherit =
            if choices.one_in(&format!("{place} check inherits"), 8) { " NO INHERIT" } else { "" };
        if choices.one_in(&format!("{place} check validated"), 8) {
            self.after.push(format!(
                "ALTER TABLE {} ADD CONSTRAINT {name} CHECK ({check}){no_inherit} NOT VALID",
                self.name
            ));
        } else {
            self.items.push(format!("CONSTRAINT {name} CHECK ({check}){no_inherit}"));
        }
        self.add_comment(&format!("CONSTRAINT {name} ON {}", self.name), choices);
    }

    /// The beginning of the names of all decisions about something in the table.
    pub(crate) fn place(&self, what: &str) -> String {
        format!("table {} {what}", self.number)
    }

    pub(crate) fn add_comment(&mut self, on: &str, choices: &Choices) {
        let place = self.place(on);
        if choices.one_in(&format!("{place} comment"), 8) {
            let text = choices.pick(&format!("{place} comment text"), &COMMENTS);
            self.after.push(format!("COMMENT ON {on} IS {text}"));
        }
    }

    pub(crate) fn is_far(&self) -> bool {
        self.name.contains('.')
    }

    /// The column of that name, or one that is always there.
    pub(crate) fn column_or_code(&self, name: &str) -> &Column {
        let is_code = |column: &&Column| column.name == "code";
        let found = self.columns.iter().find(|column| column.name == name);
        found.or_else(|| self.columns.iter().find(is_code)).expect("each table has a code")
    }

    /// `CREATE TABLE`.
    pub(crate) fn statement(&self) -> String {
        let columns = self.columns.iter().map(Column::definition);
        let lines: Vec<String> = columns.chain(self.items.iter().cloned()).collect();
        let unlogged = if self.is_unlogged { "UNLOGGED " } else { "" };
        let (name, options) = (self.name, self.options);
        format!("CREATE {unlogged}TABLE {name} (\n    {}\n){options}", lines.join(",\n    "))
    }
}

//! A random column.

use super::choices::Choices;
use super::form::{Class, Form};
use super::table::Table;
use super::types::Types;

/// A column while its table is made.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) sql_type: String,
    pub(crate) class: Class,
    /// The values of three rows.
    pub(crate) values: [String; 3],
    pub(crate) not_null: bool,
    pub(crate) is_generated: bool,
    /// Collation, default, generation or identity.
    pub(crate) rest: String,
    /// A condition that its values satisfy.
    pub(crate) condition: String,
}

impl Column {
    /// A column of the key, or one that references a key.
    pub(crate) fn plain(name: &'static str, sql_type: &str, values: [&str; 3]) -> Self {
        Self {
            name,
            sql_type: sql_type.to_owned(),
            class: if sql_type.contains("int") { Class::Integer } else { Class::Text },
            values: values.map(str::to_owned),
            not_null: false,
            is_generated: false,
            rest: String::new(),
            condition: format!("{name} IS NOT NULL"),
        }
    }

    pub(crate) fn random(
        name: &'static str,
        form: &Form,
        table: &Table,
        types: &Types,
        choices: &Choices,
    ) -> Self {
        let place = table.place(name);
        let mut column = Self {
            name,
            sql_type: types.filled(form.sql_type),
            class: form.class,
            values: form.values.map(|value| types.filled(value)),
            not_null: choices.one_in(&format!("{place} required"), 3),
            is_generated: false,
            rest: String::new(),
            condition: types.filled(form.checks[0]).replace("{}", name),
        };
        let is_collated = form.class == Class::Text && form.extension.is_none();
        if is_collated && choices.one_in(&format!("{place} collated"), 7) {
            column.rest += choices
                .pick(&format!("{place} collation"), &[" COLLATE \"C\"", " COLLATE \"POSIX\""]);
        }
        if !column.become_generated(&place, choices) && !column.become_counted(table, choices) {
            column.add_default(&place, form, types, choices);
        }
        column
    }

    fn become_generated(&mut self, place: &str, choices: &Choices) -> bool {
        let expressions = match self.class {
            Class::Integer => ["id + 1", "(id * 2) % 90"],
            Class::Text => ["upper(code)", "(code || '''x')"],
            Class::Search => ["to_tsvector('simple', code)", "to_tsvector('english', code)"],
            _ => return false,
        };
        self.is_generated = choices.one_in(&format!("{place} generated"), 6);
        if self.is_generated {
            let expression = choices.pick(&format!("{place} generation"), &expressions);
            self.rest += &format!(" GENERATED ALWAYS AS ({expression}) STORED");
        }
        self.is_generated
    }

    /// An identity, or a serial.
    fn become_counted(&mut self, table: &Table, choices: &Choices) -> bool {
        let place = table.place(self.name);
        if self.class != Class::Integer || !choices.one_in(&format!("{place} counted"), 5) {
            return false;
        }
        if choices.one_in(&format!("{place} serial"), 3) {
            self.sql_type = serial(&self.sql_type).to_owned();
        } else {
            self.rest += choices.pick(&format!("{place} identity"), &IDENTITIES);
        }
        self.not_null = true;
        true
    }

    fn add_default(&mut self, place: &str, form: &Form, types: &Types, choices: &Choices) {
        if !choices.one_in(&format!("{place} default"), 3) {
            return;
        }
        let counts = form.class == Class::Integer
            && types.has_counter
            && choices.one_in(&format!("{place} default counts"), 3);
        let default = match counts {
            true => "nextval('counter')".to_owned(),
            false => types.filled(choices.pick(&format!("{place} default text"), &form.defaults)),
        };
        self.rest += &format!(" DEFAULT {default}");
    }

    /// What `CREATE TABLE` says of it.
    pub(crate) fn definition(&self) -> String {
        let Self { name, sql_type, rest, .. } = self;
        let required = if self.not_null { " NOT NULL" } else { "" };
        format!("{name} {sql_type}{rest}{required}")
    }

    /// What only `ALTER TABLE` says of it.
    pub(crate) fn settings(&self, table: &str, place: &str, choices: &Choices) -> Vec<String> {
        let mut settings: Vec<&str> = Vec::new();
        if choices.one_in(&format!("{place} statistics"), 9) {
            settings.push(
                choices.pick(&format!("{place} target"), &["STATISTICS 100", "STATISTICS 0"]),
            );
        }
        if choices.one_in(&format!("{place} options"), 9) {
            let options = ["(n_distinct = 5)", "(n_distinct = -0.5, n_distinct_inherited = 7)"];
            settings.push(choices.pick(&format!("{place} options text"), &options));
        }
        if matches!(self.class, Class::Text | Class::Document | Class::Array | Class::Search) {
            if choices.one_in(&format!("{place} storage"), 8) {
                let storages = ["STORAGE EXTERNAL", "STORAGE MAIN", "STORAGE PLAIN"];
                settings.push(choices.pick(&format!("{place} storage text"), &storages));
            }
            if choices.one_in(&format!("{place} compression"), 9) {
                settings.push("COMPRESSION pglz");
            }
        }
        let name = self.name;
        let clauses = settings.into_iter();
        clauses
            .map(|clause| format!("ALTER TABLE {table} ALTER COLUMN {name} SET {clause}"))
            .collect()
    }
}

pub(crate) const IDENTITIES: [&str; 4] = [
    " GENERATED BY DEFAULT AS IDENTITY",
    " GENERATED ALWAYS AS IDENTITY",
    " GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 3)",
    " GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 9999 CACHE 2 CYCLE)",
];

/// The serial of an integer type.
pub(crate) fn serial(sql_type: &str) -> &'static str {
    match sql_type {
        "smallint" => "smallserial",
        "integer" => "serial",
        _ => "bigserial",
    }
}

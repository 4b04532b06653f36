//! A random schema as SQL.

use super::choices::Choices;
use super::table::{TABLES, Table};
use super::types::Types;
use super::{dependents, keys, rows};

/// A schema: what it is made of, as far as its parts have to know of each other.
pub(crate) struct Schema {
    pub(crate) choices: Choices,
    pub(crate) types: Types,
    pub(crate) tables: Vec<Table>,
}

/// Two schemas as SQL, and rows that fit both.
pub(crate) struct Change {
    pub(crate) current: String,
    pub(crate) rows: String,
    pub(crate) desired: String,
}

impl Change {
    /// The change of a seed, for a server of that major version.
    pub(crate) fn random(seed: u64, major: u16) -> Self {
        Self::of(&Choices::of(seed), major)
    }

    /// The same without what is known only by its definition.
    pub(crate) fn without_dependents(seed: u64, major: u16) -> Self {
        Self::of(&Choices::of(seed).without_dependents(), major)
    }

    fn of(choices: &Choices, major: u16) -> Self {
        let (current, desired) =
            (Schema::random(choices.clone(), major), Schema::random(choices.changed(), major));
        let rows = rows::rows(&current, &desired);
        Self { current: current.sql(), rows, desired: desired.sql() }
    }
}

impl Schema {
    fn random(choices: Choices, major: u16) -> Self {
        let types = Types::random(&choices, major);
        let present = (0..TABLES.len()).filter(|number| {
            let is_reachable = !TABLES[*number].starts_with("\"Far") || types.has_far_schema;
            is_reachable && (*number == 0 || !choices.one_in(&format!("table {number} gone"), 4))
        });
        let tables = present.map(|number| Table::random(number, &types, &choices)).collect();
        Self { choices, types, tables }
    }

    /// The statements that make it.
    fn sql(&self) -> String {
        let mut statements = self.types.statements.clone();
        for table in &self.tables {
            statements.push(table.statement());
        }
        for table in &self.tables {
            statements.extend(table.after.iter().cloned());
        }
        for table in &self.tables {
            statements.extend(keys::foreign_keys(table, self));
        }
        statements.extend(self.types.owner_of_counter(&self.tables));
        let over = if self.choices.has_dependents { self.tables.as_slice() } else { &[] };
        for table in over {
            statements.extend(dependents::statements(table, &self.choices));
        }
        statements.iter().map(|statement| format!("{statement};\n")).collect()
    }
}

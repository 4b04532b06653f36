//! A random schema: few names, so that two of them share much.

use std::fmt::Write;

/// A schema as SQL, with the rows that fit it.
pub(crate) struct Schema {
    labels: Vec<&'static str>,
    domain_check: Option<&'static str>,
    sequence: Option<i64>,
    tables: Vec<Table>,
}

struct Table {
    name: &'static str,
    columns: Vec<Column>,
    items: Vec<String>,
    after: Vec<String>,
}

struct Column {
    name: &'static str,
    sql_type: &'static str,
    rest: String,
    value: Option<&'static str>,
}

const LABELS: [&str; 5] = ["one", "t'wo", "THREE", "four", "five \\"];
const TABLES: [&str; 4] = ["alpha", "\"Be ta\"", "gamma", "\"order\""];
const COLUMNS: [&str; 7] = ["a", "b", "\"C c\"", "d", "\"user\"", "f", "g"];

/// Types, with values of the first and the second row, defaults, and checks over `{}`.
const TYPES: [(&str, [&str; 2], &str, &str); 12] = [
    ("integer", ["1", "2"], "7", "{} < 100"),
    ("bigint", ["1", "2"], "7 + 1", "{} < 100 + 1"),
    ("text", ["'1'", "'2'"], "'it''s'", "{} <> ''"),
    ("character varying(20)", ["'1'", "'2'"], "'x'", "{} IN ('1', '2', 'x')"),
    ("numeric(10,2)", ["1", "2"], "0.5", "{} > 0"),
    ("boolean", ["true", "false"], "true", "{} IN (true, false)"),
    ("timestamp with time zone", ["'2024-01-01'", "'2024-01-02'"], "now()", "{} > '2000-01-01'"),
    ("kind", ["'one'", "'one'"], "'one'", "{} <> 'four'"),
    ("kind[]", ["'{one}'", "'{one}'"], "'{}'", "array_length({}, 1) < 9"),
    ("word", ["'1'", "'2'"], "'w'", "{} <> 'no'"),
    ("integer[]", ["'{1}'", "'{2}'"], "'{}'", "array_length({}, 1) < 9"),
    ("jsonb", ["'{\"a\": 1}'", "'[]'"], "'{}'", "jsonb_typeof({}) <> 'string'"),
];

/// A small generator of numbers (splitmix64), the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % (sides as u64)).expect("it is below `sides`")
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }
}

impl Schema {
    /// The schema of a seed.
    pub(crate) fn random(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut labels: Vec<&str> =
            LABELS.into_iter().filter(|label| *label == "one" || !dice.one_in(3)).collect();
        if !labels.contains(&"four") {
            labels.push("four");
        }
        if dice.one_in(4) {
            labels.reverse();
        }
        let domain_check = [None, Some("VALUE <> ''"), Some("length(VALUE) < 50")][dice.roll(3)];
        let sequence = dice.one_in(2).then(|| [1, 5, -1][dice.roll(3)]);
        let count = 1 + dice.roll(TABLES.len());
        let tables = (0..count).map(|number| Table::random(number, count, &mut dice)).collect();
        Self { labels, domain_check, sequence, tables }
    }

    /// The statements that make it.
    pub(crate) fn sql(&self) -> String {
        let labels: Vec<String> =
            self.labels.iter().map(|label| format!("'{}'", label.replace('\'', "''"))).collect();
        let mut sql = format!("CREATE TYPE kind AS ENUM ({});\n", labels.join(", "));
        let check = self
            .domain_check
            .map_or_else(String::new, |check| format!(" CONSTRAINT word_check CHECK ({check})"));
        writeln!(sql, "CREATE DOMAIN word AS text{check};").expect("it is text");
        if let Some(increment) = self.sequence {
            writeln!(sql, "CREATE SEQUENCE counter INCREMENT {increment};").expect("it is text");
        }
        for table in &self.tables {
            let columns = table
                .columns
                .iter()
                .map(|one| format!("{} {}{}", one.name, one.sql_type, one.rest));
            let lines: Vec<String> = columns.chain(table.items.iter().cloned()).collect();
            writeln!(sql, "CREATE TABLE {} (\n    {}\n);", table.name, lines.join(",\n    "))
                .expect("it is text");
        }
        for statement in self.tables.iter().flat_map(|table| &table.after) {
            writeln!(sql, "{statement};").expect("it is text");
        }
        sql
    }

    /// Two rows for each table, the second with nulls where they may be.
    pub(crate) fn rows(&self) -> String {
        let mut sql = "SET session_replication_role = replica;\n".to_owned();
        for table in &self.tables {
            for row in 0..2 {
                let columns: Vec<&Column> =
                    table.columns.iter().filter(|one| one.value.is_some()).collect();
                let names: Vec<&str> = columns.iter().map(|one| one.name).collect();
                let values: Vec<String> = columns.iter().map(|one| one.row_value(row)).collect();
                writeln!(
                    sql,
                    "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({}) ON CONFLICT DO NOTHING;",
                    table.name,
                    names.join(", "),
                    values.join(", ")
                )
                .expect("it is text");
            }
        }
        sql
    }
}

impl Column {
    fn row_value(&self, row: usize) -> String {
        if row == 1
            && !self.rest.contains("NOT NULL")
            && !self.rest.contains("IDENTITY")
            && self.name != "id"
        {
            return "NULL".to_owned();
        }
        let found = TYPES.iter().find(|(sql_type, ..)| *sql_type == self.sql_type);
        found.map_or_else(|| (row + 1).to_string(), |(_, values, ..)| values[row].to_owned())
    }
}

impl Table {
    fn random(number: usize, count: usize, dice: &mut Dice) -> Self {
        let name = TABLES[number];
        let id = ["integer", "bigint"][dice.roll(2)];
        let rest = [
            "",
            " GENERATED BY DEFAULT AS IDENTITY",
            " GENERATED ALWAYS AS IDENTITY (START WITH 10)",
        ][dice.roll(3)];
        let id = if dice.one_in(4) {
            Column { name: "id", sql_type: "serial", rest: String::new(), value: Some("") }
        } else {
            Column { name: "id", sql_type: id, rest: rest.to_owned(), value: Some("") }
        };
        let mut table = Self { name, columns: vec![id], items: Vec::new(), after: Vec::new() };
        table.items.push("PRIMARY KEY (id)".to_owned());
        for column in COLUMNS {
            if !dice.one_in(3) {
                table.add_column(column, dice);
            }
        }
        if dice.one_in(2) {
            let other = TABLES[dice.roll(count)];
            let action =
                ["", " ON DELETE CASCADE", " ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED"]
                    [dice.roll(3)];
            table.columns.push(Column {
                name: "other_id",
                sql_type: "bigint",
                rest: String::new(),
                value: Some(""),
            });
            table.after.push(format!(
                "ALTER TABLE {name} ADD FOREIGN KEY (other_id) REFERENCES {other}{action}"
            ));
        }
        table
    }

    fn add_column(&mut self, name: &'static str, dice: &mut Dice) {
        let (sql_type, _, default, check) = TYPES[dice.roll(TYPES.len())];
        let mut rest = String::new();
        if sql_type == "integer" && dice.one_in(4) {
            let expression = ["id + 1", "id * 2"][dice.roll(2)];
            write!(rest, " GENERATED ALWAYS AS ({expression}) STORED").expect("it is text");
            self.columns.push(Column { name, sql_type, rest, value: None });
            return;
        }
        if dice.one_in(3) {
            write!(rest, " DEFAULT {default}").expect("it is text");
        }
        if dice.one_in(3) {
            rest += " NOT NULL";
        }
        if dice.one_in(4) {
            self.items.push(format!("CHECK ({})", check.replace("{}", name)));
        }
        match dice.roll(8) {
            0 => self.items.push(format!("UNIQUE ({name}, id)")),
            1 => self.after.push(format!("CREATE INDEX ON {} ({name})", self.name)),
            2 => self.after.push(format!(
                "CREATE INDEX ON {} (id DESC) WHERE {}",
                self.name,
                check.replace("{}", name)
            )),
            3 => self.after.push(format!(
                "COMMENT ON COLUMN {}.{name} IS 'a ''comment''\nof two lines'",
                self.name
            )),
            4 if sql_type == "text" => {
                self.after.push(format!("CREATE INDEX ON {} (lower({name}))", self.name))
            }
            _ => {}
        }
        self.columns.push(Column { name, sql_type, rest, value: Some("") });
    }
}

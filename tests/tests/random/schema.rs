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
    is_generated: bool,
    /// The values of two rows; numbers of rows where there are none.
    values: Option<[&'static str; 2]>,
}

const LABELS: [&str; 5] = ["one", "t'wo", "THREE", "four", "five \\"];
const TABLES: [&str; 4] = ["alpha", "\"Be ta\"", "gamma", "\"order\""];
/// A type, the values of two rows, a default, and a check over `{}`.
type Form = (&'static str, [&'static str; 2], &'static str, &'static str);

const INTEGER: Form = ("integer", ["1", "0"], "7", "{} < 100");
const BIGINT: Form = ("bigint", ["1", "0"], "7 + 1", "{} < 100 + 1");
const NUMERIC: Form = ("numeric(10,2)", ["1", "0"], "0.5", "{} >= 0");
const TEXT: Form = ("text", ["'1'", "'0'"], "'it''s'", "{} <> 'no'");
const VARCHAR: Form = ("character varying(20)", ["'1'", "'0'"], "'x'", "length({}) < 30");
const WORD: Form = ("word", ["'1'", "'0'"], "'w'", "{} <> 'no'");
const BOOLEAN: Form = ("boolean", ["true", "false"], "true", "{} IN (true, false)");
const MOMENT: Form =
    ("timestamp with time zone", ["'2024-01-01'", "'2024-01-02'"], "now()", "{} > '2000-01-01'");
const DAY: Form = ("date", ["'2024-01-01'", "'2024-01-02'"], "'2024-01-01'", "{} > '2000-01-01'");
const KIND: Form = ("kind", ["'one'", "'four'"], "'one'", "{} IN ('one', 'four')");
const LABEL: Form = ("text", ["'one'", "'four'"], "'one'", "{} <> 'no'");
const KINDS: Form = ("kind[]", ["'{one}'", "'{four,one}'"], "'{}'", "array_length({}, 1) < 9");
const NUMBERS: Form = ("integer[]", ["'{1}'", "'{2,3}'"], "'{}'", "array_length({}, 1) < 9");
const WORDS: Form = ("text[]", ["'{1}'", "'{2,3}'"], "'{}'", "array_length({}, 1) < 9");
const JSON: Form = ("jsonb", ["'{\"a\": 1}'", "'[]'"], "'{}'", "{} IS NOT DISTINCT FROM {}");

/// Columns, each with forms that rows can go between.
const COLUMNS: [(&str, &[Form]); 8] = [
    ("a", &[INTEGER, BIGINT, TEXT]),
    ("b", &[TEXT, VARCHAR, WORD]),
    ("\"C c\"", &[INTEGER, NUMERIC, BIGINT]),
    ("d", &[KIND, LABEL, KINDS]),
    ("\"user\"", &[BOOLEAN, INTEGER]),
    ("f", &[MOMENT, DAY]),
    ("g", &[JSON]),
    ("h", &[NUMBERS, WORDS]),
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
                    table.columns.iter().filter(|one| !one.is_generated).collect();
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
        self.values.map_or_else(|| (row + 1).to_string(), |values| values[row].to_owned())
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
            Column {
                name: "id",
                sql_type: "serial",
                rest: String::new(),
                is_generated: false,
                values: None,
            }
        } else {
            Column {
                name: "id",
                sql_type: id,
                rest: rest.to_owned(),
                is_generated: false,
                values: None,
            }
        };
        let mut table = Self { name, columns: vec![id], items: Vec::new(), after: Vec::new() };
        table.items.push("PRIMARY KEY (id)".to_owned());
        for (column, forms) in COLUMNS {
            if !dice.one_in(3) {
                table.add_column(column, forms[dice.roll(forms.len())], dice);
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
                is_generated: false,
                values: None,
            });
            table.after.push(format!(
                "ALTER TABLE {name} ADD FOREIGN KEY (other_id) REFERENCES {other}{action}"
            ));
        }
        table
    }

    fn add_column(&mut self, name: &'static str, form: Form, dice: &mut Dice) {
        let (sql_type, values, default, check) = form;
        let mut rest = String::new();
        if sql_type == "integer" && dice.one_in(4) {
            let expression = ["id + 1", "id * 2"][dice.roll(2)];
            write!(rest, " GENERATED ALWAYS AS ({expression}) STORED").expect("it is text");
            self.columns.push(Column { name, sql_type, rest, is_generated: true, values: None });
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
                self.after.push(format!("CREATE INDEX ON {} (lower({name}))", self.name));
            }
            _ => {}
        }
        self.columns.push(Column {
            name,
            sql_type,
            rest,
            is_generated: false,
            values: Some(values),
        });
    }
}

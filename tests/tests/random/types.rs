//! Schemas, extensions, types, sequences and the function that tables lean on.

use super::choices::Choices;
use super::form::Form;
use super::table::Table;

const LABELS: [&str; 10] = [
    "one",
    "t'wo",
    "THREE",
    "four",
    "five \\",
    "{a,b}",
    "\"q\"",
    " sp  ace",
    "NULL",
    "ünï ☃ label that is as long as labels may be in PostgreSQL!",
];

/// What columns can use.
pub(crate) struct Types {
    pub(crate) major: u16,
    pub(crate) has_far_schema: bool,
    extensions: Vec<&'static str>,
    labels: Vec<&'static str>,
    label: String,
    mood: &'static str,
    /// The end of a value of the composite type, which may have a third attribute.
    pair_end: &'static str,
    pub(crate) has_counter: bool,
    pub(crate) has_function: bool,
    owner: Option<(usize, &'static str)>,
    pub(crate) statements: Vec<String>,
}

impl Types {
    pub(crate) fn random(choices: &Choices, major: u16) -> Self {
        let has_far_schema = !choices.one_in("schema gone", 3);
        let is_far = has_far_schema && choices.one_in("mood is far", 2);
        let labels = labels(choices);
        let label = quoted(choices.pick("label in use", &labels));
        let owner = choices.one_in("counter owned", 3).then(|| {
            (choices.roll("counter owner", 5), choices.pick("counter column", &["id", "code"]))
        });
        let mut types = Self {
            major,
            has_far_schema,
            extensions: Vec::new(),
            labels,
            label,
            mood: if is_far { "\"Far 'Away'\".mood" } else { "mood" },
            pair_end: "",
            has_counter: !choices.one_in("counter gone", 3),
            has_function: choices.has_dependents && !choices.one_in("function gone", 3),
            owner,
            statements: Vec::new(),
        };
        types.add_schema(choices);
        types.add_extensions(choices);
        types.add_function(choices);
        types.add_enums(choices);
        types.add_domains(choices);
        types.add_composite(choices);
        types.add_sequences(choices);
        types
    }

    fn push(&mut self, statement: impl Into<String>) {
        self.statements.push(statement.into());
    }

    fn comment(&mut self, on: &str, choices: &Choices) {
        if choices.one_in(&format!("comment on {on}"), 5) {
            let text = choices.pick(&format!("comment text of {on}"), &COMMENTS);
            self.push(format!("COMMENT ON {on} IS {text}"));
        }
    }

    fn add_schema(&mut self, choices: &Choices) {
        if self.has_far_schema {
            self.push("CREATE SCHEMA \"Far 'Away'\"");
            self.comment("SCHEMA \"Far 'Away'\"", choices);
        }
    }

    fn add_extensions(&mut self, choices: &Choices) {
        for extension in ["citext", "btree_gist", "pg_trgm", "hstore"] {
            if choices.one_in(&format!("extension {extension}"), 4) {
                self.extensions.push(extension);
                let is_far = self.has_far_schema
                    && extension == "hstore"
                    && choices.one_in("hstore is far", 2);
                let schema = if is_far { " SCHEMA \"Far 'Away'\"" } else { "" };
                self.push(format!("CREATE EXTENSION {extension}{schema}"));
            }
        }
    }

    fn add_function(&mut self, choices: &Choices) {
        if self.has_function {
            let body = choices.pick("function body", &["value <> 'no'", "length(value) < 9999"]);
            self.push(format!(
                "CREATE FUNCTION \"is fine\"(value text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN {body}"
            ));
        }
        self.push("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$");
    }

    fn add_enums(&mut self, choices: &Choices) {
        let labels: Vec<String> = self.labels.iter().map(|label| quoted(label)).collect();
        self.push(format!("CREATE TYPE kind AS ENUM ({})", labels.join(", ")));
        self.comment("TYPE kind", choices);
        let more = choices.pick("labels of mood", &["", ", 'x'", ", 'x', 'y'"]);
        self.push(format!("CREATE TYPE {} AS ENUM ('one', 'four'{more})", self.mood));
    }

    fn add_domains(&mut self, choices: &Choices) {
        let base = choices.pick(
            "word base",
            &["text", "text", "text", "text", "character varying(60)", "text COLLATE \"C\""],
        );
        let default = choices.pick("word default", &["", "", " DEFAULT 'w'", " DEFAULT 'it''s'"]);
        self.push(format!("CREATE DOMAIN word AS {base}{default}"));
        let mut checks = vec!["VALUE <> 'no'", "length(VALUE) < 70"];
        if self.has_function {
            checks.push("\"is fine\"(VALUE)");
        }
        for name in ["word_check", "\"Check \"\"2\"\"\""] {
            if choices.one_in(&format!("word {name}"), 3) {
                let check = choices.pick(&format!("word {name} text"), &checks);
                self.push(format!("ALTER DOMAIN word ADD CONSTRAINT {name} CHECK ({check})"));
                self.comment(&format!("CONSTRAINT {name} ON DOMAIN word"), choices);
            }
        }
        self.comment("DOMAIN word", choices);
        let check = match choices.roll("picked check", 3) {
            0 => String::new(),
            1 => format!(" CHECK (VALUE <> {} OR VALUE IN ('one', 'four'))", self.label),
            _ => format!(" CHECK (VALUE >= {})", quoted(self.labels[0])),
        };
        self.push(format!("CREATE DOMAIN picked AS kind{check}"));
    }

    fn add_composite(&mut self, choices: &Choices) {
        let first = choices.pick("pair first", &["integer", "integer", "bigint", "numeric(10,2)"]);
        let second =
            choices.pick("pair second", &["text", "text", "character varying(30)", "word"]);
        let third = choices.pick("pair third", &["", "", ", \"Th ird\" kind", ", \"Th ird\" date"]);
        self.pair_end = if third.is_empty() { "" } else { "," };
        self.push(format!("CREATE TYPE pair AS (one {first}, \"Two\" {second}{third})"));
        self.comment("TYPE pair", choices);
    }

    fn add_sequences(&mut self, choices: &Choices) {
        if self.has_counter {
            let options = choices.pick(
                "counter options",
                &["", " INCREMENT 5", " AS integer CACHE 3", " MAXVALUE 500 CYCLE", " START 7"],
            );
            self.push(format!("CREATE SEQUENCE counter{options}"));
            self.comment("SEQUENCE counter", choices);
        }
        if choices.one_in("second sequence", 3) {
            let options =
                choices.pick("second options", &["", " AS smallint INCREMENT -2", " START 3"]);
            self.push(format!("CREATE SEQUENCE \"Se q\"{options}"));
        }
    }

    /// The counter goes with a column of one of the tables in its schema.
    pub(crate) fn owner_of_counter(&self, tables: &[Table]) -> Option<String> {
        let (number, column) = self.owner.filter(|_| self.has_counter)?;
        let table = tables.iter().find(|table| table.number == number && !table.is_far())?;
        Some(format!("ALTER SEQUENCE counter OWNED BY {}.{column}", table.name))
    }

    pub(crate) fn has_extension(&self, name: &str) -> bool {
        self.extensions.contains(&name)
    }

    /// Whether a column of that form can be made.
    pub(crate) fn allow(&self, form: &Form) -> bool {
        form.extension.is_none_or(|extension| self.has_extension(extension))
    }

    /// A text with the names of types and labels in the place of what stands for them.
    pub(crate) fn filled(&self, text: &str) -> String {
        text.replace("{kind}", "kind")
            .replace("{mood}", self.mood)
            .replace("{word}", "word")
            .replace("{picked}", "picked")
            .replace("{pair}", "pair")
            .replace("{end}", self.pair_end)
            .replace("'{label}'", &self.label)
            .replace("'{first}'", &quoted(self.labels[0]))
    }
}

pub(crate) const COMMENTS: [&str; 3] =
    ["'a ''comment''\nof two lines'", "'\\ \"x\" {}'", "'ünï ☃'"];

fn labels(choices: &Choices) -> Vec<&'static str> {
    let is_there = |label: &&str| {
        ["one", "four"].contains(label) || choices.one_in(&format!("label {label}"), 2)
    };
    let mut labels: Vec<&str> = LABELS.into_iter().filter(is_there).collect();
    if choices.one_in("labels reversed", 12) {
        labels.reverse();
    }
    labels
}

fn quoted(label: &str) -> String {
    format!("'{}'", label.replace('\'', "''"))
}

//! Names and texts that a careless quoting would let escape.

use migrate_core::catalog::{Ident, MAX_IDENT_BYTES, shortened};
use migrate_core::model::quote_literal;
use migrate_core::plan::{Action, Plan, Step, StepMode};
use migrate_core::render::{RevisionText, revision};
use migrate_tests::{Case, check, connect, server};
use sqlx::{AssertSqlSafe, Column, Executor, Row};
use syn::visit::Visit;

const SHAPES: &[&str] = &[
    "order",
    "Mixed Case",
    "it's",
    "dou\"ble",
    "back\\slash",
    "$$dollar$$",
    "$1",
    "a.b",
    "semi; DROP TABLE t; --",
    "/* comment */",
    "tab\tand\u{7}bell",
    "bidi \u{202e}txet\u{2066}",
    "ünï 名前 e\u{301}",
    "{current_schema}",
    "%I %s",
    "123",
    " spaces ",
    "user",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table that has its name everywhere, `more` of it after a change.
fn table(shape: &str, more: bool) -> String {
    let name = quoted(shape);
    let text = quote_literal(shape);
    let part = |suffix: &str| {
        let kept: String = shape
            .chars()
            .scan(0, |bytes, one| {
                *bytes += one.len_utf8();
                (*bytes + suffix.len() <= MAX_IDENT_BYTES).then_some(one)
            })
            .collect();
        quoted(&format!("{kept}{suffix}"))
    };
    let (enum_name, domain, index, key, check) =
        (part("_e"), part("_d"), part("_i"), part("_k"), part("_c"));
    let labels = if more { format!("{text}, 'more'") } else { text.clone() };
    let column = if more {
        format!(", more text DEFAULT {text} NOT NULL CHECK (more <> {text} OR true)")
    } else {
        String::new()
    };
    format!(
        "CREATE TYPE {enum_name} AS ENUM ({labels});
        CREATE DOMAIN {domain} AS text DEFAULT {text} CONSTRAINT {check} CHECK (VALUE <> 'x' || {text});
        CREATE TABLE {name} (id integer PRIMARY KEY, {name} text DEFAULT {text}, label {enum_name} DEFAULT {text},
            dom {domain}, CONSTRAINT {key} UNIQUE ({name}), CONSTRAINT {check} CHECK ({name} <> {text} || 'x'){column});
        CREATE INDEX {index} ON {name} ({name} DESC) WHERE {name} <> {text};
        COMMENT ON TABLE {name} IS {text}; COMMENT ON COLUMN {name}.{name} IS {text};
        COMMENT ON INDEX {index} IS {text}; COMMENT ON TYPE {enum_name} IS {text};"
    )
}

#[test]
fn b26_names_and_texts_of_every_shape_come_change_and_go() {
    for shape in SHAPES {
        let rows = format!("INSERT INTO {} (id) VALUES (1)", quoted(shape));
        check(Case { desired: &table(shape, false), ..Case::default() });
        check(Case {
            current: &table(shape, false),
            rows: &rows,
            desired: &table(shape, true),
            ..Case::default()
        });
    }
}

#[test]
fn b11_a_type_that_shadows_one_of_postgresql_is_told_from_it() {
    let with = |labels: &str| {
        format!(
            "CREATE TYPE \"date\" AS ENUM ({labels}); CREATE TYPE \"Text\" AS ENUM ({labels});
            CREATE DOMAIN \"integer\" AS bigint;
            CREATE TABLE t (id integer PRIMARY KEY, a \"date\", b \"Text\"[], c \"integer\", d pg_catalog.date, e text);"
        )
    };
    check(Case {
        current: &with("'a', 'b'"),
        rows: "INSERT INTO t VALUES (1, 'a', '{a}', 3, '2024-01-01', 'x');",
        desired: &with("'b', 'a', 'c'"),
        ..Case::default()
    });
}

#[test]
fn b26_names_of_63_bytes_stay_and_longer_ones_differ() {
    let stem = "é".repeat(30);
    let (fits, one, other) = (format!("{stem}abc"), format!("{stem}abcd"), format!("{stem}abce"));
    assert_eq!(shortened(fits.clone()), fits);
    let [one, other] = [one, other].map(shortened);
    assert!(one != other && one.len() == MAX_IDENT_BYTES && other.len() == MAX_IDENT_BYTES);
}

/// A generator of texts that is the same on every run.
struct Texts(u64);

impl Texts {
    fn number(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn text(&mut self, longest: u64) -> String {
        const SIGNS: &[char] = &[
            '\'', '"', '\\', '$', '{', '}', '/', '*', '-', ';', '\n', '\r', '\t', '\u{1}',
            '\u{7f}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{301}', '#', 'r', 'a', 'E', ' ', '%',
            '?', ':', '名', '🚀', '\u{85}', '\u{2028}',
        ];
        let length = self.number(longest) + 1;
        (0..length)
            .map(|_| match self.number(4) {
                0 => char::from_u32(u32::try_from(self.number(0x1_0000)).unwrap_or(1))
                    .filter(|one| *one != '\0')
                    .unwrap_or('x'),
                _ => SIGNS[usize::try_from(self.number(SIGNS.len() as u64)).unwrap_or(0)],
            })
            .collect()
    }

    fn ident(&mut self) -> String {
        let text = self.text(20);
        let fits =
            text.char_indices().take_while(|(at, one)| at + one.len_utf8() <= MAX_IDENT_BYTES);
        fits.map(|(_, one)| one).collect()
    }
}

/// How many texts: `RANDOM_TEXTS=1000000`, or fewer.
fn count() -> usize {
    std::env::var("RANDOM_TEXTS").map_or(20_000, |text| text.parse().expect("a number"))
}

#[test]
fn random_names_and_literals_come_back_from_sql_as_they_went() {
    let mut texts = Texts(1);
    tokio::runtime::Runtime::new().expect("a runtime starts").block_on(async {
        let database = server().await.create().await.expect("a database is made");
        let mut connection = connect(&database).await;
        for _ in 0..count().div_ceil(500) {
            let pairs: Vec<(String, String)> =
                (0..500).map(|_| (texts.ident(), texts.text(60))).collect();
            let columns = pairs.iter().map(|(name, text)| {
                format!("{} AS {}", quote_literal(text), Ident::new(name.as_str()))
            });
            let sql = format!("SELECT {}", columns.collect::<Vec<_>>().join(", "));
            let row =
                connection.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("it is SQL");
            for (index, (name, text)) in pairs.iter().enumerate() {
                assert_eq!(row.column(index).name(), name);
                assert_eq!(&row.get_unchecked::<String, _>(index), text);
            }
        }
    });
}

/// The string literals of a file.
#[derive(Default)]
struct Literals(Vec<String>);

impl Visit<'_> for Literals {
    fn visit_lit_str(&mut self, literal: &syn::LitStr) {
        self.0.push(literal.value());
    }
}

#[test]
fn random_names_and_comments_come_back_from_rust_as_they_went() {
    let mut texts = Texts(2);
    for _ in 0..count().div_ceil(200) {
        let pairs: Vec<(String, String)> =
            (0..100).map(|_| (texts.ident(), texts.text(60))).collect();
        let actions = pairs.iter().map(|(name, text)| Action::SetComment {
            on: migrate_core::catalog::ObjectKey::Table { name: name.as_str().into() },
            text: Some(text.clone()),
        });
        let step =
            Step { name: String::new(), mode: StepMode::Transaction, actions: actions.collect() };
        let message = texts.text(80);
        let plan = Plan { steps: vec![step] };
        let text = revision(&RevisionText {
            id: "m1",
            parent: None,
            requires: None,
            message: &message,
            notes: &[],
            up: &plan,
            down: &Plan::default(),
        });
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let mut literals = Literals::default();
        literals.visit_file(&file);
        for (name, text) in &pairs {
            assert!(literals.0.contains(name), "{name:?} is lost");
            assert!(literals.0.contains(text), "{text:?} is lost");
        }
    }
}

//! The types that each column goes between, with what fits them.

/// What indexes and collations can do with a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Integer,
    Number,
    Text,
    Enum,
    Array,
    Document,
    Range,
    Search,
    /// It has no order.
    Shape,
    Other,
}

/// A type, and what a column of it can hold. `{}` stands for the column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// `{kind}` and the like stand for a type whose schema varies.
    pub(crate) sql_type: &'static str,
    pub(crate) class: Class,
    /// Of three rows: they can become those of every other form of the column, and satisfy the
    /// checks of all.
    pub(crate) values: [&'static str; 3],
    pub(crate) defaults: [&'static str; 2],
    pub(crate) checks: [&'static str; 2],
    /// The extension that brings the type.
    pub(crate) extension: Option<&'static str>,
}

const fn form(
    sql_type: &'static str,
    class: Class,
    values: [&'static str; 3],
    defaults: [&'static str; 2],
    checks: [&'static str; 2],
) -> Form {
    Form { sql_type, class, values, defaults, checks, extension: None }
}

const INTS: [&str; 3] = ["'1'", "'0'", "'-5'"];
const fn integer(sql_type: &'static str) -> Form {
    form(sql_type, Class::Integer, INTS, ["7", "(7 + 1)"], ["{} < 100", "{} + 0 <> 99"])
}
const fn number(sql_type: &'static str) -> Form {
    form(sql_type, Class::Number, INTS, ["0.5", "'-1'"], ["{} >= -10", "abs({}) < 1000"])
}
const TEXTS: [&str; 3] = ["'it''s \\ \"x\" {,}'", "''", "'Ünï ☃ NULL'"];
const fn text(sql_type: &'static str) -> Form {
    text_of(sql_type, TEXTS)
}
const fn text_of(sql_type: &'static str, values: [&'static str; 3]) -> Form {
    form(
        sql_type,
        Class::Text,
        values,
        ["'it''s'", "upper('\\x')"],
        ["{} <> 'no'", "length({}) < 50"],
    )
}
const LABELS: [&str; 3] = ["'one'", "'four'", "'one'"];
const MOMENTS: [&str; 3] = ["'2024-01-01'", "'1999-12-31'", "'2024-02-29'"];
const fn moment(sql_type: &'static str) -> Form {
    form(
        sql_type,
        Class::Other,
        MOMENTS,
        ["now()", "'2024-01-01'"],
        ["{} > '1900-01-01'", "{} <> '2000-01-01'"],
    )
}
const JSONS: [&str; 3] = ["'{\"a\": [1, \"it''s\"]}'", "'[]'", "'null'"];
const fn document(sql_type: &'static str) -> Form {
    form(
        sql_type,
        Class::Document,
        JSONS,
        ["'{}'", "'{\"b\": \"\\\\\"}'"],
        ["{} IS NOT NULL OR {} IS NULL", "length({}::text) < 99"],
    )
}
const ARRAYS: [&str; 3] = ["'{1}'", "'{2,3,NULL}'", "'{}'"];
const fn array(sql_type: &'static str) -> Form {
    form(
        sql_type,
        Class::Array,
        ARRAYS,
        ["'{}'", "'{4,5}'"],
        ["array_length({}, 1) < 9", "cardinality({}) < 99"],
    )
}
const fn other(
    sql_type: &'static str,
    values: [&'static str; 3],
    defaults: [&'static str; 2],
) -> Form {
    form(sql_type, Class::Other, values, defaults, ["{} = {}", "length({}::text) < 999"])
}
const fn of(class: Class, form: Form) -> Form {
    Form { class, ..form }
}
const fn with(extension: &'static str, form: Form) -> Form {
    Form { extension: Some(extension), ..form }
}

const KIND: Form = form(
    "{kind}",
    Class::Enum,
    LABELS,
    ["'{label}'", "'one'"],
    ["{} <> '{label}' OR {} IN ('one', 'four')", "{} >= '{first}'"],
);
const UUIDS: [&str; 3] = [
    "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
    "'00000000-0000-0000-0000-000000000000'",
    "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'",
];
const ADDRESSES: [&str; 3] = ["'10.0.0.0/8'", "'::1/128'", "'192.168.1.0/24'"];
const SPANS: [&str; 3] = ["'[1,3)'", "'[5,9)'", "'empty'"];
const BITS: [&str; 3] = ["B'10101010'", "B'00000000'", "B'11111111'"];
const POINTS: [&str; 3] = ["'(1,2)'", "'(0,0)'", "'(-1.5,3)'"];
const PAIRS: [&str; 3] = ["'(1,0{end})'", "'(,it''s{end})'", "NULL"];

/// A column of 63 bytes.
pub(crate) const LONG: &str = "\"Ein sehr langer Name, über dem nichts mehr möglich ist: 63 B.\"";

/// The columns, as they are quoted.
pub(crate) const COLUMNS: [(&str, &[Form]); 17] = [
    (
        "a",
        &[
            integer("integer"),
            integer("bigint"),
            integer("smallint"),
            number("numeric(12,3)"),
            text_of("text", INTS),
        ],
    ),
    (
        "b",
        &[
            text("text"),
            text("character varying(20)"),
            text("character varying(60)"),
            text("{word}"),
            text("character(30)"),
            with("citext", text("citext")),
        ],
    ),
    (
        "\"C c\"",
        &[
            number("numeric"),
            number("numeric(10,2)"),
            number("real"),
            number("double precision"),
            integer("bigint"),
        ],
    ),
    (
        "d",
        &[
            KIND,
            text_of("text", LABELS),
            Form {
                sql_type: "{kind}[]",
                class: Class::Array,
                values: ["'{one}'", "'{four,one}'", "'{}'"],
                defaults: ["'{}'", "ARRAY['{label}'::{kind}]"],
                checks: [
                    "array_length({}, 1) < 9",
                    "NOT ('{label}'::{kind} = ANY ({}) AND cardinality({}) > 9)",
                ],
                extension: None,
            },
            Form {
                sql_type: "{mood}",
                defaults: ["'one'", "'four'"],
                checks: ["{} IN ('one', 'four')", "{}::text <> 'no'"],
                ..KIND
            },
            Form {
                sql_type: "{picked}",
                checks: [
                    "{}::{kind} <> '{label}' OR {}::{kind} IN ('one', 'four')",
                    "{}::{kind} >= '{first}'",
                ],
                ..KIND
            },
        ],
    ),
    (
        "\"user\"",
        &[
            of(
                Class::Other,
                Form {
                    values: ["true", "false", "true"],
                    defaults: ["true", "(1 < 2)"],
                    checks: ["{} IN (true, false)", "{} OR NOT {}"],
                    ..integer("boolean")
                },
            ),
            Form { values: ["'1'", "'0'", "'1'"], ..integer("integer") },
        ],
    ),
    (
        "f",
        &[
            moment("timestamp with time zone"),
            moment("timestamp(3) with time zone"),
            moment("timestamp without time zone"),
            moment("date"),
        ],
    ),
    ("g", &[document("jsonb"), document("json")]),
    (
        "h",
        &[
            array("integer[]"),
            array("bigint[]"),
            array("text[]"),
            array("character varying(20)[]"),
            array("numeric(10,2)[]"),
        ],
    ),
    (
        "\"I \"\"i\"\"\"",
        &[
            other("uuid", UUIDS, ["gen_random_uuid()", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"]),
            text_of("text", UUIDS),
        ],
    ),
    ("j", &[other("bytea", ["'\\x00ff'", "''", "'x'"], ["'\\xdeadbeef'", "''"])]),
    (
        "k",
        &[
            other("inet", ADDRESSES, ["'127.0.0.1'", "'10.0.0.0/8'"]),
            other("cidr", ADDRESSES, ["'10.0.0.0/8'", "'::1/128'"]),
            text_of("text", ADDRESSES),
        ],
    ),
    (
        "l",
        &[
            other("interval", ["'1 day'", "'-3 months'", "'00:00:01'"], ["'1 hour'", "'1 year'"]),
            text_of("text", ["'1 day'", "'-3 months'", "'00:00:01'"]),
        ],
    ),
    (
        "m",
        &[
            of(
                Class::Shape,
                Form {
                    values: PAIRS,
                    defaults: ["'(7,\"7, \"{end})'", "NULL"],
                    ..other("{pair}", PAIRS, ["", ""])
                },
            ),
            of(
                Class::Shape,
                other(
                    "{pair}[]",
                    ["ARRAY['(1,x{end})'::{pair}]", "'{}'", "NULL"],
                    ["'{}'", "NULL"],
                ),
            ),
        ],
    ),
    ("n", &[of(Class::Range, other("int4range", SPANS, ["'empty'", "'empty'::int4range"]))]),
    (
        "o",
        &[
            other("bit(8)", BITS, ["B'10101010'", "B'00000000'"]),
            other("bit varying(9)", BITS, ["B'00000001'", "B'11110000'"]),
        ],
    ),
    (
        "p",
        &[of(
            Class::Shape,
            form(
                "point",
                Class::Shape,
                POINTS,
                ["'(0,0)'", "point(1, 2)"],
                ["{}[0] < 100", "{} IS NULL OR {} IS NOT NULL"],
            ),
        )],
    ),
    (
        LONG,
        &[
            text("text"),
            text("character varying(60)"),
            of(
                Class::Search,
                other("tsvector", ["'it'", "''", "'a b'"], ["''", "to_tsvector('simple', 'x')"]),
            ),
        ],
    ),
];

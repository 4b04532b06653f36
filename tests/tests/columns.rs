//! Columns: types and casts, defaults, sequences, generation, storage.

use migrate_tests::{Case, check, major};

/// A column changes from one definition to the other and back, on these values.
#[track_caller]
fn column(current: &str, desired: &str, values: &[&str]) -> String {
    let rows: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(id, value)| format!("INSERT INTO t (id, c) VALUES ({id}, {value});"))
        .collect();
    check(Case {
        current: &format!("CREATE TABLE t (id integer PRIMARY KEY, c {current});"),
        rows: &rows.concat(),
        desired: &format!("CREATE TABLE t (id integer PRIMARY KEY, c {desired});"),
        ..Case::default()
    })
}

#[test]
fn b15_a_required_column_gets_its_values_and_no_default_that_stays() {
    for sql_type in [
        "text",
        "integer",
        "timestamptz",
        "jsonb",
        "uuid",
        "boolean",
        "text[]",
        "date",
        "numeric(8,2)",
        "interval",
        "bytea",
    ] {
        let sql = check(Case {
            current: "CREATE TABLE t (id integer PRIMARY KEY);",
            rows: "INSERT INTO t VALUES (1), (2);",
            desired: &format!("CREATE TABLE t (id integer PRIMARY KEY, c {sql_type} NOT NULL);"),
            ..Case::default()
        });
        assert!(!sql.contains("DEFAULT"), "{sql}");
    }
}

#[test]
fn b15_a_nullable_column_becomes_required_by_its_default() {
    column("integer", "integer NOT NULL DEFAULT 5", &["1", "NULL"]);
    column("text", "text NOT NULL", &["'x'", "NULL"]);
}

#[test]
fn b15_several_columns_of_one_table_become_required_whose_rows_lack_all_of_them() {
    let sql = check(Case {
        current: "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id integer PRIMARY KEY, b text, c text, d integer);",
        rows: "INSERT INTO t VALUES (1, NULL, NULL, NULL), (2, 'b', NULL, NULL), (3, NULL, 'c', 4);",
        desired: "CREATE TYPE mood AS ENUM ('a', 'new'); CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL,
            b text NOT NULL, c text NOT NULL DEFAULT 'filled', d bigint NOT NULL DEFAULT 7,
            e mood NOT NULL DEFAULT 'new');",
        ..Case::default()
    });
    let place = |text: &str| sql.find(text).unwrap_or_else(|| panic!("{text}\n{sql}"));
    let default = place("SET DEFAULT 'filled'");
    let fills = ["SET a = 0", "SET b = ''", "SET c = 'filled'", "SET d = 7"].map(place);
    assert!(fills.iter().all(|fill| default < *fill), "{sql}");
    assert!(fills.iter().all(|fill| *fill < place("_is_not_null")), "{sql}");
}

#[test]
fn b16_a_text_that_became_an_array_comes_back_as_it_was() {
    let texts = ["plain", "{braces}", "with \"quotes\", and more", ""];
    let rows: Vec<String> = texts.iter().map(|text| format!("('{text}')")).collect();
    let sql = check(Case {
        current: "CREATE TABLE t (a text[]);",
        rows: "INSERT INTO t SELECT ARRAY[a] FROM (VALUES ('plain'), ('{braces}'), ('')) v (a);
            INSERT INTO t VALUES ('{a,b}'), ('{}'), (NULL);",
        desired: "CREATE TABLE t (a text);",
        ..Case::default()
    });
    assert!(sql.contains("a[array_lower(a, 1)][array_lower(a, 2)]) ELSE a::text"), "{sql}");
    check(Case {
        current: "CREATE TABLE t (a text);",
        rows: &format!("INSERT INTO t VALUES {}, (NULL);", rows.join(", ")),
        desired: "CREATE TABLE t (a text[]);",
        ..Case::default()
    });
}

#[test]
fn b16_each_pair_of_types_has_its_cast() {
    column("integer", "boolean", &["0", "1", "NULL"]);
    column("text", "integer", &["'12'", "NULL"]);
    column("integer DEFAULT 7", "text DEFAULT 'seven'", &["1", "NULL"]);
    column("json", "jsonb", &["'{\"a\": 1}'", "NULL"]);
    column("integer[]", "text[]", &["'{1,2}'", "NULL", "'{}'"]);
    column("text", "text[]", &["'{x}'", "NULL"]);
    column("text[]", "text", &["'{a,b}'", "NULL"]);
    column("bigint", "numeric(20,2)", &["5", "NULL"]);
    column("real", "double precision", &["1.5", "NULL"]);
    column("timestamp", "date", &["'2024-01-01'", "NULL"]);
    column("text", "jsonb", &["'[1]'", "NULL"]);
    column("varchar(36)", "uuid", &["'6e3d2a2e-5a0c-4ed1-9b0e-000000000000'", "NULL"]);
    column("text", "timestamptz", &["'2024-01-01 10:00+00'", "NULL"]);
    column("text", "bytea", &["'abc'", "NULL"]);
    column("cidr", "inet", &["'10.0.0.0/8'", "NULL"]);
    column("money", "numeric", &["12.5::numeric::money", "NULL"]);
    column("text", "interval", &["'1 day'", "NULL"]);
    column("date[]", "timestamptz[]", &["'{2024-01-01}'", "NULL"]);
    column("integer", "integer[]", &["1", "NULL"]);
}

#[test]
fn b16_a_moment_without_a_time_zone_is_said_to_be_utc() {
    let sql = column(
        "timestamp DEFAULT now()",
        "timestamptz DEFAULT now()",
        &["'2024-01-01 10:00'", "NULL"],
    );
    assert!(sql.contains("AT TIME ZONE 'UTC'"), "{sql}");
    column("timestamptz(3)", "timestamp(3)", &["'2024-01-01 10:00+02'", "NULL"]);
}

#[test]
fn b16_using_stands_only_where_it_is_needed() {
    for (current, desired) in [
        ("varchar(20)", "text"),
        ("varchar(20)", "varchar(40)"),
        ("integer", "bigint"),
        ("numeric(8,2)", "numeric(10,2)"),
        ("text", "varchar(40)"),
        ("timestamp(3)", "timestamp"),
    ] {
        let sql = column(current, desired, &["NULL"]);
        assert!(!sql.contains("USING"), "{sql}");
    }
}

#[test]
fn b17_modifiers_are_exact_in_both_directions() {
    column("varchar(5)", "varchar(9)", &["'abc'"]);
    column("varchar", "char(4)", &["'abc'"]);
    column("numeric", "numeric(8,3)", &["1.5"]);
    column("numeric(8,3)", "numeric(10,-2)", &["1500"]).clear();
    column("timestamp(3)", "timestamp(6)", &["now()"]);
    column("time(2)", "time", &["'10:00'"]);
    column("timestamptz(0)", "timestamptz", &["'2024-01-01 10:00+00'"]);
    column("interval", "interval year to month", &["'1 year'"]);
    column("interval(3)", "interval day to second(2)", &["'1 day'"]);
    column("bit(3)", "bit varying(8)", &["B'101'"]);
    column("varchar(5)[]", "varchar(9)[]", &["'{abc}'"]);
    column("numeric(8,3)[]", "numeric(9,3)[]", &["'{1.5}'"]);
    column("timestamp(3)[]", "timestamp(6)[]", &["NULL"]);
    column("char(3)[]", "text[]", &["'{abc}'"]);
}

#[test]
fn b17_a_collation_comes_changes_and_goes() {
    column("text", "text COLLATE \"C\"", &["'a'"]);
    column("text COLLATE \"POSIX\"", "varchar(10) COLLATE \"C\"", &["'a'"]);
    column("text COLLATE \"C\"", "text", &["'a'"]);
    check(Case {
        current: "CREATE TABLE t (id integer PRIMARY KEY, c text COLLATE \"C\"); CREATE INDEX i ON t (c); CREATE INDEX j ON t (c COLLATE \"POSIX\"); CREATE VIEW v AS SELECT c FROM t;",
        rows: "INSERT INTO t VALUES (1, 'a');",
        desired: "CREATE TABLE t (id integer PRIMARY KEY, c text); CREATE INDEX i ON t (c); CREATE INDEX j ON t (c COLLATE \"POSIX\"); CREATE VIEW v AS SELECT c FROM t;",
        ..Case::default()
    });
}

#[test]
fn b18_each_way_of_counting_becomes_each_other() {
    let ways = [
        "c bigint NOT NULL",
        "c bigserial",
        "c bigint GENERATED ALWAYS AS IDENTITY",
        "c bigint GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 5 MINVALUE -3 MAXVALUE 5000 CACHE 3 CYCLE)",
        "c smallserial",
        "c serial",
        "c integer GENERATED ALWAYS AS IDENTITY",
    ];
    let table = |way: &str| format!("CREATE TABLE t (id integer PRIMARY KEY, {way});");
    for (index, current) in ways.iter().enumerate() {
        for desired in [1, 3].map(|distance| ways[(index + distance) % ways.len()]) {
            check(Case {
                current: &table(current),
                rows: "INSERT INTO t (id, c) OVERRIDING SYSTEM VALUE VALUES (1, 10), (2, 20);",
                desired: &table(desired),
                ..Case::default()
            });
        }
    }
}

#[test]
fn b18_a_sequence_changes_its_owner_and_options() {
    check(Case {
        current: "CREATE SEQUENCE s AS smallint START 3; CREATE TABLE t (a integer DEFAULT nextval('s'), b integer); ALTER SEQUENCE s OWNED BY t.a;",
        rows: "INSERT INTO t DEFAULT VALUES;",
        desired: "CREATE SEQUENCE s AS bigint START 3 MINVALUE -5 INCREMENT 2 CACHE 4; CREATE TABLE t (a integer, b integer DEFAULT nextval('s')); ALTER SEQUENCE s OWNED BY t.b; CREATE SEQUENCE other AS integer INCREMENT -1;",
        ..Case::default()
    });
    check(Case {
        current: "CREATE SEQUENCE s; CREATE TABLE t (a bigint DEFAULT nextval('s'), b integer); ALTER SEQUENCE s OWNED BY t.a;",
        rows: "INSERT INTO t DEFAULT VALUES;",
        desired: "CREATE SEQUENCE s; CREATE TABLE t (b integer); CREATE TABLE u (a bigint DEFAULT nextval('s'));",
        ..Case::default()
    });
}

#[test]
fn b19_a_generated_column_comes_changes_and_becomes_plain() {
    let table = |rest: &str| {
        format!("CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer{rest});")
    };
    let rows = "INSERT INTO t (id, a, b) VALUES (1, 2, 3), (2, NULL, NULL);";
    let generated =
        |expression: &str| format!(", c integer GENERATED ALWAYS AS ({expression}) STORED");
    for (current, desired) in [
        (table(""), table(&generated("a + b"))),
        (table(&generated("a + b")), table(&generated("a * b"))),
        (table(&generated("a + b")), table(", c integer")),
        (table(&generated("a + b")), table(", c integer NOT NULL DEFAULT 3")),
        (table(", c integer DEFAULT 3"), table(&generated("a"))),
        (table(&generated("a")), table(&generated("a").replace("c integer", "c bigint"))),
    ] {
        check(Case { current: &current, rows, desired: &desired, ..Case::default() });
    }
}

#[test]
fn b19_a_virtual_column_on_18() {
    if major() < 18 {
        return;
    }
    let table = |rest: &str| format!("CREATE TABLE t (id integer PRIMARY KEY, a integer{rest});");
    for (current, desired) in [
        ("", ", c integer GENERATED ALWAYS AS (a + 1) VIRTUAL"),
        (
            ", c integer GENERATED ALWAYS AS (a + 1) VIRTUAL",
            ", c integer GENERATED ALWAYS AS (a + 2) VIRTUAL",
        ),
        (
            ", c integer GENERATED ALWAYS AS (a + 1) VIRTUAL",
            ", c integer GENERATED ALWAYS AS (a + 1) STORED",
        ),
        (", c integer GENERATED ALWAYS AS (a + 1) VIRTUAL", ", c integer"),
    ] {
        check(Case {
            current: &table(current),
            rows: "INSERT INTO t (id, a) VALUES (1, 2), (2, NULL);",
            desired: &table(desired),
            ..Case::default()
        });
    }
}

#[test]
fn b20_defaults_come_change_and_go() {
    let defaults = [
        ("integer", "1", "(1 + 2)"),
        ("text", "'it''s'", "upper('x')"),
        ("timestamptz", "now()", "CURRENT_TIMESTAMP - interval '1 day'"),
        ("uuid", "gen_random_uuid()", "'6e3d2a2e-5a0c-4ed1-9b0e-000000000000'"),
        ("text[]", "'{}'", "ARRAY['a', 'b''c']"),
        ("jsonb", "'{}'", "'{\"a\": [1, null]}'"),
        ("date", "CURRENT_DATE", "'2024-01-01'"),
        ("text", "CURRENT_USER", "E'new\\nline\\\\'"),
        ("numeric(8,2)", "0", "-1.50"),
        ("bytea", "'\\x00'", "decode('ff', 'hex')"),
        ("interval", "'1 day'", "'01:00:00'"),
        ("boolean", "true", "(1 > 2)"),
        ("double precision", "'NaN'", "random()"),
    ];
    for (sql_type, one, other) in defaults {
        let with = |default: &str| format!("{sql_type} DEFAULT {default}");
        let value = ["NULL"];
        for (current, desired) in [
            (sql_type.to_owned(), with(one)),
            (with(one), with(other)),
            (with(other), sql_type.to_owned()),
        ] {
            let sql = column(&current, &desired, &value);
            assert_eq!(sql.matches("ALTER").count(), 2, "only the default:\n{sql}");
        }
    }
}

#[test]
fn b21_storage_and_other_settings_come_and_go() {
    let table = |rest: &str, with: &str| {
        format!(
            "CREATE TABLE t (id integer PRIMARY KEY, a text, b text, c numeric){with};
            CREATE UNIQUE INDEX u ON t (id); CREATE INDEX i ON t (a); {rest}"
        )
    };
    let rows = "INSERT INTO t VALUES (1, 'a', NULL, 2);";
    let settings = [
        ("ALTER TABLE t ALTER a SET STORAGE external, ALTER c SET STORAGE plain;", ""),
        ("ALTER TABLE t ALTER a SET COMPRESSION pglz;", ""),
        ("ALTER TABLE t ALTER a SET STATISTICS 500;", ""),
        ("ALTER TABLE t ALTER a SET (n_distinct = -0.5, n_distinct_inherited = 3);", ""),
        (
            "",
            " WITH (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 80, parallel_workers = 2, toast.autovacuum_enabled = off)",
        ),
        ("ALTER TABLE t SET UNLOGGED;", ""),
        ("ALTER TABLE t CLUSTER ON i;", ""),
        ("ALTER TABLE t REPLICA IDENTITY USING INDEX u;", ""),
        ("ALTER TABLE t REPLICA IDENTITY FULL;", ""),
        ("ALTER TABLE t REPLICA IDENTITY NOTHING;", ""),
        ("ALTER INDEX i SET (deduplicate_items = off, fillfactor = 60);", ""),
    ];
    for (index, (rest, with)) in settings.iter().enumerate() {
        check(Case {
            current: &table("", ""),
            rows,
            desired: &table(rest, with),
            ..Case::default()
        });
        let (other, other_with) = settings[(index + 1) % settings.len()];
        check(Case {
            current: &table(rest, with),
            rows,
            desired: &table(other, other_with),
            ..Case::default()
        });
    }
}

#[test]
fn b21_a_column_has_its_storage_after_its_type_was_set_anew() {
    let table = |columns: &str, storage: &str| {
        format!(
            "CREATE TABLE t (id integer PRIMARY KEY, {columns});
            ALTER TABLE t ALTER a SET STORAGE plain, ALTER a SET COMPRESSION pglz, ALTER c SET STORAGE {storage};"
        )
    };
    check(Case {
        current: &format!(
            "{} ALTER TABLE t ALTER b SET STORAGE external;",
            table("a json, b text, c text", "external")
        ),
        rows: "INSERT INTO t VALUES (1, '[]', '1 day', 'c'), (2, NULL, NULL, NULL);",
        desired: &table("a jsonb, b interval, c text COLLATE \"C\"", "external"),
        ..Case::default()
    });
}

#[test]
fn b19_a_generated_column_becomes_required_without_being_filled() {
    let table = |rest: &str| {
        format!(
            "CREATE TABLE t (id integer PRIMARY KEY, a text GENERATED ALWAYS AS ('a' || id) STORED{rest});"
        )
    };
    check(Case {
        current: &table(""),
        rows: "INSERT INTO t VALUES (1), (2);",
        desired: &table(" NOT NULL"),
        ..Case::default()
    });
}

#[test]
fn b20_a_generated_column_that_becomes_plain_keeps_its_values_whatever_it_was_computed_from() {
    let schema = |labels: &str, domain: &str, columns: &str| {
        format!(
            "CREATE TYPE mood AS ENUM ({labels}); CREATE DOMAIN amount AS {domain};
             CREATE TABLE t ({columns})"
        )
    };
    let current = schema(
        "'a', 'b'",
        "int",
        "x int GENERATED ALWAYS AS (b + 1) STORED, b int,
         y text GENERATED ALWAYS AS (CASE WHEN m = 'a' THEN 'is a' END) STORED, m mood,
         z int GENERATED ALWAYS AS (d + 1) STORED, d amount",
    );
    for desired in [
        schema("'a', 'b'", "int", "x int, b bigint, y text, m mood, z int, d amount"),
        schema("'a', 'b'", "int", "x bigint, b bigint, y text, m mood, z int, d amount"),
        schema("'b', 'a'", "bigint", "x int, b int, y text, m mood, z int, d amount"),
        schema("'a', 'b'", "int", "x int NOT NULL DEFAULT 7, y text, z int"),
        schema(
            "'a', 'b'",
            "int",
            "x int, b int GENERATED ALWAYS AS (x - 1) STORED, y text, m mood, z int, d amount",
        ),
    ] {
        let up = check(Case {
            current: &current,
            rows: "INSERT INTO t (b, m, d) VALUES (2, 'a', 3)",
            desired: &desired,
            ..Case::default()
        });
        for kept in ["x", "y", "z"] {
            assert!(!up.contains(&format!("DROP COLUMN {kept}")), "{up}");
        }
    }
}

#[test]
fn b15_rows_get_a_column_of_a_domain_that_takes_no_null() {
    let domains = "CREATE DOMAIN named AS text NOT NULL; CREATE DOMAIN counted AS integer NOT NULL;
        CREATE DOMAIN nested AS counted; CREATE DOMAIN rated AS integer NOT NULL DEFAULT 3;
        CREATE DOMAIN plain AS date;";
    let sql = check(Case {
        current: &format!("{domains} CREATE TABLE t (id int PRIMARY KEY);"),
        rows: "INSERT INTO t VALUES (1), (2);",
        desired: &format!(
            "{domains} CREATE TABLE t (id int PRIMARY KEY, a named, b counted NOT NULL, c nested,
                d rated, e rated NOT NULL, f plain NOT NULL, g counted DEFAULT 7);"
        ),
        ..Case::default()
    });
    let placeholders = ["a DROP DEFAULT", "b DROP DEFAULT", "c DROP DEFAULT"];
    assert!(placeholders.iter().all(|one| sql.contains(one)), "{sql}");
    assert_eq!(sql.matches("DROP DEFAULT").count(), 3, "{sql}");
    assert_eq!(sql.matches("UPDATE").count(), 1, "only `f` is filled afterwards: {sql}");
}

#[test]
fn b15_a_row_type_with_nulls_in_it_is_a_value_where_its_column_becomes_required() {
    let with = |column: &str| {
        format!(
            "CREATE TYPE pair AS (a int, b int); CREATE DOMAIN paired AS pair;
             CREATE TABLE t (id int PRIMARY KEY, c pair{column}, d paired{column});"
        )
    };
    let sql = check(Case {
        current: &with(""),
        rows: "INSERT INTO t VALUES (1, ROW(1, NULL), ROW(NULL, NULL)), (2, ROW(NULL, NULL), ROW(1, 2));",
        desired: &with(" NOT NULL"),
        ..Case::default()
    });
    assert!(sql.contains("c IS DISTINCT FROM NULL"), "{sql}");
    let sql = check(Case {
        current: &with(""),
        rows: "INSERT INTO t VALUES (1, NULL, ROW(NULL, NULL)), (2, ROW(NULL, NULL), NULL);",
        desired: &with(" NOT NULL DEFAULT ROW(7, 7)"),
        ..Case::default()
    });
    assert_eq!(sql.matches("IS NOT DISTINCT FROM NULL").count(), 2, "{sql}");
}

#[test]
fn b15_no_placeholder_is_one_that_a_domain_may_refuse() {
    let with = |columns: &str| {
        format!(
            "CREATE DOMAIN mail AS text CHECK (VALUE ~ '@'); CREATE DOMAIN nested AS mail;
             CREATE TABLE t (id int PRIMARY KEY{columns});"
        )
    };
    let sql = check(Case {
        current: &with(""),
        desired: &with(
            ", a mail NOT NULL, b nested NOT NULL, c int NOT NULL CHECK (c >= 0), d text NOT NULL",
        ),
        ..Case::default()
    });
    assert_eq!(sql.matches("UPDATE").count(), 2, "only `c` and `d` have one: {sql}");
}

#[test]
fn b15_a_check_that_has_the_name_of_the_proof_stays() {
    let with = |required: &str| {
        format!("CREATE TABLE u (a integer{required}, CONSTRAINT u_a_is_not_null CHECK (a < 100));")
    };
    check(Case {
        current: &with(""),
        rows: "INSERT INTO u VALUES (1);",
        desired: &with(" NOT NULL"),
        ..Case::default()
    });
}

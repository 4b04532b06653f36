//! Enums, domains and composite types.

use migrate_tests::{Case, check, circle_of};

fn ticket(labels: &str, default: &str) -> String {
    format!(
        "CREATE TYPE status AS ENUM ({labels});
        CREATE TABLE ticket (id integer PRIMARY KEY, status status DEFAULT {default}, past status[]);
        CREATE TABLE step (ticket_id integer REFERENCES ticket, status status NOT NULL DEFAULT {default});"
    )
}

const TICKETS: &str = "INSERT INTO ticket VALUES (1, 'b', '{b,d}'), (2, NULL, NULL);
    INSERT INTO step VALUES (1, 'd');";

#[test]
fn b08_labels_come_first_in_the_middle_and_last() {
    let sql = check(Case {
        current: &ticket("'b', 'd'", "'b'"),
        rows: TICKETS,
        desired: &ticket("'a', 'b', 'c', 'c2', 'd', 'e', 'f'", "'b'"),
        ..Case::default()
    });
    assert_eq!(sql.matches("ADD VALUE").count(), 5, "{sql}");
}

#[test]
fn b08_a_label_is_used_by_a_default_in_the_revision_that_adds_it() {
    let sql = check(Case {
        current: &ticket("'b', 'd'", "'b'"),
        rows: TICKETS,
        desired: &format!(
            "{} CREATE INDEX ON ticket (id) WHERE status = 'it''s new';
            CREATE TABLE fresh (status status DEFAULT 'it''s new' CHECK (status <> 'it''s new'));
            ALTER TABLE step ADD kind status NOT NULL DEFAULT 'it''s new';
            CREATE VIEW fresh_tickets AS SELECT id FROM ticket WHERE status = 'it''s new';",
            ticket("'b', 'd', 'it''s new'", "'it''s new'")
        ),
        ..Case::default()
    });
    assert!(sql.contains("ADD VALUE 'it''s new'"), "{sql}");
}

#[test]
fn b10_a_label_goes_from_everything_that_uses_it() {
    let with = |labels: &str, end: &str| {
        format!(
            "{}
            ALTER TABLE ticket ADD kept status GENERATED ALWAYS AS (CASE WHEN id > 0 THEN 'b'::status END) STORED;
            ALTER TABLE ticket ADD CONSTRAINT ended CHECK (status <> {end} OR past IS NOT NULL);
            CREATE INDEX on_status ON ticket (status, id) WHERE status > 'b';
            CREATE UNIQUE INDEX on_past ON step (ticket_id) WHERE status = 'd';
            CREATE VIEW tickets AS SELECT id, status, past FROM ticket WHERE status IN ('b', 'd');
            CREATE FUNCTION of_status(one status, many status[]) RETURNS SETOF status LANGUAGE sql
                BEGIN ATOMIC SELECT status FROM ticket WHERE status = one; END;
            CREATE POLICY seen ON ticket USING (status = 'b');",
            ticket(labels, "'b'")
        )
    };
    let sql = check(Case {
        current: &with("'b', 'c', 'cc', 'd'", "'d'"),
        rows: "INSERT INTO ticket VALUES (1, 'c', '{b,c,cc,d}'), (2, NULL, NULL), (3, 'cc', '{cc}'); INSERT INTO step VALUES (1, 'c');",
        desired: &with("'d', 'b'", "'d'"),
        mapping: &[("status", "c", "b"), ("status", "cc", "d")],
    });
    assert_eq!(sql.matches("RENAME TO").count(), 1, "the type is built once:\n{sql}");
}

#[tokio::test]
async fn b10_a_label_that_rows_hold_is_refused_before_anything_changes() {
    let with = |labels: &str| {
        format!(
            "{}
            CREATE UNIQUE INDEX on_past ON step (ticket_id) WHERE status = 'd';
            CREATE INDEX is_b ON ticket ((status = 'b'), id) WHERE status > 'b';
            CREATE TABLE other (id integer);",
            ticket(labels, "'b'")
        )
    };
    let case = Case {
        current: &with("'b', 'c', 'd'"),
        rows: "INSERT INTO ticket VALUES (1, 'c', '{b}'), (2, 'c', NULL);",
        desired: &format!("{} CREATE INDEX ON other (id);", with("'b', 'd'")),
        ..Case::default()
    };
    for simple in [false, true] {
        let refusal = circle_of(case, simple).await.expect_err("rows hold it");
        assert!(
            refusal.contains("rows of `ticket.status` hold labels that `status` loses: 2 with c"),
            "{refusal}"
        );
    }
}

#[test]
fn b11_labels_and_names_of_every_shape() {
    let shape = |labels: &str| {
        format!(
            "CREATE SCHEMA other;
            CREATE TYPE \"Date\" AS ENUM ({labels});
            CREATE TYPE other.\"Date\" AS ENUM ('x');
            CREATE TYPE \"Order\" AS ENUM ('a');
            CREATE TYPE other.\"Or\"\"der\" AS ENUM ({labels});
            CREATE TABLE \"user\" (id integer PRIMARY KEY, at \"Date\" DEFAULT 'It''s A', xs other.\"Date\" DEFAULT 'x',
                \"order\" \"Order\"[], \"select\" other.\"Or\"\"der\" DEFAULT 'It''s A', day date);"
        )
    };
    let rows = "INSERT INTO \"user\" (id) VALUES (1);";
    check(Case {
        current: &shape("'It''s A', ' b '"),
        rows,
        desired: &shape("'$$', 'It''s A', E'back\\\\slash', 'C \"d\"', ' b '"),
        ..Case::default()
    });
    check(Case {
        current: &shape("'It''s A', ' b '"),
        rows,
        desired: &shape("' b ', 'It''s A'"),
        ..Case::default()
    });
}

#[test]
fn b12_a_text_column_becomes_an_enum_and_back() {
    let text = "CREATE TABLE t (id integer PRIMARY KEY, s text NOT NULL DEFAULT 'a', v varchar(10) DEFAULT 'b' CHECK (v <> 'z'), l text[] DEFAULT '{a}');
        CREATE INDEX ON t (s) WHERE s = 'a';";
    let labels = "CREATE TYPE e AS ENUM ('a', 'b');
        CREATE TABLE t (id integer PRIMARY KEY, s e NOT NULL DEFAULT 'a', v e DEFAULT 'b' CHECK (v <> 'a'), l e[] DEFAULT '{a}');
        CREATE INDEX ON t (s) WHERE s = 'a';";
    check(Case {
        current: text,
        rows: "INSERT INTO t VALUES (1, 'a', 'b', '{a,b}'), (2, 'b', NULL, NULL);",
        desired: labels,
        ..Case::default()
    });
    check(Case {
        current: labels,
        rows: "INSERT INTO t VALUES (1, 'a', 'b', '{a,b}'), (2, 'b', NULL, NULL);",
        desired: text,
        ..Case::default()
    });
}

#[test]
fn b13_a_domain_changes_what_it_allows() {
    check(Case {
        current: "CREATE DOMAIN code AS varchar(5) DEFAULT 'a' CONSTRAINT not_x CHECK (VALUE <> 'x');
            CREATE TABLE t (id integer PRIMARY KEY, code code, other code NOT NULL);",
        rows: "INSERT INTO t VALUES (1, 'b', 'c'), (2, 'd', 'e');",
        desired: "CREATE DOMAIN code AS varchar(5) NOT NULL CONSTRAINT not_y CHECK (VALUE <> 'y') CONSTRAINT not_x CHECK (VALUE !~ 'x');
            CREATE TABLE t (id integer PRIMARY KEY, code code, other code NOT NULL);",
        ..Case::default()
    });
}

#[test]
fn b13_a_domain_changes_its_base_type() {
    let with = |base: &str| {
        format!(
            "CREATE DOMAIN code AS {base} DEFAULT 1 CONSTRAINT positive CHECK (VALUE > 0);
            COMMENT ON DOMAIN code IS 'Counted';
            CREATE DOMAIN fine AS code CHECK (VALUE < 100);
            CREATE TABLE t (id integer PRIMARY KEY, code code, codes code[], fine fine DEFAULT 7,
                CONSTRAINT big CHECK (code > 1));
            CREATE INDEX ON t (code);
            CREATE VIEW codes AS SELECT code FROM t;"
        )
    };
    check(Case {
        current: &with("integer"),
        rows: "INSERT INTO t VALUES (1, 2, '{1,2}', 3), (2, NULL, NULL, NULL);",
        desired: &with("bigint"),
        ..Case::default()
    });
}

#[test]
fn b13_a_generated_column_of_a_domain_becomes_plain_while_the_domain_changes() {
    let computed = "word GENERATED ALWAYS AS (code || 'x') STORED NOT NULL";
    for plain in ["word", "word COLLATE \"POSIX\" DEFAULT 'a'"] {
        check(Case {
            current: &format!(
                "CREATE DOMAIN word AS varchar(60) CHECK (length(VALUE) < 70);
                CREATE TYPE pair AS (one integer, two word);
                CREATE TABLE t (id integer PRIMARY KEY, code text NOT NULL, b {computed});
                CREATE TABLE u (id integer PRIMARY KEY, pair pair);
                CREATE INDEX ON u (id) WHERE pair = pair;"
            ),
            rows: "INSERT INTO t VALUES (1, 'one'); INSERT INTO u VALUES (1, '(1,two)');",
            desired: &format!(
                "CREATE DOMAIN word AS text CHECK (length(VALUE) < 70);
                CREATE TYPE pair AS (one bigint, two text);
                CREATE TABLE t (id integer PRIMARY KEY, code text NOT NULL, b {plain});
                CREATE TABLE u (id integer PRIMARY KEY, pair pair DEFAULT '(7,x)');
                CREATE INDEX ON u (id) WHERE pair = pair;"
            ),
            ..Case::default()
        });
    }
}

#[tokio::test]
async fn b13_a_text_that_its_domain_has_no_room_for_any_more_is_refused() {
    let with = |length: u8| {
        format!(
            "CREATE DOMAIN inner_d AS varchar({length}); CREATE DOMAIN d AS inner_d;
            CREATE TABLE t (x d, xs d[]);"
        )
    };
    for row in ["('abcdef', NULL)", "(NULL, '{abcdef}')"] {
        let rows = format!("INSERT INTO t VALUES {row}, ('abc', '{{abc,NULL}}');");
        let case = Case { current: &with(10), rows: &rows, desired: &with(3), ..Case::default() };
        let refusal = circle_of(case, false).await.expect_err("it would be cut off");
        assert!(refusal.contains("value too long"), "{refusal}");
    }
    let rows = "INSERT INTO t VALUES ('abc', '{abc,NULL}');";
    let case = Case { current: &with(10), rows, desired: &with(3), ..Case::default() };
    circle_of(case, false).await.expect("every text fits");
}

#[tokio::test]
async fn b13_a_value_that_a_domain_or_composite_type_has_no_room_for_is_refused_and_not_cut_off() {
    let short = "CREATE DOMAIN short AS varchar(3); CREATE DOMAIN shorter AS short;
        CREATE DOMAIN bits AS bit(3);";
    let column = |sql_type: &str| format!("{short} CREATE TABLE t (a {sql_type});");
    let domain = |base: &str| format!("CREATE DOMAIN d AS {base}; CREATE TABLE t (a d);");
    let pair = |attribute: &str| format!("CREATE TYPE c AS (s {attribute}); CREATE TABLE t (a c);");
    for (current, value, desired) in [
        (column("text"), "'abcdef'", column("short")),
        (column("text"), "'abcdef'", column("shorter")),
        (column("integer"), "12345", column("short")),
        (column("jsonb"), "'[1, 2]'", column("short")),
        (column("text[]"), "'{abcdef}'", column("short[]")),
        (column("varbit"), "'10101'", column("bits")),
        (domain("integer"), "12345", domain("varchar(3)")),
        (domain("text[]"), "'{abcdef}'", domain("varchar(3)[]")),
        (domain("varbit"), "'10101'", domain("bit(3)")),
        (pair("text"), "ROW('abcdef')", pair("varchar(3)")),
        (pair("text[]"), "ROW(ARRAY['abcdef'])", pair("varchar(3)[]")),
    ] {
        let rows = format!("INSERT INTO t VALUES ({value});");
        let case = Case { current: &current, rows: &rows, desired: &desired, ..Case::default() };
        let refusal = circle_of(case, false).await.expect_err(&desired);
        assert!(refusal.contains("too long") || refusal.contains("bit string"), "{refusal}");
    }
}

#[test]
fn b13_values_become_those_of_a_domain_as_they_become_those_of_its_base() {
    let types = "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN moods AS mood;
        CREATE DOMAIN numbers AS integer[]; CREATE DOMAIN words AS text[];
        CREATE DOMAIN amount AS numeric(9,2); CREATE DOMAIN word AS varchar(9);";
    for (before, after, values) in [
        ("integer[]", "numbers", "('{}'), ('{1,2}'), (NULL)"),
        ("text[]", "words", "('{x,\"a b\"}'), (NULL)"),
        ("text", "amount", "('1.50'), (NULL)"),
        ("integer", "word", "(12), (NULL)"),
        ("text[]", "word[]", "('{a,b}'), (NULL)"),
        ("mood", "moods", "('a'), (NULL)"),
        ("text", "moods", "('a'), (NULL)"),
        ("word", "moods", "('a'), (NULL)"),
    ] {
        let with = |sql_type: &str| format!("{types} CREATE TABLE t (a {sql_type});");
        let sql = check(Case {
            current: &with(before),
            rows: &format!("INSERT INTO t VALUES {values};"),
            desired: &with(after),
            ..Case::default()
        });
        assert!(!sql.contains("a[1]"), "{sql}");
    }
}

#[test]
fn b13_a_domain_comes_to_columns_and_leaves_them() {
    check(Case {
        current: "CREATE DOMAIN old AS text; CREATE TABLE t (id integer PRIMARY KEY, a text DEFAULT 'x', b old, c old[]);",
        rows: "INSERT INTO t VALUES (1, 'x@y', 'z', '{q}'), (2, NULL, NULL, NULL);",
        desired: "CREATE DOMAIN mail AS text CHECK (VALUE ~ '@'); CREATE TABLE t (id integer PRIMARY KEY, a mail DEFAULT 'x@', b text, c text[]);",
        ..Case::default()
    });
}

#[test]
fn b13_the_attributes_of_a_composite_change_while_a_table_uses_it() {
    let with = |attributes: &str, comments: &str| {
        format!(
            "CREATE TYPE place AS ({attributes});
            CREATE TABLE t (id integer PRIMARY KEY, at place, all_of place[]);
            CREATE VIEW places AS SELECT id, at FROM t;
            COMMENT ON TYPE place IS 'Where it is'; {comments}"
        )
    };
    let rows = "INSERT INTO t (id, at) VALUES (1, ROW('a', 'b')), (2, NULL);";
    check(Case {
        current: &with("street text, city text", "COMMENT ON COLUMN place.street IS 'Its name';"),
        rows,
        desired: &with(
            "street text, zip varchar(10), country char(2)",
            "COMMENT ON COLUMN place.street IS 'Its name'; COMMENT ON COLUMN place.zip IS 'A code';",
        ),
        ..Case::default()
    });
    check(Case {
        current: &with("x text, y text", "COMMENT ON COLUMN place.x IS 'East';"),
        rows: "INSERT INTO t (id, at) VALUES (2, NULL);",
        desired: &with(
            "x varchar(20), y text COLLATE \"C\"",
            "COMMENT ON COLUMN place.x IS 'East'; COMMENT ON COLUMN place.y IS 'North';",
        ),
        ..Case::default()
    });
}

#[test]
fn b13_the_types_of_attributes_go_while_their_composite_is_made_anew() {
    check(Case {
        current: "CREATE DOMAIN d AS integer; CREATE TYPE ab AS ENUM ('x'); CREATE TYPE zz AS (q integer);
            CREATE TYPE c AS (z integer, y d, x ab, w zz); CREATE TABLE t (id integer PRIMARY KEY, c c);",
        rows: "INSERT INTO t VALUES (1, ROW(1, 2, 'x', ROW(3)));",
        desired: "CREATE TYPE c AS (y integer, z integer); CREATE TABLE t (id integer PRIMARY KEY, c c);",
        ..Case::default()
    });
}

#[test]
fn b13_numbers_of_floats_keep_all_their_digits() {
    let with =
        |float: &str| format!("CREATE TABLE t (id integer PRIMARY KEY, a {float}, b {float}[]);");
    check(Case {
        current: &with("double precision"),
        rows: "INSERT INTO t VALUES (1, 52.52000812345679, '{9007199254740992}'), (2, NULL, NULL);",
        desired: &with("numeric"),
        ..Case::default()
    });
}

#[test]
fn b10_an_enum_inside_domains_and_composites_loses_a_label() {
    let with = |labels: &str| {
        format!(
            "CREATE TYPE status AS ENUM ({labels});
            CREATE DOMAIN open_status AS status DEFAULT 'open' CHECK (VALUE::status <> 'closed'::status);
            CREATE TYPE step AS (at date, status status, next open_status);
            CREATE TABLE ticket (id integer PRIMARY KEY, now open_status NOT NULL, all_of open_status[],
                step step, steps step[], plain status DEFAULT 'open', many status[],
                CHECK ((step).status <> 'closed'));
            CREATE INDEX ON ticket (plain) WHERE now::status = 'open';
            CREATE VIEW steps AS SELECT id, (step).status FROM ticket WHERE now::status > 'open';
            COMMENT ON DOMAIN open_status IS 'Not closed';"
        )
    };
    check(Case {
        current: &with("'open', 'stale', 'dead', 'closed'"),
        rows: "INSERT INTO ticket VALUES
            (1, 'stale', '{stale,open}', ROW('2024-01-01', 'stale', 'open'), ARRAY[ROW(NULL, 'open', NULL)::step], 'dead', '{stale,dead}'),
            (2, 'open', NULL, NULL, NULL, NULL, NULL);",
        desired: &with("'closed', 'open'"),
        mapping: &[("status", "stale", "open"), ("status", "dead", "closed")],
    });
}

#[tokio::test]
async fn b10_a_label_that_rows_hold_within_other_types_is_refused_before_anything_changes() {
    let with = |labels: &str| {
        format!(
            "CREATE TYPE status AS ENUM ({labels});
            CREATE DOMAIN past AS status[];
            CREATE TYPE step AS (at date, \"of\" status, past past);
            CREATE DOMAIN known AS step;
            CREATE TABLE ticket (id integer PRIMARY KEY, held integer, past past, step known, steps step[]);"
        )
    };
    for (row, column) in [
        ("(1, 1, '{open,stale}', NULL, NULL)", "past"),
        ("(1, 1, NULL, ROW(NULL, 'stale', NULL), NULL)", "step"),
        ("(1, 1, NULL, ROW(NULL, NULL, '{stale,stale}'), NULL)", "step"),
        ("(1, 1, NULL, NULL, ARRAY[NULL, ROW(NULL, NULL, '{stale}')]::step[])", "steps"),
    ] {
        let case = Case {
            current: &with("'open', 'stale', 'closed'"),
            rows: &format!("INSERT INTO ticket VALUES {row}, (2, NULL, '{{open}}', NULL, NULL);"),
            desired: &with("'open', 'closed'"),
            ..Case::default()
        };
        let refusal = circle_of(case, false).await.expect_err("a row holds it");
        let expected =
            format!("rows of `ticket.{column}` hold labels that `status` loses: 1 with stale");
        assert!(refusal.contains(&expected), "{refusal}");
    }
}

#[test]
fn b10_a_column_leaves_an_enum_with_the_label_that_it_loses() {
    check(Case {
        current: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TYPE f AS ENUM ('c', 'd'); CREATE TABLE t (x e, y e);",
        rows: "INSERT INTO t VALUES ('a', 'b');",
        desired: "CREATE TYPE e AS ENUM ('b', 'd'); CREATE TYPE f AS ENUM ('a', 'c'); CREATE TABLE t (x f, y e);",
        ..Case::default()
    });
}

#[test]
fn b10_an_enum_that_keys_refer_to_loses_a_label() {
    let with = |labels: &str| {
        format!(
            "CREATE TYPE kind AS ENUM ({labels});
            CREATE TABLE a (kind kind PRIMARY KEY);
            CREATE TABLE b (id integer PRIMARY KEY, kind kind REFERENCES a ON DELETE CASCADE, UNIQUE (kind, id));"
        )
    };
    check(Case {
        current: &with("'x', 'y', 'z'"),
        rows: "INSERT INTO a VALUES ('x'), ('z'); INSERT INTO b VALUES (1, 'z'), (2, NULL);",
        desired: &with("'z', 'x'"),
        ..Case::default()
    });
}

#[test]
fn b10_another_column_takes_the_place_of_one_in_keys_and_indexes_while_its_enum_loses_a_label() {
    let with = |labels: &str, column: &str| {
        format!(
            "CREATE TYPE mood AS ENUM ({labels});
             CREATE TABLE t (id int, kept mood, {column} mood UNIQUE, CONSTRAINT k UNIQUE (id, {column}));
             CREATE INDEX i ON t (kept, {column});
             CREATE UNIQUE INDEX j ON t (id) WHERE {column} = 'a'"
        )
    };
    check(Case {
        current: &with("'a', 'b', 'c'", "old"),
        rows: "INSERT INTO t VALUES (1, 'a', 'c'), (2, 'c', NULL)",
        desired: &with("'a', 'c'", "new"),
        ..Case::default()
    });
}

#[test]
fn b10_columns_change_places_between_enums_that_change_their_order() {
    let with = |labels: &str, a: &str, b: &str| {
        format!(
            "CREATE TYPE e1 AS ENUM ({labels}); CREATE TYPE e2 AS ENUM ({labels});
             CREATE TABLE t (a {a} DEFAULT 'x', b {b}[], c e1, d e2); CREATE INDEX i ON t (a) WHERE a > 'x'"
        )
    };
    check(Case {
        current: &with("'x', 'y'", "e1", "e2"),
        rows: "INSERT INTO t VALUES ('x', '{x,y}', 'y', 'x'), (NULL, NULL, NULL, NULL)",
        desired: &with("'y', 'x'", "e2", "e1"),
        ..Case::default()
    });
}

#[test]
fn b10_types_make_room_beside_what_has_the_usual_name_for_that() {
    let with = |labels: &str, number: &str| {
        format!(
            "CREATE TYPE e AS ENUM ({labels}); CREATE TABLE e__replaced (id int);
             CREATE DOMAIN d AS {number}; CREATE DOMAIN d__replaced AS int;
             CREATE TABLE t (e e, d d)"
        )
    };
    check(Case {
        current: &with("'x', 'y'", "int"),
        rows: "INSERT INTO t VALUES ('x', 1), (NULL, NULL)",
        desired: &with("'y', 'x'", "bigint"),
        ..Case::default()
    });
}

#[test]
fn b10_columns_come_to_and_leave_an_enum_while_it_loses_a_label() {
    check(Case {
        current: "CREATE TYPE kind AS ENUM ('x', 'y'); CREATE TABLE t (id integer PRIMARY KEY, a kind DEFAULT 'x', b text, c kind, d kind[]);",
        rows: "INSERT INTO t VALUES (1, 'x', 'x', 'y', '{x}'), (2, NULL, NULL, NULL, NULL);",
        desired: "CREATE TYPE kind AS ENUM ('x'); CREATE TABLE t (id integer PRIMARY KEY, a kind DEFAULT 'x', b kind DEFAULT 'x', c text, e kind[] DEFAULT '{x}');",
        ..Case::default()
    });
}

#[test]
fn b13_attributes_change_their_order_and_nest() {
    let with = |outer: &str, inner: &str| {
        format!(
            "CREATE DOMAIN code AS {inner};
            CREATE TYPE inner_one AS (code code, name text);
            CREATE TYPE outer_one AS ({outer});
            CREATE DOMAIN checked AS outer_one CHECK (VALUE IS NOT DISTINCT FROM NULL OR (VALUE).name IS NOT NULL);
            CREATE TABLE t (id integer PRIMARY KEY, one outer_one, checked checked, code code DEFAULT 3);"
        )
    };
    check(Case {
        current: &with("name text, inside inner_one, codes code[]", "integer"),
        rows: "INSERT INTO t VALUES (1, ROW('a', ROW(1, 'it''s'), '{1,2}'), ROW('b', NULL, NULL), 7), (2, NULL, NULL, NULL);",
        desired: &with("codes code[], name varchar(9), inside inner_one, more date", "bigint"),
        ..Case::default()
    });
}

#[test]
fn b13_a_column_leaves_a_type_for_an_array_of_it_or_what_is_below_while_the_type_is_replaced() {
    let with = |attribute: &str, labels: &str, columns: &str| {
        format!(
            "CREATE TYPE pair AS (one {attribute}, two text);
            CREATE TYPE kind AS ENUM ({labels});
            CREATE DOMAIN picked AS kind;
            CREATE TABLE t (id integer PRIMARY KEY, {columns}, same pair, e picked);"
        )
    };
    check(Case {
        current: &with("integer", "'x', 'y', 'z'", "a pair[], b pair, c picked, d kind"),
        rows: "INSERT INTO t VALUES (1, NULL, ROW(1, 'it''s'), 'x', 'z', ROW(2, ''), 'z'), (2, NULL, NULL, NULL, NULL, NULL, NULL);",
        desired: &with(
            "bigint",
            "'z', 'x'",
            "a pair DEFAULT ROW(1, 'a'), b pair[], c kind, d picked",
        ),
        ..Case::default()
    });
}

#[test]
fn b10_columns_of_replaced_types_keep_their_storage() {
    let with = |labels: &str, base: &str| {
        format!(
            "CREATE TYPE kind AS ENUM ({labels}); CREATE DOMAIN word AS {base};
            CREATE TABLE t (id integer PRIMARY KEY, kinds kind[], word word COLLATE \"C\");
            ALTER TABLE t ALTER kinds SET STORAGE main, ALTER word SET STORAGE external, ALTER kinds SET COMPRESSION pglz;"
        )
    };
    check(Case {
        current: &with("'x', 'y'", "text"),
        rows: "INSERT INTO t VALUES (1, '{x}', 'w'), (2, NULL, NULL);",
        desired: &with("'x'", "varchar(20)"),
        ..Case::default()
    });
}

#[test]
fn b13_a_domain_gets_a_check_while_arrays_and_composites_hold_it() {
    let with = |domain: &str| {
        format!(
            "CREATE DOMAIN word AS text{domain}; CREATE TYPE pair AS (one integer, two word);
            CREATE TABLE t (id integer PRIMARY KEY, words word[], pair pair, word word);"
        )
    };
    let rows = "INSERT INTO t VALUES (1, '{a,b}', ROW(1, 'x'), 'y'), (2, NULL, NULL, '');";
    check(Case {
        current: &with(""),
        rows,
        desired: &with(" CHECK (VALUE <> 'no')"),
        ..Case::default()
    });
    check(Case {
        current: &with(" CHECK (VALUE <> 'no')"),
        rows,
        desired: &with(" CHECK (length(VALUE) < 9)"),
        ..Case::default()
    });
}

#[test]
fn b13_a_domain_gets_a_check_and_comes_into_a_composite_or_leaves_one() {
    let with = |check: &str, second: &str, columns: &str| {
        format!(
            "CREATE DOMAIN word AS text{check}; CREATE TYPE pair AS (one integer, two {second});
            CREATE TABLE t (id integer PRIMARY KEY, word word, {columns});"
        )
    };
    let (before, after) = (" CHECK (VALUE <> 'no')", " CHECK (length(VALUE) < 9)");
    for (current, desired) in [
        (with(before, "text", "pairs pair[]"), with(after, "word", "pairs pair[]")),
        (with(before, "word", "pair pair, n int"), with(after, "word", "n int")),
        (with(before, "word", "n int"), with(after, "word", "n int, pair pair, words word[]")),
    ] {
        let rows = "INSERT INTO t (id, word) VALUES (1, 'x'), (2, NULL);";
        check(Case { current: &current, rows, desired: &desired, ..Case::default() });
    }
}

#[test]
fn b13_a_check_calls_another_function_while_arrays_and_composites_hold_its_domain() {
    let with = |body: &str| {
        format!(
            "CREATE FUNCTION fine(value text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN {body};
            CREATE DOMAIN word AS text CHECK (fine(VALUE));
            CREATE DOMAIN short_word AS word; CREATE DOMAIN words AS word[];
            CREATE TYPE pair AS (one integer, two word);
            CREATE TABLE t (id integer PRIMARY KEY, pair pair, short short_word[], words words);"
        )
    };
    check(Case {
        current: &with("value <> 'no'"),
        rows: "INSERT INTO t VALUES (1, ROW(1, 'x'), '{a,b}', '{c}'), (2, NULL, NULL, NULL);",
        desired: &with("length(value) < 9"),
        ..Case::default()
    });
}

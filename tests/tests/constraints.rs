//! Constraints and indexes.

use migrate_tests::{Case, check, major};

const ROWS: &str = "INSERT INTO p VALUES (1, 2, 3), (2, 1, 9), (4, 5, 6); INSERT INTO c VALUES (1, 1, 2, 3), (2, NULL, NULL, NULL);";

/// A table and one that refers to it, each with more in it.
fn tables(p: &str, c: &str, rest: &str) -> String {
    format!(
        "CREATE TABLE p (x integer NOT NULL, y integer NOT NULL, z integer{p});
        CREATE TABLE c (id integer PRIMARY KEY, x integer, y integer, z integer{c});
        {rest}"
    )
}

/// From the first to the second and back, on rows.
#[track_caller]
fn change(current: (&str, &str, &str), desired: (&str, &str, &str)) -> String {
    check(Case {
        current: &tables(current.0, current.1, current.2),
        rows: ROWS,
        desired: &tables(desired.0, desired.1, desired.2),
        ..Case::default()
    })
}

#[test]
fn b22_the_order_of_columns_in_a_key_is_a_change() {
    change((", PRIMARY KEY (x, y)", "", ""), (", PRIMARY KEY (y, x)", "", ""));
    change((", UNIQUE (z, x, y)", "", ""), (", CONSTRAINT p_z_x_y_key UNIQUE (y, x, z)", "", ""));
    change(("", "", "CREATE INDEX i ON p (x, y, z)"), ("", "", "CREATE INDEX i ON p (z, y, x)"));
    change(
        (", UNIQUE (x, y)", ", CONSTRAINT f FOREIGN KEY (x, y) REFERENCES p (x, y)", ""),
        (", UNIQUE (x, y)", ", CONSTRAINT f FOREIGN KEY (y, x) REFERENCES p (y, x)", ""),
    );
    change(
        (", UNIQUE (y, x)", ", CONSTRAINT f FOREIGN KEY (x, y) REFERENCES p (x, y)", ""),
        (", UNIQUE (y, x)", ", CONSTRAINT f FOREIGN KEY (y, id) REFERENCES p (y, x)", ""),
    );
}

#[test]
fn b23_every_option_of_a_constraint_comes_changes_and_goes() {
    let keys = [
        "UNIQUE (x, y)",
        "UNIQUE (x, y) DEFERRABLE",
        "UNIQUE (x, y) DEFERRABLE INITIALLY DEFERRED",
        "UNIQUE (x, y) INCLUDE (z)",
        "UNIQUE (x, y) WITH (fillfactor = 70)",
        "PRIMARY KEY (x, y) INCLUDE (z)",
        "PRIMARY KEY (x, y) DEFERRABLE",
    ];
    for (index, key) in keys.iter().enumerate() {
        let constraint = |key: &str| format!(", CONSTRAINT k {key}");
        change(("", "", ""), (&constraint(key), "", ""));
        let next = keys[(index + 1) % keys.len()];
        change((&constraint(key), "", ""), (&constraint(next), "", ""));
    }
}

#[test]
fn b23_every_option_of_a_foreign_key_comes_changes_and_goes() {
    let options = [
        "",
        "MATCH FULL",
        "ON DELETE CASCADE ON UPDATE SET DEFAULT",
        "ON DELETE SET NULL ON UPDATE RESTRICT",
        "DEFERRABLE",
        "DEFERRABLE INITIALLY DEFERRED",
        "NOT VALID",
    ];
    let key = |options: &str| format!(", CONSTRAINT f FOREIGN KEY (x, y) REFERENCES p {options}");
    for (index, option) in options.iter().enumerate() {
        change((", PRIMARY KEY (x, y)", "", ""), (", PRIMARY KEY (x, y)", &key(option), ""));
        let next = options[(index + 1) % options.len()];
        change(
            (", PRIMARY KEY (x, y)", &key(option), ""),
            (", PRIMARY KEY (x, y)", &key(next), ""),
        );
    }
}

#[test]
fn b23_what_newer_servers_know() {
    if major() < 15 {
        return;
    }
    change(("", "", ""), ("", ", CONSTRAINT k UNIQUE NULLS NOT DISTINCT (x, id)", ""));
    change(
        ("", ", CONSTRAINT k UNIQUE (x, id)", ""),
        ("", ", CONSTRAINT k UNIQUE NULLS NOT DISTINCT (x, id)", ""),
    );
    let key = |columns: &str| {
        format!(", CONSTRAINT f FOREIGN KEY (x, y) REFERENCES p ON DELETE SET NULL {columns}")
    };
    change((", PRIMARY KEY (x, y)", &key("(x)"), ""), (", PRIMARY KEY (x, y)", &key("(y)"), ""));
    change((", PRIMARY KEY (x, y)", &key(""), ""), (", PRIMARY KEY (x, y)", &key("(y)"), ""));
    change(
        ("", "", "CREATE UNIQUE INDEX i ON c (x, id)"),
        ("", "", "CREATE UNIQUE INDEX i ON c (x, id) NULLS NOT DISTINCT"),
    );
}

#[test]
fn b23_what_is_not_valid_becomes_valid_by_validation_only() {
    let check =
        |suffix: &str| format!("ALTER TABLE p ADD CONSTRAINT positive CHECK (x > 0) {suffix};");
    let sql = change(("", "", &check("NOT VALID")), ("", "", &check("")));
    assert!(sql.contains("VALIDATE CONSTRAINT positive") && !sql.contains("DROP"), "{sql}");
    change(("", "", &check("")), ("", "", &check("NO INHERIT")));
    change(("", "", ""), ("", "", &check("NO INHERIT NOT VALID")));
}

#[test]
fn b24_expressions_are_compared_as_postgresql_stores_them() {
    for (written, same) in [
        ("x>0 AND y in (1,2,5)", "((x > 0) AND (y = ANY (ARRAY[1, 2, 5])))"),
        ("x BETWEEN 0 AND 9", "x >= 0 AND x <= 9"),
        ("NOT x = 3", "NOT (x = 3)"),
        ("cast(x as text) <> ''", "x::text <> ''::text"),
    ] {
        let with = |expression: &str| {
            format!(
                "ALTER TABLE p ADD CONSTRAINT one CHECK ({expression});
                CREATE INDEX i ON p (x) WHERE {expression};
                CREATE INDEX j ON p (({expression}));
                ALTER TABLE p ALTER z SET DEFAULT CASE WHEN 1=1 THEN 2 END;
                CREATE POLICY one ON p USING ({expression});"
            )
        };
        let sql = change(("", "", &with(written)), ("", "", &with(same)));
        assert_eq!(sql, "", "{written}");
    }
}

#[test]
fn b25_every_option_of_an_index_comes_changes_and_goes() {
    let indexes = [
        "btree (x)",
        "btree (x DESC)",
        "btree (x NULLS FIRST)",
        "btree (x DESC NULLS LAST, y)",
        "btree (x) INCLUDE (y, z)",
        "btree (t text_pattern_ops)",
        "btree (t COLLATE \"C\" DESC)",
        "btree (lower(t), (x + y))",
        "btree (x) WITH (deduplicate_items = off, fillfactor = 50)",
        "btree (x) WHERE z > 3 AND t IS NOT NULL",
        "hash (t)",
        "gin (l) WITH (fastupdate = off)",
        "gin (j jsonb_path_ops)",
        "gist (v tsvector_ops (siglen = 100))",
        "brin (x) WITH (pages_per_range = 8)",
        "brin (x int4_minmax_multi_ops (values_per_range = 16))",
        "spgist (t)",
    ];
    let table = |index: &str| {
        format!(
            "CREATE TABLE p (x integer, y integer, z integer, t text, l integer[], j jsonb, v tsvector);
            CREATE INDEX i ON p USING {index};
            CREATE UNIQUE INDEX u ON p (x, y) WHERE z > 1;"
        )
    };
    for (index, current) in indexes.iter().enumerate() {
        check(Case {
            current: &table(current),
            rows: "INSERT INTO p VALUES (1, 2, 3, 'x', '{1}', '{}', 'a'); INSERT INTO p DEFAULT VALUES;",
            desired: &table(indexes[(index + 1) % indexes.len()]),
            ..Case::default()
        });
    }
}

#[test]
fn b25_a_unique_index_becomes_a_constraint_over_the_same_index() {
    let sql = change(
        ("", "", "CREATE UNIQUE INDEX k ON p (x, y);"),
        (", CONSTRAINT k UNIQUE (x, y)", "", ""),
    );
    assert!(sql.contains("USING INDEX"), "{sql}");
    change(
        (", CONSTRAINT k UNIQUE (x, y)", "", "CREATE UNIQUE INDEX beside ON p (x, y);"),
        ("", "", "CREATE UNIQUE INDEX beside ON p (x, y);"),
    );
}

#[test]
fn b25_an_exclusion_constraint_leaves_the_columns_that_only_its_expressions_name() {
    let table = "id integer PRIMARY KEY, r int4range";
    let with =
        |columns: &str, exclusion: &str| format!("CREATE TABLE t ({table}{columns}{exclusion})");
    for exclusion in [
        ", CONSTRAINT x EXCLUDE USING gist (r WITH &&) WHERE (a > 0 AND NOT gone)",
        ", CONSTRAINT x EXCLUDE USING gist (int4range(0, a) WITH &&) WHERE (NOT gone)",
    ] {
        for without in ["", ", CONSTRAINT x EXCLUDE USING gist (r WITH &&)"] {
            check(Case {
                current: &with(
                    ", a integer NOT NULL DEFAULT 1, gone boolean NOT NULL DEFAULT false",
                    exclusion,
                ),
                rows: "INSERT INTO t (id, r) VALUES (1, '[1,5)');",
                desired: &with("", without),
                ..Case::default()
            });
        }
    }
}

#[test]
fn b25_exclusion_constraints_change_every_part() {
    let exclusions = [
        "EXCLUDE USING gist (r WITH &&)",
        "EXCLUDE USING gist (r WITH &&) WHERE (x > 0)",
        "EXCLUDE USING gist (r WITH -|-) DEFERRABLE INITIALLY DEFERRED",
        "EXCLUDE USING btree (x WITH =) INCLUDE (y)",
        "EXCLUDE USING gist (int4range(x, y) WITH &&)",
        "EXCLUDE (x WITH =, y WITH =)",
    ];
    let table = |one: &str| {
        format!("CREATE TABLE p (x integer, y integer, r tsrange, CONSTRAINT e {one});")
    };
    for (index, current) in exclusions.iter().enumerate() {
        check(Case {
            current: &table(current),
            rows: "INSERT INTO p VALUES (1, 2, '[2024-01-01,2024-01-02)'), (5, 6, NULL);",
            desired: &table(exclusions[(index + 1) % exclusions.len()]),
            ..Case::default()
        });
    }
}

#[test]
fn a_foreign_key_leans_on_an_index_over_a_column_that_changes_its_type() {
    let without = |sql_type: &str, key: &str| {
        format!(
            "CREATE DOMAIN word AS {sql_type};
            CREATE TABLE t (id integer, code {sql_type}, word word, parent_id integer, {key});"
        )
    };
    let with = |sql_type: &str, key: &str| {
        without(sql_type, key)
            + "CREATE TABLE a (t_id integer REFERENCES t (id));
            CREATE TABLE z (t_id integer REFERENCES t (id));
            ALTER TABLE t ADD FOREIGN KEY (parent_id) REFERENCES t (id);"
    };
    for key in ["PRIMARY KEY (id) INCLUDE (code)", "UNIQUE (id) INCLUDE (code, word)"] {
        check(Case {
            current: &with("text", key),
            rows: "INSERT INTO t VALUES (1, 'a', 'b', NULL), (2, 'c', 'd', 1);",
            desired: &with("varchar(40)", key),
            ..Case::default()
        });
        check(Case {
            current: &without("text", key),
            desired: &with("varchar(40)", key),
            ..Case::default()
        });
    }
}

#[test]
fn a_constraint_and_the_index_behind_it_have_comments_of_their_own() {
    let with = |constraint: &str, index: &str, key: &str| {
        let text = |text: &str| match text {
            "" => "NULL".to_owned(),
            text => format!("'{text}'"),
        };
        format!(
            "CREATE TABLE t (id integer CONSTRAINT k PRIMARY KEY, a integer, b integer);
            ALTER TABLE t ADD CONSTRAINT u {key};
            COMMENT ON CONSTRAINT k ON t IS {0}; COMMENT ON INDEX k IS {1};
            COMMENT ON CONSTRAINT u ON t IS {0}; COMMENT ON INDEX u IS {1};",
            text(constraint),
            text(index)
        )
    };
    let (one, both) = ("UNIQUE (a)", "UNIQUE (b, a)");
    for [current, desired] in [
        [with("", "", one), with("", "i", one)],
        [with("c", "", one), with("", "i", one)],
        [with("c", "i", one), with("d", "j", one)],
        [with("c", "i", one), with("c", "i", both)],
        [with("c", "i", one), with("c", "", both)],
        [with("", "i", one), with("", "j", "EXCLUDE (a WITH =)")],
    ] {
        check(Case { current: &current, rows: "", desired: &desired, ..Case::default() });
    }
}

#[test]
fn an_index_over_an_expression_keeps_its_collation_when_the_column_loses_it() {
    let with = |collation: &str| {
        format!(
            "CREATE TABLE t (id integer, l text{collation});
            CREATE INDEX ON t ((lower(l)) COLLATE \"C\" text_pattern_ops DESC);"
        )
    };
    check(Case {
        current: &with(" COLLATE \"C\""),
        rows: "INSERT INTO t VALUES (1, 'a');",
        desired: &with(""),
        ..Case::default()
    });
}

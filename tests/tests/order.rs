//! What comes before what: dependencies, circles, and names that have to become free.

use migrate_core::catalog::Catalog;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{PlanOptions, plan};
use migrate_core::revision::run_plan;
use migrate_tests::{Case, check, connect, dump, execute, server};

#[test]
fn b01_what_depends_on_what_decides_the_order_whatever_the_names() {
    check(Case {
        current: "
            CREATE TYPE z_type AS ENUM ('a');
            CREATE SEQUENCE z_number;
            CREATE TABLE a (id integer PRIMARY KEY, kind z_type DEFAULT 'a', number bigint DEFAULT nextval('z_number'));
            CREATE TABLE b (id integer PRIMARY KEY REFERENCES a);
            CREATE VIEW a_view AS SELECT * FROM b;",
        rows: "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);",
        desired: "
            CREATE DOMAIN z_domain AS integer CHECK (VALUE > 0);
            CREATE TYPE y_pair AS (one z_domain, two text);
            CREATE TABLE z (id integer PRIMARY KEY, next_id integer);
            CREATE TABLE y (id z_domain PRIMARY KEY, pairs y_pair[], z_id integer REFERENCES z);
            CREATE FUNCTION a_function(one y) RETURNS z LANGUAGE sql RETURN (SELECT z FROM z WHERE z.id = (one).z_id);
            CREATE VIEW a_view AS SELECT y.id, (a_function(y)).next_id FROM y;
            ALTER TABLE z ADD FOREIGN KEY (next_id) REFERENCES y;",
        ..Case::default()
    });
}

#[test]
fn b01_an_edge_of_one_column_does_not_bind_the_others() {
    let sql = check(Case {
        current: "
            CREATE TABLE t (id integer PRIMARY KEY, a varchar(10), b varchar(10), c varchar(10));
            CREATE VIEW over_a AS SELECT a FROM t;
            CREATE VIEW over_b AS SELECT b FROM t;
            CREATE INDEX only_c ON t (c) WHERE c <> '';",
        rows: "INSERT INTO t VALUES (1, 'a', 'b', NULL);",
        desired: "
            CREATE TABLE t (id integer PRIMARY KEY, a text, b varchar(10), c varchar(10));
            CREATE VIEW over_a AS SELECT a FROM t;
            CREATE VIEW over_b AS SELECT b FROM t;
            CREATE INDEX only_c ON t (c) WHERE c <> '';",
        ..Case::default()
    });
    assert!(sql.contains("over_a") && !sql.contains("over_b") && !sql.contains("only_c"), "{sql}");
}

#[test]
fn b04_tables_that_reference_each_other_come_change_and_go() {
    let circle = |key: &str| {
        format!(
            "CREATE TABLE a (id {key} PRIMARY KEY, b_id {key}, a_id {key} REFERENCES a);
            CREATE TABLE b (id {key} PRIMARY KEY, a_id {key} NOT NULL REFERENCES a ON DELETE CASCADE);
            ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b DEFERRABLE;"
        )
    };
    let rows =
        "INSERT INTO a VALUES (1, NULL, 1); INSERT INTO b VALUES (2, 1); UPDATE a SET b_id = 2;";
    check(Case { current: "", rows: "", desired: &circle("integer"), ..Case::default() });
    check(Case { current: &circle("integer"), rows, desired: "", ..Case::default() });
    check(Case {
        current: &circle("integer"),
        rows,
        desired: &circle("bigint"),
        ..Case::default()
    });
    check(Case { current: &circle("integer"), rows, desired: &circle("text"), ..Case::default() });
}

#[test]
fn b04_a_column_goes_with_the_table_it_references_whatever_their_names() {
    for (kept, gone) in [("a", "z"), ("z", "a")] {
        check(Case {
            current: &format!(
                "CREATE TABLE {gone} (id integer PRIMARY KEY);
                CREATE TABLE {kept} (id integer PRIMARY KEY, ref_id integer REFERENCES {gone}, name text);
                CREATE INDEX ON {kept} (ref_id);"
            ),
            rows: &format!("INSERT INTO {gone} VALUES (1); INSERT INTO {kept} VALUES (1, 1, 'x');"),
            desired: &format!("CREATE TABLE {kept} (id integer PRIMARY KEY, name text);"),
            ..Case::default()
        });
    }
}

#[test]
fn b05_a_primary_key_is_replaced_while_foreign_keys_point_to_it() {
    let tables = |key: &str, other: &str, reference: &str| {
        format!(
            "CREATE TABLE p (id integer NOT NULL, code text NOT NULL, CONSTRAINT p_pkey PRIMARY KEY ({key}){other});
            CREATE TABLE c (id integer PRIMARY KEY, p_id integer, p_code text, {reference});
            CREATE TABLE d (p_id integer REFERENCES p (id));"
        )
    };
    let rows = "INSERT INTO p VALUES (1, 'x'), (2, 'y'); INSERT INTO c VALUES (1, 1, 'x'), (2, NULL, NULL);
        INSERT INTO d VALUES (2);";
    // Single to composite, with a unique key that now carries the foreign keys.
    check(Case {
        current: &tables("id", "", "FOREIGN KEY (p_id) REFERENCES p (id)"),
        rows,
        desired: &tables(
            "id, code",
            ", UNIQUE (id)",
            "FOREIGN KEY (p_id, p_code) REFERENCES p (id, code)",
        ),
        ..Case::default()
    });
    // Another column.
    check(Case {
        current: &tables("id", ", UNIQUE (code)", "FOREIGN KEY (p_id) REFERENCES p (id)"),
        rows,
        desired: &tables("code", ", UNIQUE (id)", "FOREIGN KEY (p_code) REFERENCES p (code)"),
        ..Case::default()
    });
}

#[test]
fn b05_the_columns_of_a_key_change_their_order() {
    let table = |key: &str| {
        format!(
            "CREATE TABLE p (a integer, b integer, c integer, PRIMARY KEY ({key}), UNIQUE (c, b));
            CREATE TABLE q (a integer, b integer, FOREIGN KEY (a, b) REFERENCES p (a, b));"
        )
    };
    check(Case {
        current: &table("a, b"),
        rows: "INSERT INTO p VALUES (1, 2, 3); INSERT INTO q VALUES (1, 2);",
        desired: &table("b, a"),
        ..Case::default()
    });
}

#[test]
fn b06_what_holds_a_name_goes_before_what_takes_it() {
    check(Case {
        current: "
            CREATE TABLE t (a integer, b integer, CONSTRAINT c CHECK (a > 0), CONSTRAINT u UNIQUE (a));
            CREATE INDEX i ON t (b);
            CREATE TABLE taken (id integer);
            CREATE SEQUENCE number;
            CREATE TYPE word AS ENUM ('a');",
        rows: "INSERT INTO t VALUES (1, 1), (2, NULL); INSERT INTO taken VALUES (1);",
        desired: "
            CREATE TABLE t (a integer, b integer, CONSTRAINT c CHECK (b > 0), CONSTRAINT i UNIQUE (b));
            CREATE INDEX u ON t (a);
            CREATE TYPE taken AS ENUM ('x');
            CREATE TABLE number (id integer);
            CREATE DOMAIN word AS text;",
        ..Case::default()
    });
}

#[test]
fn b06_a_constraint_becomes_an_index_and_back_under_one_name() {
    check(Case {
        current: "CREATE TABLE t (a integer, b integer, CONSTRAINT k UNIQUE (a)); CREATE UNIQUE INDEX l ON t (b);",
        rows: "INSERT INTO t VALUES (1, 1), (NULL, NULL);",
        desired: "CREATE TABLE t (a integer, b integer, CONSTRAINT l UNIQUE (b)); CREATE UNIQUE INDEX k ON t (a);",
        ..Case::default()
    });
}

#[test]
fn b06_a_table_becomes_a_view_and_a_view_a_table() {
    check(Case {
        current: "CREATE TABLE base (id integer PRIMARY KEY); CREATE TABLE shown (id integer); CREATE VIEW listed AS SELECT id FROM base;",
        rows: "INSERT INTO base VALUES (1); INSERT INTO shown VALUES (1);",
        desired: "CREATE TABLE base (id integer PRIMARY KEY); CREATE TABLE listed (id integer); CREATE VIEW shown AS SELECT id FROM base;",
        ..Case::default()
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_needs_too_many_locks_is_cut_into_steps() {
    let [current, desired] = [server().await.create().await, server().await.create().await]
        .map(|made| made.expect("a database is made"));
    let tables: Vec<String> = (0..1200)
        .map(|number| format!("CREATE TABLE t{number} (id integer PRIMARY KEY, name text);"))
        .collect();
    for some in tables.chunks(300) {
        execute(&desired, &some.concat()).await;
    }
    let mut connection = connect(&desired).await;
    let wanted = introspect(&mut connection, &Scope::all("public")).await.expect("it is read");
    let plan =
        plan(&Catalog::default(), &wanted, &PlanOptions::default()).expect("there is a plan");
    assert!(plan.too_many_locks().is_some() && plan.steps.len() > 1, "{}", plan.steps.len());
    run_plan(connect(&current).await, &plan, "public")
        .await
        .expect("no transaction needs too many");
    assert_eq!(dump(&current), dump(&desired));
}

#[test]
fn a_sequence_goes_from_a_column_that_goes_to_one_that_comes_whatever_the_names() {
    for (sequence, table) in [("a", "z"), ("z", "a")] {
        let with = |column: &str| {
            format!(
                "CREATE TABLE {table} (id integer PRIMARY KEY, {column} bigint);
                CREATE SEQUENCE {sequence} OWNED BY {table}.{column};"
            )
        };
        check(Case {
            current: &with("gone"),
            rows: &format!("INSERT INTO {table} VALUES (1, 2);"),
            desired: &with("come"),
            ..Case::default()
        });
    }
}

#[test]
fn b01_tables_that_reference_each_other_go_without_their_columns_one_by_one() {
    let up = check(Case {
        current: "
            CREATE TABLE a (id int PRIMARY KEY, b int);
            CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
            ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b",
        desired: "",
        ..Case::default()
    });
    assert!(!up.contains("DROP COLUMN"), "{up}");
}

//! Sequences: of their own, of serial columns and of identity columns.

use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::run_plan;
use migrate_tests::{Case, check, circle_of, connect, execute, major, server};
use sqlx::Connection;

/// Where sequences can be unlogged themselves.
fn sequences_are_logged_or_not() -> bool {
    major() >= 15
}

#[test]
fn a_sequence_becomes_unlogged_with_its_table_and_logged_again() {
    let with = |unlogged: &str| {
        format!(
            "CREATE {unlogged} TABLE t (id serial PRIMARY KEY, n integer GENERATED ALWAYS AS IDENTITY);"
        )
    };
    check(Case {
        current: &with(""),
        rows: "INSERT INTO t DEFAULT VALUES;",
        desired: &with("UNLOGGED"),
        ..Case::default()
    });
    check(Case { current: "", rows: "", desired: &with("UNLOGGED"), ..Case::default() });
}

#[test]
fn an_identity_comes_to_a_table_that_becomes_logged_or_unlogged() {
    let with =
        |unlogged: &str, n: &str| format!("CREATE {unlogged} TABLE t (id integer NOT NULL{n});");
    let identity = " GENERATED ALWAYS AS IDENTITY, n integer GENERATED ALWAYS AS IDENTITY";
    for (current, desired) in [("UNLOGGED", ""), ("", "UNLOGGED")] {
        check(Case {
            current: &with(current, ""),
            rows: "INSERT INTO t VALUES (1);",
            desired: &with(desired, identity),
            ..Case::default()
        });
    }
}

#[test]
fn a_sequence_is_unlogged_where_its_table_is_not() {
    if !sequences_are_logged_or_not() {
        return;
    }
    let with = |table: &str, sequence: &str| {
        format!(
            "CREATE {table} TABLE t (id serial PRIMARY KEY);
            ALTER SEQUENCE t_id_seq SET {sequence};
            CREATE SEQUENCE alone; ALTER SEQUENCE alone SET {sequence};"
        )
    };
    let all = [("", "LOGGED"), ("", "UNLOGGED"), ("UNLOGGED", "LOGGED"), ("UNLOGGED", "UNLOGGED")];
    for (number, (table, sequence)) in all.into_iter().enumerate() {
        for (other_table, other_sequence) in all.into_iter().skip(number + 1) {
            check(Case {
                current: &with(table, sequence),
                rows: "INSERT INTO t DEFAULT VALUES;",
                desired: &with(other_table, other_sequence),
                ..Case::default()
            });
        }
    }
}

#[test]
fn a_sequence_moves_between_tables_that_become_logged_and_unlogged() {
    if !sequences_are_logged_or_not() {
        return;
    }
    let with = |a: &str, b: &str, owner: &str, sequence: &str| {
        format!(
            "CREATE {a} TABLE a (id integer); CREATE {b} TABLE b (id integer);
            CREATE SEQUENCE s OWNED BY {owner}; ALTER SEQUENCE s SET {sequence};"
        )
    };
    for sequence in ["LOGGED", "UNLOGGED"] {
        check(Case {
            current: &with("", "UNLOGGED", "a.id", sequence),
            rows: "",
            desired: &with("UNLOGGED", "", "b.id", sequence),
            ..Case::default()
        });
        check(Case {
            current: &with("", "UNLOGGED", "NONE", sequence),
            rows: "",
            desired: &with("UNLOGGED", "", "a.id", sequence),
            ..Case::default()
        });
    }
}

/// Goes from one schema to another with the plan between them.
async fn go(database: &ScratchDatabase, current: &str, desired: &str) {
    let server = server().await;
    let mut catalogs = Vec::new();
    for sql in [current, desired] {
        let built = server.create().await.expect("a database is made");
        execute(&built, sql).await;
        let mut connection = connect(&built).await;
        let catalog = introspect(&mut connection, &Scope::all("public")).await;
        catalogs.push(catalog.expect("the catalog is read"));
        connection.close().await.expect("the session ends");
        built.drop().await.expect("a scratch database can go");
    }
    let plan = plan(&catalogs[0], &catalogs[1], &PlanOptions::default()).expect("there is a plan");
    let outcome = run_plan(connect(database).await, &plan, "public").await;
    let (connection, _) = outcome.unwrap_or_else(|error| panic!("{desired}: {error}"));
    connection.close().await.expect("the session ends");
}

/// The next value of the sequence `s` in the forms that one has.
async fn next(database: &ScratchDatabase) -> i64 {
    let mut connection = connect(database).await;
    let next = sqlx::query_scalar("SELECT nextval('s')").fetch_one(&mut connection).await;
    connection.close().await.expect("the session ends");
    next.expect("the sequence goes on")
}

#[test]
fn b18_the_sequence_of_an_identity_has_its_default_name_however_long_that_is() {
    for (table, column) in [
        ("subscription_notification_delivery_attempts_by_channel_archive", "id"),
        ("subscription_notification_delivery_attempts_by_", "reminder_number"),
        ("ünterschrïften_äller_vertragspartner_öder_ihrer", "vertragspartnerünterschrift_nr"),
    ] {
        let sql = check(Case {
            current: "CREATE TABLE other ();",
            desired: &format!(
                "CREATE TABLE other (); CREATE TABLE {table} ({column} int GENERATED ALWAYS AS IDENTITY);"
            ),
            ..Case::default()
        });
        assert!(!sql.contains("SEQUENCE NAME"), "{sql}");
    }
}

/// A sequence `s` that counts so: of its own, of a column like a serial's, and of an identity.
fn forms(options: &str) -> [String; 3] {
    let owned = format!(
        "CREATE SEQUENCE s {options};
        CREATE TABLE t (id bigint DEFAULT nextval('s')); ALTER SEQUENCE s OWNED BY t.id;"
    );
    let identity = format!(
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s {options}));"
    );
    [format!("CREATE SEQUENCE s {options};"), owned, identity]
}

/// A used sequence gets other options: what it gives then, and what after the way back.
async fn used(current: &str, count: i64, desired: &str) -> (i64, i64) {
    let mut seen = Vec::new();
    for (current, desired) in forms(current).iter().zip(forms(desired)) {
        let database = server().await.create().await.expect("a database is made");
        execute(&database, current).await;
        execute(&database, &format!("SELECT setval('s', {count})")).await;
        go(&database, current, &desired).await;
        let there = next(&database).await;
        go(&database, &desired, current).await;
        seen.push((there, next(&database).await));
        database.drop().await.expect("a scratch database can go");
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{current} to {desired}: {seen:?}");
    seen[0]
}

#[tokio::test]
async fn a_count_stays_where_the_desired_range_allows_it() {
    assert_eq!(used("MAXVALUE 100", 42, "MAXVALUE 1000").await, (43, 44));
    assert_eq!(used("", 42, "MAXVALUE 100 CYCLE").await, (43, 44));
    assert_eq!(used("MINVALUE 1 MAXVALUE 100", 42, "MINVALUE 10 MAXVALUE 50").await, (43, 44));
    assert_eq!(used("INCREMENT -1 MINVALUE -99", -5, "INCREMENT -1 MINVALUE -9").await, (-6, -7));
}

#[tokio::test]
async fn a_count_outside_of_the_desired_range_begins_again_within_it() {
    assert_eq!(used("", 5, "MINVALUE 1000").await, (1000, 1001));
    assert_eq!(used("", 500, "MAXVALUE 100").await, (1, 2));
    assert_eq!(used("MAXVALUE 10", 5, "MINVALUE 20 MAXVALUE 90 START 30").await, (30, 1));
    assert_eq!(used("", 5, "INCREMENT -1 MAXVALUE -7").await, (-7, 1));
    assert_eq!(used("MINVALUE -50 START 5", 70, "MINVALUE -50 MAXVALUE 60").await, (-50, -49));
}

#[tokio::test]
async fn a_count_goes_on_after_rows_in_its_direction() {
    for (options, rows, expected) in [
        ("", "(3), (7)", 8),
        ("INCREMENT 5", "(3), (7)", 12),
        ("INCREMENT -1", "(-3), (-7)", -8),
        ("START 100", "(3), (7)", 100),
        ("MINVALUE 10 MAXVALUE 20 CYCLE", "(3), (70)", 10),
        ("START 40", "", 40),
    ] {
        let database = server().await.create().await.expect("a database is made");
        let current = "CREATE TABLE t (id bigint NOT NULL);";
        execute(&database, current).await;
        if !rows.is_empty() {
            execute(&database, &format!("INSERT INTO t VALUES {rows}")).await;
        }
        let desired = format!(
            "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s {options}));"
        );
        go(&database, current, &desired).await;
        assert_eq!(next(&database).await, expected, "{options} after {rows}");
        database.drop().await.expect("a scratch database can go");
    }
}

#[tokio::test]
async fn b18_a_column_that_counts_with_a_sequence_from_now_on_gets_no_number_twice() {
    let desired = "CREATE SEQUENCE s;
        CREATE TABLE a (id bigint PRIMARY KEY DEFAULT nextval('s'));
        CREATE TABLE b (id integer PRIMARY KEY DEFAULT nextval('s'));";
    for (current, expected) in [
        (
            "CREATE TABLE a (id bigint PRIMARY KEY);
            CREATE TABLE b (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);",
            51,
        ),
        (
            "CREATE SEQUENCE s; CREATE TABLE a (id bigint PRIMARY KEY);
            CREATE TABLE b (id serial PRIMARY KEY); SELECT setval('s', 70);",
            71,
        ),
        (
            "CREATE SEQUENCE s; ALTER SEQUENCE s RESTART WITH 900; CREATE TABLE a (id bigint);
            CREATE TABLE b (id integer);",
            900,
        ),
        (
            "CREATE SEQUENCE s MAXVALUE 20; CREATE TABLE b (id text PRIMARY KEY);
            CREATE TABLE a (id integer PRIMARY KEY DEFAULT nextval('s'));",
            41,
        ),
    ] {
        let database = server().await.create().await.expect("a database is made");
        let rows = "INSERT INTO a VALUES (50), (3); INSERT INTO b VALUES (40), (5);";
        execute(&database, &format!("{current} {rows}")).await;
        go(&database, current, desired).await;
        assert_eq!(next(&database).await, expected, "{current}");
        database.drop().await.expect("a scratch database can go");
    }
}

#[test]
fn b18_of_several_sequences_of_a_column_the_one_that_it_counts_with_goes_on() {
    let sequences = "CREATE SEQUENCE a OWNED BY t.id; CREATE SEQUENCE z OWNED BY t.id;
        ALTER TABLE t ALTER id SET DEFAULT nextval('z')";
    check(Case {
        current: "CREATE TABLE t (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY)",
        rows: "INSERT INTO t DEFAULT VALUES",
        desired: &format!("CREATE TABLE t (id int PRIMARY KEY); {sequences}"),
        ..Case::default()
    });
}

#[tokio::test]
async fn b18_an_identity_counts_by_its_own_sequence_and_the_former_one_stays_where_it_is() {
    let current = "CREATE SEQUENCE s; CREATE TABLE a (id bigint PRIMARY KEY DEFAULT nextval('s'));
        ALTER SEQUENCE s OWNED BY a.id; CREATE TABLE b (id bigint DEFAULT nextval('s'));";
    let rows = "INSERT INTO a VALUES (7); SELECT setval('s', 5000);";
    let identity = "CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);";
    for (owner, next_of_s) in [
        (
            "CREATE SEQUENCE s; CREATE TABLE b (id bigint DEFAULT nextval('s'));
          ALTER SEQUENCE s OWNED BY b.id;",
            5001,
        ),
        ("CREATE TABLE b (id bigint); CREATE SEQUENCE s;", 5001),
        ("CREATE TABLE b (id bigint); CREATE TABLE c (id serial); CREATE SEQUENCE s;", 5001),
    ] {
        let database = server().await.create().await.expect("a database is made");
        execute(&database, &format!("{current} {rows}")).await;
        go(&database, current, &format!("{owner} {identity}")).await;
        assert_eq!(next(&database).await, next_of_s, "{owner}");
        execute(&database, "CREATE TABLE seen AS SELECT nextval('a_id_seq') AS id").await;
        execute(&database, "SELECT 1 / (id = 8)::int FROM seen").await;
        database.drop().await.expect("a scratch database can go");
    }
}

#[tokio::test]
async fn b18_a_count_that_begins_again_goes_on_after_rows() {
    for (current, desired, expected) in [
        (
            "id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s)",
            "id smallint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s)",
            11,
        ),
        (
            "id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s INCREMENT -1)",
            "id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s)",
            11,
        ),
    ] {
        let [current, desired] = [current, desired].map(|id| format!("CREATE TABLE a ({id});"));
        let count = if current.contains("-1") { -100_000 } else { 100_000 };
        let rows = format!(
            "INSERT INTO a OVERRIDING SYSTEM VALUE VALUES (10); SELECT setval('s', {count});"
        );
        let database = server().await.create().await.expect("a database is made");
        execute(&database, &format!("{current} {rows}")).await;
        go(&database, &current, &desired).await;
        assert_eq!(next(&database).await, expected, "{desired}");
        database.drop().await.expect("a scratch database can go");
    }
    let database = server().await.create().await.expect("a database is made");
    let current = "CREATE SEQUENCE s; CREATE TABLE a (id bigint DEFAULT nextval('s'));";
    execute(&database, &format!("{current} INSERT INTO a VALUES (10); SELECT setval('s', 500);"))
        .await;
    go(&database, current, &current.replace("SEQUENCE s;", "SEQUENCE s MAXVALUE 100;")).await;
    assert_eq!(next(&database).await, 11);
}

#[tokio::test]
async fn b18_rows_without_a_value_in_a_column_that_becomes_an_identity_are_not_given_one_number() {
    let case = Case {
        current: "CREATE TABLE t (id integer, name text);",
        rows: "INSERT INTO t VALUES (1, 'a'), (NULL, 'b'), (NULL, 'c');",
        desired: "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, name text);",
        ..Case::default()
    };
    let refusal = circle_of(case, false).await.expect_err("only the author knows their numbers");
    assert!(refusal.contains("t_id_is_not_null"), "{refusal}");
}

#[test]
fn a_column_of_another_kind_gets_a_sequence() {
    check(Case {
        current: "CREATE DOMAIN count AS integer; CREATE TABLE t (a text, n numeric(5), c count);",
        rows: "INSERT INTO t VALUES ('x', 9, 5);",
        desired: "CREATE DOMAIN count AS integer; CREATE TABLE t (a text, n numeric(5), c count);
            CREATE SEQUENCE of_a OWNED BY t.a; CREATE SEQUENCE of_n OWNED BY t.n;
            CREATE SEQUENCE of_c OWNED BY t.c;",
        ..Case::default()
    });
}

#[test]
fn a_column_becomes_an_integer_and_gets_a_sequence() {
    check(Case {
        current: "CREATE TABLE t (z boolean NOT NULL);",
        rows: "INSERT INTO t VALUES (true);",
        desired: "CREATE TABLE t (z integer NOT NULL); CREATE SEQUENCE a OWNED BY t.z;",
        ..Case::default()
    });
}

#[test]
fn an_identity_gets_a_smaller_type_than_its_bounds_needed() {
    check(Case {
        current: "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 9999999999));",
        rows: "INSERT INTO t DEFAULT VALUES;",
        desired: "CREATE TABLE t (id smallint GENERATED ALWAYS AS IDENTITY (MAXVALUE 99));",
        ..Case::default()
    });
}

#[test]
fn an_identity_goes_before_its_column_gets_a_type_that_can_have_none() {
    for other in ["boolean", "text", "numeric(10,2) NOT NULL"] {
        check(Case {
            current: "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY);",
            rows: "INSERT INTO t DEFAULT VALUES;",
            desired: &format!("CREATE TABLE t (id {other});"),
            ..Case::default()
        });
    }
}

#[test]
fn a_sequence_stays_unlogged_where_its_table_becomes_logged_late() {
    if !sequences_are_logged_or_not() {
        return;
    }
    let with = |table: &str, reference: &str, condition: &str| {
        format!(
            "CREATE UNLOGGED TABLE r (id integer PRIMARY KEY);
            CREATE {table} TABLE t (id serial, m integer{reference});
            ALTER SEQUENCE t_id_seq SET UNLOGGED;
            CREATE INDEX i ON t (id) WHERE {condition} > 0;"
        )
    };
    check(Case {
        current: &with("UNLOGGED", ", r_id integer REFERENCES r", "r_id"),
        rows: "INSERT INTO r VALUES (1); INSERT INTO t (r_id) VALUES (1);",
        desired: &with("", "", "m"),
        ..Case::default()
    });
}

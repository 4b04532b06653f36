//! Sequences: of their own, of serial columns and of identity columns.

use migrate_tests::{Case, check, major};

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

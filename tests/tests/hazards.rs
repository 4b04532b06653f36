//! What a plan may hurt, as it is said before the plan runs.

use migrate_core::catalog::Catalog;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{PlanOptions, hazards, lost, plan};
use migrate_core::revision::{
    Column, Constraint, Header, Migrator, drops_column, recomputes_column,
};
use migrate_tests::{connect, execute, server};
use sqlx::Connection;

async fn catalog(sql: &str) -> Catalog {
    let database = server().await.create().await.expect("a database is made");
    execute(&database, sql).await;
    let mut connection = connect(&database).await;
    let read = introspect(&mut connection, &Scope::all("public")).await;
    connection.close().await.expect("the session ends");
    read.expect("the catalog is read")
}

/// The hazards between two schemas, and what is lost, a line each.
async fn said(current: &str, desired: &str) -> String {
    let (current, desired) = (catalog(current).await, catalog(desired).await);
    let plan = plan(&current, &desired, &PlanOptions::default()).expect("there is a plan");
    let hazards = hazards(&plan, &current);
    let lost = lost(&plan, &current);
    let lines = hazards.iter().map(ToString::to_string);
    lines.chain(lost.iter().map(|key| format!("lost: {key}"))).collect::<Vec<_>>().join("\n")
}

/// The hazards of the statement that was written down last.
fn hazards_of_last(db: &Migrator) -> Vec<String> {
    let last = db.executed().last().expect("something was written down");
    last.hazards.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_generated_column_that_comes_again_is_neither_lost_nor_gone() {
    let said = said(
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c int, d int GENERATED ALWAYS AS (a) STORED)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 2) STORED, c int GENERATED ALWAYS AS (a) STORED)",
    )
    .await;
    assert!(!said.contains("`t.b`"), "{said}");
    assert!(!said.contains("`t.c` is gone") && said.contains("lost: column `t.c`"), "{said}");
    assert!(said.contains("`t.d` is gone"), "{said}");
}

#[tokio::test]
async fn a_header_says_which_columns_are_computed_again_rather_than_lost() {
    const REVISION: Header =
        Header::new("m1").allow(&[recomputes_column("t.b"), drops_column("t.c")]);
    let mut db = Migrator::recording("m1", "public").believing(&REVISION);
    for column in ["b", "c"] {
        db.drop_column("t", column).await.expect("it is written down");
    }
    let column = Column::new("b", "integer").stored("a + 2");
    db.add_column("t", column).await.expect("it is written down");
    let said = format!("{:?}", db.executed());
    assert!(said.contains("column `t.c`") && !said.contains("column `t.b`"), "{said}");
}

#[tokio::test]
async fn a_domain_that_demands_more_can_fail_and_reads_all_rows() {
    let said = said(
        "CREATE DOMAIN d AS text; CREATE DOMAIN e AS text; CREATE TABLE t (d d, e e)",
        "CREATE DOMAIN d AS text CONSTRAINT filled CHECK (VALUE <> ''); CREATE DOMAIN e AS text NOT NULL; CREATE DOMAIN new AS text NOT NULL CHECK (VALUE <> ''); CREATE TABLE t (d d, e e)",
    )
    .await;
    for line in [
        "reads every row with a `d`, while writes to their tables wait",
        "can fail on rows: rows may violate `filled`",
        "reads every row with a `e`, while writes to their tables wait",
        "can fail on rows: columns of domain `e` may hold nulls",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(!said.contains("`new`"), "{said}");
}

#[tokio::test]
async fn a_new_required_column_without_a_default_breaks_inserts_of_running_code() {
    let said = said(
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int, bare int NOT NULL, filled int NOT NULL DEFAULT 1, id int GENERATED ALWAYS AS IDENTITY, computed int NOT NULL GENERATED ALWAYS AS (a) STORED, nullable int); CREATE TABLE n (bare int NOT NULL)",
    )
    .await;
    let broken: Vec<&str> = said.lines().filter(|line| line.contains("running code")).collect();
    let wanted = "breaks running code: inserts fail that leave out `t.bare`, which has no default";
    assert_eq!(broken, [wanted], "{said}");
}

#[tokio::test]
async fn a_column_that_becomes_required_without_a_default_breaks_inserts_of_running_code() {
    let said = said(
        "CREATE TABLE t (a int, b int DEFAULT 1, c int)",
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL DEFAULT 1, c int NOT NULL DEFAULT 2)",
    )
    .await;
    let broken: Vec<&str> = said.lines().filter(|line| line.contains("running code")).collect();
    let wanted = "breaks running code: inserts fail that leave out `t.a`, which has no default";
    assert_eq!(broken, [wanted], "{said}");
}

#[tokio::test]
async fn a_column_that_becomes_required_without_a_proof_has_all_rows_read() {
    let scan = "reads every row of `t` under its lock";
    let (nullable, required) = ("CREATE TABLE t (a int)", "CREATE TABLE t (a int NOT NULL)");
    let said = said(nullable, required).await;
    assert!(!said.contains(scan), "{said}");

    for (check, proved) in [
        (Constraint::check("a IS NOT NULL"), true),
        (Constraint::check("a IS NOT NULL").not_valid(), false),
        (Constraint::check("b IS NOT NULL"), false),
    ] {
        let mut db = Migrator::recording("m1", "public");
        db.alter_table("t").add_constraint("proof", check).await.expect("it is written down");
        db.set_not_null("t", "a").await.expect("it is written down");
        let said = hazards_of_last(&db);
        assert_eq!(!said.iter().any(|line| line == scan), proved, "{said:?}");
    }

    let mut db = Migrator::recording("m1", "public");
    let proof = Constraint::check("a IS NOT NULL");
    db.alter_table("t").add_constraint("proof", proof).await.expect("it is written down");
    let at_once = db.alter_table("t").set_not_null("a").drop_constraint("proof");
    at_once.await.expect("it is written down");
    assert!(hazards_of_last(&db).iter().any(|line| line == scan), "PostgreSQL drops first");
}

#[tokio::test]
async fn a_narrower_type_may_refuse_a_value_or_round_it() {
    let said = said(
        "CREATE TABLE t (a varchar(50), b numeric(6, 2), c timestamp, d varchar(20))",
        "CREATE TABLE t (a varchar(20), b numeric(6, 1), c date, d text)",
    )
    .await;
    for line in [
        "can fail on rows: a value of `t.a` may not fit its new type",
        "loses what `numeric(6,1)` can't hold of `t.b`",
        "loses what `date` can't hold of `t.c`",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(!said.contains("`t.d`"), "{said}");
}

#[tokio::test]
async fn the_labels_are_named_that_an_enum_loses() {
    let before =
        "CREATE TYPE mood AS ENUM ('glad', 'sad', 'bored', 'odd'); CREATE TABLE t (a mood)";
    let fewer = before.replace("'sad', 'bored', ", "");
    let said_of_fewer = said(before, &fewer).await;
    let line = "can fail on rows: a row may hold `sad` or `bored`, which `mood` loses";
    assert!(said_of_fewer.contains(line), "{said_of_fewer}");
    let in_other_order = before.replace("'glad', 'sad'", "'sad', 'glad'");
    let said = said(before, &in_other_order).await;
    assert!(said.contains("rewrites every row of `t`") && !said.contains("loses"), "{said}");
}

#[tokio::test]
async fn a_domain_is_stored_as_what_it_is_built_on() {
    let domains = "CREATE DOMAIN plain AS varchar(10); CREATE DOMAIN few AS int CHECK (VALUE < 9);";
    let of = |columns: &str| format!("{domains} CREATE TABLE t ({columns})");
    let said_of_plain = said(
        &of("a plain, b varchar(10), c few, d varchar(5)"),
        &of("a text, b plain, c int, d plain"),
    )
    .await;
    assert!(!said_of_plain.contains("rewrites"), "{said_of_plain}");
    assert!(!said_of_plain.contains("can fail"), "{said_of_plain}");
    let narrow = said(&of("a int, b varchar(20)"), &of("a few, b plain")).await;
    for line in [
        "rewrites every row of `t`",
        "can fail on rows: a value of `t.a` may be none of `few`",
        "can fail on rows: a value of `t.b` may not fit its new type",
    ] {
        assert!(narrow.contains(line), "{line}\n{narrow}");
    }
}

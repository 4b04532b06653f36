//! Expressions that PostgreSQL writes in more than one form, and the functions that they call.

use migrate_core::DbModel;
use migrate_core::between::{self, Need, Settings, Source};
use migrate_core::catalog::Ident;
use migrate_core::model::Registry;
use migrate_core::runner::{RunSettings, apply_plan};
use migrate_core::target::Target;
use migrate_tests::{dump, execute, psql};

use super::{BLOG, compared, database, script, sides, url};

#[tokio::test]
async fn b24_a_form_is_settled_beside_expressions_that_call_functions_over_types_and_tables() {
    let with = |list: &str| {
        format!(
            "CREATE TYPE e AS ENUM ('a', 'b'); CREATE DOMAIN d AS int;
             CREATE FUNCTION f(x e) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT x = 'a' $$;
             CREATE FUNCTION g(x d) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT x > 1 $$;
             CREATE TABLE t (e e, d d, s varchar(5), CONSTRAINT s_check CHECK ({list}), CHECK (f(e)));
             CREATE FUNCTION number_of() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
             CREATE INDEX i ON t (g(d)); CREATE TABLE u (n bigint DEFAULT number_of())"
        )
    };
    let deparsed =
        "(s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])";
    let (from, to) = (database(&with("s IN ('a', 'b')")).await, database(&with(deparsed)).await);
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let comparison = comparison.expect("they are compared");
    assert!(comparison.statements.is_empty(), "{:?} {:?}", comparison.statements, comparison.notes);
}

#[tokio::test]
async fn a_check_of_a_domain_within_arrays_only_looks_different() {
    let with = |check: &str| {
        format!(
            "CREATE DOMAIN kind AS varchar(5) CHECK ({check});
            CREATE TABLE t (id int PRIMARY KEY, kinds kind[])"
        )
    };
    let printed =
        "(VALUE)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])";
    let from = database(&with("VALUE IN ('a', 'b')")).await;
    let to = database(&with(printed)).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let statements = comparison.expect("they are compared").statements;
    assert!(statements.is_empty(), "{statements:?}");
}

#[tokio::test]
async fn expressions_that_only_look_different_are_settled_on_a_scratch_server_alone() {
    let printed = BLOG.replace(
        "kind IN ('a', 'b')",
        "((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
    );
    let (from, to) = (database(BLOG).await, database(&printed).await);
    let [current, desired] = sides(&url(&from), &url(&to), "public").await.expect("they are read");
    let settings = Settings::default();
    assert_eq!(
        between::need(&current, &current, &settings).expect("they are alike"),
        Need::Nothing
    );
    assert_eq!(between::need(&current, &desired, &settings).expect("one differs"), Need::Helpful);
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    assert!(comparison.statements.is_empty(), "{:?}", comparison.statements);
    let alone = between::compare(&current, &desired, &Ident::new("public"), None, &settings).await;
    let alone = alone.expect("they are compared");
    assert!(alone.notes[0].contains("only looks different"), "{:?}", alone.notes);
    psql(&from, &script(&alone, &from, "public"));
}

/// A table whose default calls what no model can make.
#[derive(DbModel)]
struct Ticket {
    #[db(default = sql("next_number()"))]
    number: i64,
    note: Option<String>,
}

#[tokio::test]
async fn models_may_call_the_functions_of_the_other_side() {
    let from = database(
        "CREATE FUNCTION next_number() RETURNS bigint LANGUAGE sql RETURN 7;
         CREATE TABLE ticket (number bigint NOT NULL DEFAULT next_number())",
    )
    .await;
    let registry = Registry::of([&<Ticket as DbModel>::META]).expect("the models are distinct");
    let models = Source::Models(&registry);
    let comparison =
        compared(&url(&from), &models, &Settings::default()).await.expect("they are compared");
    psql(&from, &script(&comparison, &from, "public"));
    assert!(dump(&from).contains("note text"));
    for (current, desired) in [(&url(&from), &models), (&models, &url(&from))] {
        let comparison = compared(current, desired, &Settings::default()).await;
        let statements = comparison.expect("they are compared").statements;
        assert!(statements.is_empty(), "{statements:?}");
    }
}

#[tokio::test]
async fn a_database_may_read_and_print_texts_in_its_own_way() {
    let from = "CREATE TABLE t (id int PRIMARY KEY, d date, b bytea, n text[]); CREATE VIEW v AS SELECT d FROM t;";
    let to = format!(
        r"{from} ALTER TABLE t ADD path text DEFAULT 'C:\new\tmp', ADD CHECK (path ~ '^\w'), ADD CHECK (path <> 'a''\');"
    );
    let (from, to) = (database(from).await, database(&to).await);
    for setting in ["standard_conforming_strings = off", "quote_all_identifiers = on"] {
        execute(&from, &format!("ALTER DATABASE \"{}\" SET {setting}", from.name())).await;
    }
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let sql = script(&comparison.expect("they are compared"), &from, "public");
    assert!(!sql.contains("VIEW") && !sql.contains(" TYPE "), "{sql}");
    psql(&from, &sql);
    execute(&from, &format!("ALTER DATABASE \"{}\" RESET ALL", from.name())).await;
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn a_plan_is_run_as_it_was_written_whatever_the_database_has_set() {
    let (from, to) =
        (database("").await, database(r"CREATE TABLE t (a text DEFAULT 'C:\new')").await);
    let name = from.name();
    execute(&from, &format!("ALTER DATABASE \"{name}\" SET standard_conforming_strings = off"))
        .await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let target = Target::new(from.options(), "public");
    let plan = comparison.expect("they are compared").plan;
    apply_plan(&plan, &target, &RunSettings::default(), &|_| {}).await.expect("it runs");
    execute(&from, &format!("ALTER DATABASE \"{name}\" RESET ALL")).await;
    assert_eq!(dump(&from), dump(&to));
}

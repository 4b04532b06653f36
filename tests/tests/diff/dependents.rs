//! What stands on what changes goes and comes again, as the other side has it.

use std::collections::BTreeSet;

use migrate_core::between::{self, Settings};
use migrate_core::catalog::Ident;
use migrate_core::plan::hazards;
use migrate_tests::{connect, dump, execute, psql};
use sqlx::Connection;

use super::{catalog_of, compared, database, dumped, file, files, reaches, script, sides, url};

#[tokio::test]
async fn b03_functions_whose_texts_speak_of_what_changes_are_put_back() {
    let with = |number: &str| {
        format!(
            "CREATE TYPE c AS (a {number}); CREATE TABLE t (id {number}, c c);
             CREATE FUNCTION all_of() RETURNS SETOF c LANGUAGE sql AS 'SELECT c FROM t';
             CREATE FUNCTION number_of() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
             CREATE TABLE u (n bigint DEFAULT number_of(), id {number});
             CREATE VIEW v AS SELECT number_of(), id FROM t"
        )
    };
    for (from, to) in [("int", "bigint"), ("bigint", "int")] {
        reaches(&with(from), &with(to), "public", &Settings::default()).await;
    }
}

#[tokio::test]
async fn b03_what_had_to_go_comes_again_as_the_other_side_has_it() {
    let pairs = [
        // A cast to the domain's base, a literal of the type before, an operator that is no more.
        (
            "CREATE DOMAIN d AS int; CREATE TABLE t (id d);
             CREATE VIEW v AS SELECT * FROM t WHERE id > 5; CREATE VIEW w AS SELECT id FROM v;",
            "CREATE DOMAIN d AS bigint; CREATE TABLE t (id d);
             CREATE VIEW v AS SELECT * FROM t WHERE id > 5; CREATE VIEW w AS SELECT id FROM v;",
            "INSERT INTO t VALUES (3000000000); SELECT * FROM w",
        ),
        (
            "CREATE TABLE t (id text); CREATE VIEW v AS SELECT id FROM t WHERE id = 'a';",
            "CREATE TABLE t (id varchar(9)); CREATE VIEW v AS SELECT id FROM t WHERE id = 'a';",
            "SELECT * FROM v",
        ),
        (
            "CREATE TABLE t (id text); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
             CREATE POLICY p ON t USING (id::text = current_setting('x'));",
            "CREATE TABLE t (id uuid); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
             CREATE POLICY p ON t USING (id::text = current_setting('x'));",
            "SELECT * FROM t",
        ),
        // It needs what goes, and doesn't any more.
        (
            "CREATE TYPE r AS ENUM ('a'); CREATE TABLE t (id int, r r); CREATE VIEW v AS SELECT * FROM t;",
            "CREATE TABLE t (id int, r text); CREATE VIEW v AS SELECT * FROM t;",
            "SELECT * FROM v",
        ),
        (
            "CREATE TABLE t (id int CONSTRAINT old PRIMARY KEY, n int);
             CREATE VIEW v AS SELECT id, n FROM t GROUP BY id;",
            "CREATE TABLE t (id int CONSTRAINT new PRIMARY KEY, n int);
             CREATE VIEW v AS SELECT id, n FROM t GROUP BY id;",
            "SELECT * FROM v",
        ),
        (
            "CREATE TABLE t (id int, gone int); CREATE VIEW v AS SELECT * FROM t;",
            "CREATE TABLE t (id int); CREATE VIEW v AS SELECT * FROM t;",
            "SELECT * FROM v",
        ),
        (
            "CREATE TYPE c AS (a int, b text); CREATE TABLE t (id int, c c);
             CREATE VIEW v AS SELECT (c).a, (c).b FROM t;",
            "CREATE TYPE c AS (a int); CREATE TABLE t (id int, c c); CREATE VIEW v AS SELECT (c).a FROM t;",
            "SELECT * FROM v",
        ),
    ];
    for (current, desired, use_of_it) in pairs {
        let (from, to) = (database(current).await, database(desired).await);
        let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
        let comparison = comparison.unwrap_or_else(|error| panic!("{desired}: {error}"));
        assert_eq!(comparison.left_alone, BTreeSet::new(), "{desired}");
        psql(&from, &script(&comparison, &from, "public"));
        assert_eq!(dump(&from), dump(&to));
        execute(&from, use_of_it).await;
    }
}

#[tokio::test]
async fn no_view_goes_along_with_an_attribute() {
    let with = |attributes: &str, views: &str| {
        format!("CREATE TYPE c AS ({attributes}); CREATE TABLE typed OF c; {views}")
    };
    let from = with("a int, b text", "CREATE VIEW v AS SELECT b FROM typed;");
    let (from, to) = (database(&from).await, database(&with("a int", "")).await);
    let [current, desired] = sides(&url(&from), &url(&to), "public").await.expect("they are read");
    let schema = Ident::new("public");
    let settings = Settings::default();
    let comparison = between::compare(&current, &desired, &schema, None, &settings).await;
    let refusal = comparison.expect_err("only CASCADE would do it").to_string();
    assert!(refusal.contains("while typed table `typed` depends on it"), "{refusal}");
    let mut connection = connect(&from).await;
    let outcome = sqlx::raw_sql("ALTER TYPE c DROP ATTRIBUTE b").execute(&mut connection).await;
    let error = outcome.expect_err("PostgreSQL refuses it").to_string();
    assert!(error.contains("typed table"), "{error}");
    connection.close().await.expect("the session ends");
}

#[tokio::test]
async fn b03_what_goes_by_the_places_of_columns_is_told_where_they_are_others() {
    let with = |columns: &str, id: &str| {
        format!(
            "CREATE TABLE t (id {id} PRIMARY KEY, {columns} last text);
             CREATE FUNCTION people() RETURNS SETOF t LANGUAGE plpgsql AS
                 'BEGIN RETURN QUERY SELECT * FROM t; END';
             CREATE VIEW w AS SELECT * FROM people();
             CREATE VIEW names AS SELECT last FROM t;"
        )
    };
    let from = database(&with("", "int")).await;
    let to = database(&with("first text,", "bigint")).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let notes = comparison.expect("they are compared").notes;
    let told: Vec<&String> =
        notes.iter().filter(|note| note.contains("order of the columns")).collect();
    assert!(told.iter().any(|note| note.starts_with("view `w` is made anew")), "{notes:?}");
    assert!(!told.iter().any(|note| note.contains("`names`")), "{notes:?}");

    let to = database(&with("", "bigint")).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let notes = comparison.expect("they are compared").notes;
    assert!(!notes.iter().any(|note| note.contains("order of the columns")), "{notes:?}");
}

#[tokio::test]
async fn a_materialized_view_of_a_file_comes_again_with_its_data() {
    let with = |kind: &str| {
        format!(
            "CREATE TABLE t (id {kind}); CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
             CREATE MATERIALIZED VIEW a AS SELECT id FROM m; CREATE INDEX a_id ON a (id);"
        )
    };
    let (from, to) = (database(&with("int")).await, database(&with("bigint")).await);
    let folder = tempfile::tempdir().expect("there is a folder");
    let dumped = file(folder.path(), "from.sql", &dumped(&from, &["--schema-only"]));
    let same = compared(&files(&dumped), &url(&from), &Settings::default()).await;
    let same = same.expect("they are compared");
    assert!(same.statements.is_empty() && same.left_alone.is_empty(), "{:?}", same.left_alone);
    let comparison = compared(&files(&dumped), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    assert_eq!(dump(&from), dump(&to));
    execute(&from, "SELECT * FROM a").await;
}

#[tokio::test]
async fn views_functions_triggers_and_policies_go_and_come_again_around_a_change() {
    let around = "
        CREATE ROLE reader_of_diff;
        CREATE FUNCTION half(n numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN n / 2;
        CREATE VIEW halves AS SELECT a, half(a) FROM t;
        CREATE VIEW above AS SELECT * FROM halves WHERE a > 1;
        COMMENT ON VIEW above IS 'it is above';
        GRANT SELECT ON halves TO reader_of_diff;
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER noted BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION note();
        CREATE POLICY readers ON t TO reader_of_diff USING (a > 0);";
    let current = format!("CREATE TABLE t (a int, gone int); {around}");
    let desired = "CREATE TABLE t (a bigint, gone int)";
    let (from, to) = (database(&current).await, database(desired).await);
    let comparison =
        compared(&url(&from), &url(&to), &Settings::default()).await.expect("they are compared");
    assert!(comparison.losses.is_empty(), "{:?}", comparison.losses);
    let named: Vec<&str> = comparison.left_alone.iter().map(|one| one.found).collect();
    assert_eq!(named, ["only in FROM"; 7], "{:?}", comparison.left_alone);
    let before = dump(&from);
    psql(&from, &script(&comparison, &from, "public"));
    assert_eq!(dump(&from), before.replace("a integer", "a bigint"));

    let refusal = async |to: &str| {
        let to = database(to).await;
        let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
        refusal.expect_err("something is in the way").to_string()
    };
    let error = refusal("CREATE TABLE t (gone int)").await;
    assert!(error.contains("needs column `t.a`, which TO doesn't have; drop "), "{error}");
    let calling = "CREATE FUNCTION other() RETURNS int LANGUAGE sql RETURN 1;
         CREATE TABLE t (a bigint, gone int DEFAULT other())";
    let error = refusal(calling).await;
    assert!(
        error.contains("`t.gone` needs function `other()`, which FROM doesn't have"),
        "{error}"
    );
}

#[tokio::test]
async fn what_goes_and_comes_again_keeps_its_owner_and_has_no_other_privileges_than_before() {
    let around = "
        DO $$ BEGIN CREATE ROLE keeper_of_diff; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
        DO $$ BEGIN CREATE ROLE guest_of_diff; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
        CREATE VIEW closed AS SELECT a FROM t;
        CREATE VIEW taken AS SELECT a FROM t;
        REVOKE INSERT, UPDATE ON taken FROM CURRENT_USER;
        CREATE FUNCTION open() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT a FROM t; END;
        CREATE FUNCTION taken() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT a FROM t; END;
        REVOKE ALL ON FUNCTION taken() FROM CURRENT_USER;
        ALTER TYPE mood OWNER TO keeper_of_diff;
        ALTER DOMAIN amount OWNER TO keeper_of_diff;
        ALTER VIEW closed OWNER TO keeper_of_diff;
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO guest_of_diff;
        ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO guest_of_diff;
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;";
    let types = |labels: &str, base: &str| {
        format!("CREATE TYPE mood AS ENUM ({labels}); CREATE DOMAIN amount AS {base};")
    };
    let current = "CREATE TABLE t (a integer, mood mood, amount amount);";
    let from = database(&format!("{}{current}{around}", types("'a', 'b'", "integer"))).await;
    let desired = current.replace("a integer", "a bigint");
    let to = database(&format!("{}{desired}", types("'a'", "bigint"))).await;
    let settings = Settings::default();
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let owners = async || -> Vec<String> {
        let sql = "SELECT format('%s %s', typname, pg_get_userbyid(typowner)) FROM pg_type
             WHERE typname IN ('mood', 'amount', 'closed') ORDER BY 1";
        let mut connection = migrate_tests::connect(&from).await;
        sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("they have owners")
    };
    let (before, owned) = (dump(&from), owners().await);
    psql(&from, &script(&comparison, &from, "public"));
    let wanted = before.replace("a integer", "a bigint").replace("    'a',\n    'b'", "    'a'");
    assert_eq!(dump(&from), wanted.replace("amount AS integer", "amount AS bigint"));
    assert_eq!(owners().await, owned);
}

#[tokio::test]
async fn b18_a_sequence_goes_to_the_role_of_the_table_that_comes_to_own_it() {
    let role = "DO $$ BEGIN CREATE ROLE \"Counts of diff\"; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;";
    let owned = "ALTER TABLE t OWNER TO \"Counts of diff\";";
    let free = "CREATE SEQUENCE s; CREATE TABLE t (a integer);";
    let counting = "CREATE TABLE t (a integer, id serial); CREATE SEQUENCE s OWNED BY t.a;";
    let from = database(&format!("{role} {free} {owned}")).await;
    let to = database(counting).await;
    let before = dump(&from);
    for (desired, reached) in [(&to, dump(&to)), (&database(free).await, before)] {
        let settings = Settings::default();
        let comparison =
            compared(&url(&from), &url(desired), &settings).await.expect("they are compared");
        psql(&from, &script(&comparison, &from, "public"));
        assert_eq!(dump(&from), reached);
    }
}

#[tokio::test]
async fn an_index_of_a_materialized_view_has_its_name() {
    let with = |name: &str| {
        format!(
            "CREATE TABLE t (a int); CREATE INDEX {name} ON t (a);
            CREATE MATERIALIZED VIEW v AS SELECT 1 AS b; CREATE INDEX taken ON v (b)"
        )
    };
    let from = database(&with("free")).await;
    let to = database(&with("other").replace("taken", "free").replace("other", "taken")).await;
    let error = compared(&url(&from), &url(&to), &Settings::default()).await;
    let error = error.expect_err("the name is taken").to_string();
    assert!(error.contains("materialized view `v`") && error.contains("index `taken`"), "{error}");
}

#[tokio::test]
async fn statistics_and_columns_of_materialized_views_come_again_as_they_shall_be() {
    let with = |columns: &str, statistics: &str| {
        format!(
            "CREATE TABLE t ({columns}); CREATE STATISTICS s ON {statistics} FROM t;
            CREATE MATERIALIZED VIEW m AS SELECT a, d FROM t;
            ALTER MATERIALIZED VIEW m ALTER d SET STORAGE EXTERNAL, ALTER d SET COMPRESSION pglz,
                ALTER a SET (n_distinct = 5), ALTER a SET STATISTICS 33"
        )
    };
    let (current, desired) = (
        with("a int, b int, c int, d text", "a, b, c"),
        with("a bigint, c int, d varchar(20)", "a, c"),
    );
    let comparison = reaches(&current, &desired, "public", &Settings::default()).await;
    assert!(comparison.left_alone.is_empty(), "{:?}", comparison.left_alone);
}

#[tokio::test]
async fn b10_a_function_whose_text_names_a_label_that_goes_is_told() {
    let with = |labels: &str| {
        format!(
            "SET check_function_bodies = off;
             CREATE TYPE e AS ENUM ({labels}); CREATE TABLE t (x e);
             CREATE FUNCTION is_old(one e) RETURNS boolean LANGUAGE sql AS $$ SELECT one = 'old' $$;"
        )
    };
    let (from, to) = (database(&with("'new', 'old'")).await, database(&with("'new'")).await);
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let told = hazards(&comparison.expect("they are compared").plan, &catalog_of(&from).await);
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    let wanted = "breaks running code: function `is_old(one e)` names `old`, which `e` loses";
    assert!(told.iter().any(|one| one == wanted), "{told:?}");
}

#[tokio::test]
async fn a_materialized_view_comes_again_with_its_rows_though_the_other_side_has_none() {
    let with = |kind: &str, end: &str| {
        format!("CREATE TABLE t (a {kind}); CREATE MATERIALIZED VIEW m AS SELECT a FROM t {end}")
    };
    let (from, to) =
        (database(&with("int", "")).await, database(&with("bigint", "WITH NO DATA")).await);
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    execute(&from, "SELECT FROM m").await;
    assert_eq!(dump(&from), dump(&to));
}

//! From one schema to another, wherever each comes from: the printed SQL is run by `psql`, and
//! `pg_dump` judges where it leads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use migrate_core::DbModel;
use migrate_core::between::{
    self, BetweenError, Comparison, Need, Settings, Side, Source, SqlFiles,
};
use migrate_core::catalog::{Catalog, Ident, QualifiedName};
use migrate_core::diff::{Answers, ColumnRename, Rename};
use migrate_core::generate::Scratch;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::loss::{self, Loss, Permission, count_losses};
use migrate_core::model::Registry;
use migrate_core::plan::hazards;
use migrate_core::postgres::{Binaries, ScratchDatabase};
use migrate_core::revision::Executed;
use migrate_core::runner::{RunSettings, apply_plan};
use migrate_core::target::Target;
use migrate_tests::{connect, dump, execute, major, psql, server};
use sqlx::Connection;

/// What is there.
const BLOG: &str = "
    CREATE TYPE status AS ENUM ('draft', 'live');
    CREATE TABLE author (id bigserial PRIMARY KEY, mail text UNIQUE);
    CREATE TABLE article (
        id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME numbers) PRIMARY KEY,
        author_id bigint NOT NULL REFERENCES author,
        kind varchar(20) NOT NULL CHECK (kind IN ('a', 'b')),
        status status NOT NULL DEFAULT 'draft',
        content text
    );
    CREATE INDEX article_content ON article (content);";

/// What shall be there.
const BLOG_WITH_TAGS: &str = "
    CREATE TYPE status AS ENUM ('draft', 'live', 'gone');
    CREATE TABLE author (id bigserial PRIMARY KEY, mail text NOT NULL UNIQUE);
    CREATE TABLE article (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        author_id bigint NOT NULL REFERENCES author ON DELETE CASCADE,
        kind varchar(20) NOT NULL CHECK (kind IN ('a', 'b')),
        status status NOT NULL DEFAULT 'gone',
        content text,
        tags text[] NOT NULL DEFAULT '{}'
    );
    CREATE INDEX article_kind ON article (kind) WHERE content <> '';
    COMMENT ON COLUMN article.tags IS 'it''s free; text';";

async fn database(sql: &str) -> ScratchDatabase {
    let database = server().await.create().await.expect("a database is made");
    execute(&database, sql).await;
    database
}

fn url(database: &ScratchDatabase) -> Source<'static> {
    Source::Database(Box::new(database.options()))
}

/// A file in a folder that lives as long as the test.
fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the file is written");
    path
}

fn files(path: &Path) -> Source<'static> {
    Source::Files(SqlFiles::read(path).expect("the files are read"))
}

async fn sides(
    current: &Source<'_>,
    desired: &Source<'_>,
    schema: &str,
) -> Result<[Side; 2], BetweenError> {
    let scratch = scratch(schema).await;
    between::read([current, desired], &Ident::new(schema), Some(&scratch)).await
}

async fn scratch(schema: &str) -> Scratch {
    Scratch { schema: Ident::new(schema), ..Scratch::new(server().await.clone()) }
}

/// Compares and proves.
async fn compared(
    current: &Source<'_>,
    desired: &Source<'_>,
    settings: &Settings,
) -> Result<Comparison, BetweenError> {
    compared_in("public", current, desired, settings).await
}

async fn compared_in(
    schema: &str,
    current: &Source<'_>,
    desired: &Source<'_>,
    settings: &Settings,
) -> Result<Comparison, BetweenError> {
    let [current, desired] = sides(current, desired, schema).await?;
    let scratch = scratch(schema).await;
    let name = Ident::new(schema);
    let comparison = between::compare(&current, &desired, &name, Some(&scratch), settings).await?;
    between::verify(&comparison, &current, &scratch).await?;
    Ok(comparison)
}

fn script(comparison: &Comparison, database: &ScratchDatabase, schema: &str) -> String {
    between::psql_script(&comparison.statements, &Target::new(database.options(), schema))
}

/// `pg_dump --schema-only`, as it is.
fn dumped(database: &ScratchDatabase, arguments: &[&str]) -> String {
    let binaries = Binaries::find(None).expect("the tests need PostgreSQL's programs");
    let output = Command::new(binaries.folder.join("pg_dump"))
        .args(arguments)
        .args(["--dbname", &database.url()])
        .output()
        .expect("pg_dump runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

fn lost(comparison: &Comparison) -> Vec<String> {
    comparison.losses.iter().map(ToString::to_string).collect()
}

async fn reaches(current: &str, desired: &str, schema: &str, settings: &Settings) -> Comparison {
    let (from, to) = (database(current).await, database(desired).await);
    let comparison =
        compared_in(schema, &url(&from), &url(&to), settings).await.expect("they are compared");
    let script = script(&comparison, &from, schema);
    psql(&from, &script);
    assert_eq!(dump(&from), dump(&to), "{script}");
    let second = compared_in(schema, &url(&from), &url(&to), &Settings::default())
        .await
        .expect("they are compared");
    assert!(second.statements.is_empty(), "{:?}", second.statements);
    assert_eq!(between::psql_script(&[], &Target::new(from.options(), "public")), "");
    comparison
}

#[tokio::test]
async fn psql_runs_what_leads_from_one_database_to_another() {
    let comparison = reaches(BLOG, BLOG_WITH_TAGS, "public", &Settings::default()).await;
    assert!(comparison.losses.is_empty(), "{:?}", comparison.losses);
    assert!(comparison.statements.iter().any(|statement| statement.outside_transaction));
    let simple = Settings { simple: true, ..Settings::default() };
    let comparison = reaches(BLOG_WITH_TAGS, BLOG, "public", &simple).await;
    assert_eq!(lost(&comparison), ["column `article.tags`"]);
}

#[tokio::test]
async fn another_schema_can_be_the_target_beside_those_that_it_leans_on() {
    let current = "
        CREATE TABLE plan (id int PRIMARY KEY);
        CREATE SCHEMA tenant;
        CREATE TABLE tenant.plan (id int PRIMARY KEY REFERENCES public.plan, kind varchar(5),
            CHECK (kind IN ('a', 'b')))";
    let desired = format!(
        "{current}; ALTER TABLE tenant.plan ADD COLUMN note text,
             ADD CHECK (length(note) > 1); CREATE EXTENSION citext SCHEMA tenant"
    );
    let comparison = reaches(current, &desired, "tenant", &Settings::default()).await;
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert!(sql.iter().all(|sql| !sql.contains("tenant")), "{sql:?}");
    let folder = tempfile::tempdir().expect("a folder is made");
    let database = database(&desired).await;
    let text = dumped(&database, &["--schema-only"]);
    let file = files(&file(folder.path(), "dump.sql", &text));
    for (from, to) in [(&url(&database), &file), (&file, &url(&database))] {
        let comparison = compared_in("tenant", from, to, &Settings::default()).await;
        let statements = comparison.expect("they are compared").statements;
        assert!(statements.is_empty(), "{statements:?}");
    }
}

#[tokio::test]
async fn a_dump_with_rows_and_owners_is_the_same_as_its_database() {
    let database = database(&format!(
        "{BLOG}
         DO $$ BEGIN CREATE ROLE blog_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
         INSERT INTO author (mail) VALUES (E'it''s;\\t\\\\.'), ('$$');
         ALTER TABLE author OWNER TO blog_owner; GRANT SELECT ON article TO blog_owner;
         CREATE FUNCTION \"odd;\"() RETURNS int LANGUAGE sql BEGIN ATOMIC; SELECT 1; END"
    ))
    .await;
    let text = dumped(&database, &[]);
    assert!(text.contains("COPY public.author"), "{text}");
    let text =
        format!("SET of_tomorrow = 0;\n{}", text.replace("blog_owner", "\"blog of; nobody\""));
    let folder = tempfile::tempdir().expect("a folder is made");
    let dump = files(&file(folder.path(), "dump.sql", &text));
    for (from, to) in [(&url(&database), &dump), (&dump, &url(&database)), (&dump, &dump)] {
        let comparison = compared(from, to, &Settings::default()).await;
        let statements = comparison.expect("they are compared").statements;
        assert!(statements.is_empty(), "{statements:?}");
    }
    let [side, _] = sides(&dump, &url(&database), "public").await.expect("they are read");
    let left_out = side.notes.join("\n");
    assert!(left_out.contains("dump.sql:1: left out `SET of_tomorrow = 0`"), "{left_out}");
    assert!(left_out.contains("left out the rows of 2 `COPY`s"), "{left_out}");
}

#[tokio::test]
async fn files_of_a_folder_are_run_in_the_order_of_their_names() {
    let folder = tempfile::tempdir().expect("a folder is made");
    file(folder.path(), "2_article.sql", "CREATE TABLE article (id int REFERENCES author);");
    let one = "SELECT set_config('search_path', '', false);\nCREATE TABLE public.author (id int PRIMARY KEY)";
    file(folder.path(), "1_author.sql", one);
    file(folder.path(), "notes.txt", "no SQL");
    let from = database("").await;
    let comparison = compared(&url(&from), &files(folder.path()), &Settings::default()).await;
    let sql = script(&comparison.expect("they are compared"), &from, "public");
    psql(&from, &sql);
    assert!(dump(&from).contains("CREATE TABLE public.article"), "{sql}");
}

#[tokio::test]
async fn an_error_of_a_file_has_its_line_its_code_and_its_hint() {
    let folder = tempfile::tempdir().expect("a folder is made");
    let from = database("").await;
    let refusal = async |text: &str| {
        let to = files(&file(folder.path(), "bad.sql", text));
        let error = compared(&url(&from), &to, &Settings::default()).await;
        error
            .expect_err("it is refused")
            .to_string()
            .replace(&folder.path().display().to_string(), "")
    };
    let text = "SELECT 1;\n\n-- note\nCREATE TABLE t (\n  a int,\n  b nothing\n);";
    let error = refusal(text).await;
    assert!(
        error.starts_with("/bad.sql:6: type \"nothing\" does not exist (SQLSTATE 42704)"),
        "{error}"
    );
    let error = refusal("CREATE TABLE t (a int);\nALTER TABLE t ADD CHECK (lenght(a) > 0)").await;
    assert!(error.contains("/bad.sql:2: ") && error.contains("hint: "), "{error}");
    let error = refusal("SELECT 1;\n\\i other.sql\n").await;
    assert!(error.starts_with("/bad.sql:2: `\\i other.sql` is a command for `psql`"), "{error}");
    let error = refusal("CREATE DATABASE other;").await;
    assert!(error.contains("/bad.sql:1: ") && error.contains("--create"), "{error}");
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).expect("it is made");
    for path in [empty, folder.path().join("gone.sql")] {
        let error = SqlFiles::read(&path).expect_err("there is nothing to read").to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
    }
}

#[tokio::test]
async fn what_would_be_lost_is_named_and_counted() {
    let from = database(
        "CREATE TABLE audit (id int); INSERT INTO audit VALUES (1), (2);
         CREATE SEQUENCE tickets;
         CREATE SCHEMA old; CREATE TABLE old.note (a int);
         CREATE TABLE t (a int, b text, c int[], d int GENERATED ALWAYS AS (a + 1) STORED);
         INSERT INTO t VALUES (1, 'b', '{1,2}'), (2, NULL, '{1}')",
    )
    .await;
    let to = database("CREATE TABLE report (a int, e int)").await;
    let renames = vec![
        Rename::Table { current: "t".into(), desired: "report".into() },
        Rename::Column(ColumnRename {
            table: "report".into(),
            current: "c".into(),
            desired: "e".into(),
        }),
    ];
    let settings =
        Settings { answers: Answers { renames, ..Answers::default() }, ..Settings::default() };
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let mut connection = connect(&from).await;
    let counted = count_losses(&mut connection, comparison.losses.clone()).await;
    connection.close().await.expect("the session ends");
    let counted: Vec<String> = counted
        .expect("rows are counted")
        .iter()
        .map(|counted| format!("{counted} {}", counted.loss.permission))
        .collect();
    assert_eq!(
        counted,
        [
            "schema `old` drop-schema",
            "sequence `tickets` drop-sequence",
            "table `audit` (2 rows) drop-table",
            "table `old.note` (0 rows) drop-table",
            "column `t.b` (1 row with a value) drop-column",
            "column `t.d` (2 rows with a value) drop-column",
            "all but the first element of `t.c` (1 row with more) lose-elements",
        ]
    );
    let refused = |allow: &[&str]| {
        let allow: Vec<Permission> =
            allow.iter().map(|text| text.parse().expect("it is a loss")).collect();
        loss::refused(&comparison.losses, &allow)
            .into_iter()
            .map(|loss| loss.permission.as_str())
            .collect()
    };
    let left: Vec<&str> =
        refused(&["drop-table=audit", "drop-column=t.b", "drop-column=t.d", "drop-schema"]);
    assert_eq!(left, ["drop-sequence", "drop-table", "lose-elements"]);
    assert_eq!(refused(&["all"]), Vec::<&str>::new());
    let unknown = "drop_table".parse::<Permission>().expect_err("it is no loss").to_string();
    assert!(
        unknown.contains("`--allow drop_table`") && unknown.contains("`drop-table`"),
        "{unknown}"
    );
    psql(&from, &script(&comparison, &from, "public"));
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn an_attribute_is_lost_with_the_values_of_all_columns_that_hold_its_type() {
    let schema = |attributes: &str| {
        format!(
            "CREATE TYPE inner_pair AS ({attributes});
             CREATE TYPE outer_pair AS (inside inner_pair[]);
             CREATE TABLE t (a inner_pair, b outer_pair, c int)"
        )
    };
    let rows =
        "INSERT INTO t VALUES (ROW(1, 42), ROW(ARRAY[ROW(1, 2)::inner_pair]), 1), (NULL, NULL, 2)";
    let from = database(&format!("{}; {rows}", schema("x int, y int"))).await;
    for attributes in ["x int", "x int, z text"] {
        let to = database(&schema(attributes)).await;
        let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
        let comparison = comparison.expect("they are compared");
        let mut connection = connect(&from).await;
        let counted = count_losses(&mut connection, comparison.losses).await;
        connection.close().await.expect("the session ends");
        let counted = counted.expect("rows are counted");
        let named: Vec<String> = counted.iter().map(ToString::to_string).collect();
        assert_eq!(named, ["attribute `inner_pair.y` (2 rows with a value)"]);
        assert_eq!(counted[0].loss.permission, "drop-attribute");
    }
}

#[tokio::test]
async fn b02_an_attribute_that_is_renamed_keeps_its_values() {
    let schema = |zip: &str, more: &str| {
        format!(
            "CREATE TYPE address AS ({zip} text, city text{more});
             CREATE TABLE t (home address, many address[], CHECK ((home).{zip} <> ''));
             CREATE VIEW v AS SELECT (home).{zip} AS code FROM t"
        )
    };
    for more in ["", ", country text", ", n int, lat float8"] {
        let from = database(&schema("zip", "")).await;
        execute(&from, "INSERT INTO t VALUES (('1', 'a'), ARRAY[('2', 'b')::address])").await;
        let to = database(&schema("postcode", more)).await;
        let rename = Rename::Column(ColumnRename {
            table: "address".into(),
            current: "zip".into(),
            desired: "postcode".into(),
        });
        let answers = Answers { renames: vec![rename], ..Answers::default() };
        let settings = Settings { answers, ..Settings::default() };
        let comparison = compared(&url(&from), &url(&to), &settings).await;
        let comparison = comparison.expect("they are compared");
        assert_eq!(lost(&comparison), Vec::<String>::new());
        psql(&from, &script(&comparison, &from, "public"));
        assert_eq!(dump(&from), dump(&to));
        let kept = "(SELECT (home).postcode || (many[1]).postcode FROM t) = '12'";
        psql(&from, &format!("DO $$ BEGIN ASSERT {kept}; END $$"));
    }
}

#[tokio::test]
async fn b06_storage_parameters_come_in_the_order_in_which_they_were_set() {
    let with = |table: &str, index: &str| {
        format!(
            "CREATE TABLE t (a text) WITH ({table}); CREATE INDEX i ON t USING gin (to_tsvector('simple', a)) WITH ({index})"
        )
    };
    let from =
        with("fillfactor = 70, autovacuum_vacuum_threshold = 5", "gin_pending_list_limit = 99");
    for to in [
        with(
            "parallel_workers = 2, fillfactor = 70",
            "gin_pending_list_limit = 64, fastupdate = on",
        ),
        with("fillfactor = 80, autovacuum_vacuum_threshold = 5", "gin_pending_list_limit = 99"),
        with(
            "fillfactor = 70, autovacuum_vacuum_threshold = 5, toast.vacuum_truncate = off, toast.autovacuum_enabled = off",
            "fastupdate = off",
        ),
    ] {
        for (from, to) in [("", &to), (&from, &to), (&to, &from)] {
            reaches(from, to, "public", &Settings::default()).await;
        }
    }
}

#[tokio::test]
async fn b13_what_domains_of_elements_cannot_hold_of_arrays_is_a_loss_or_told() {
    let domains = "CREATE DOMAIN wide AS numeric(10, 4); CREATE DOMAIN d AS numeric(10, 2);
        CREATE DOMAIN day AS date; CREATE DOMAIN short AS varchar(5);";
    let with = |columns: &str| format!("{domains} CREATE TABLE t ({columns})");
    let from =
        database(&with("a numeric(10, 4)[], b wide[], c timestamp[], e varchar(20)[]")).await;
    let to = database(&with("a d[], b d[], c day[], e short[]")).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let comparison = comparison.expect("they are compared");
    let lost_parts =
        ["`d[]` can't hold of `t.a`", "`d[]` can't hold of `t.b`", "`day[]` can't hold of `t.c`"];
    assert_eq!(lost(&comparison), lost_parts.map(|part| format!("what {part}")));
    let script = script(&comparison, &from, "public");
    assert!(script.contains("can fail on rows: a value of `t.e` may not fit"), "{script}");
}

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
async fn b16_a_label_or_a_row_becomes_its_json() {
    let types = "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TYPE c AS (n int, m int);";
    let from = database(&format!("{types} CREATE TABLE t (a e, b c)")).await;
    execute(&from, "INSERT INTO t VALUES ('a', (1, 2)), (NULL, NULL)").await;
    let to = database(&format!("{types} CREATE TABLE t (a jsonb, b json)")).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    let kept = "(SELECT a::text || b::text FROM t WHERE a IS NOT NULL) = '\"a\"{\"n\":1,\"m\":2}'";
    psql(&from, &format!("DO $$ BEGIN ASSERT {kept}; END $$"));
    let back = database(&format!("{types} CREATE TABLE t (a e, b jsonb)")).await;
    let comparison = compared(&url(&from), &url(&back), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    psql(&from, "DO $$ BEGIN ASSERT (SELECT a FROM t WHERE a IS NOT NULL) = 'a'; END $$");
}

#[tokio::test]
async fn b16_arrays_of_which_the_elements_do_not_read_each_other_are_asked_about() {
    for (from, to) in [("int[]", "bool[]"), ("bool[]", "int[]"), ("uuid[]", "bytea[]")] {
        let [from, to] = [from, to].map(|sql_type| format!("CREATE TABLE t (a {sql_type})"));
        let (from, to) = (database(&from).await, database(&to).await);
        let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
        let refusal = refusal.expect_err("no cast leads there").to_string();
        assert!(refusal.contains("--using 't.a=<expression>'"), "{refusal}");
    }
}

#[tokio::test]
async fn b13_the_order_of_attributes_is_a_difference() {
    let with = |attributes: &str| format!("CREATE TYPE c AS ({attributes}); CREATE TABLE t (z c)");
    let (from, to) = (with("n int, m int"), with("m int, n int"));
    reaches(&from, &to, "public", &Settings::default()).await;
}

#[tokio::test]
async fn what_a_type_cannot_hold_of_values_is_a_loss() {
    let from = database(
        "CREATE DOMAIN d AS numeric(9, 3); CREATE TABLE t (a timestamp, b float8, c d, e text, f json);
         INSERT INTO t VALUES ('2020-02-02 02:02', 1.5, 1.234, 'x', '{}'), (NULL, 2, NULL, 'y', NULL)",
    )
    .await;
    let to = database(
        "CREATE DOMAIN d AS numeric(9, 2); CREATE TABLE t (a date, b int, c d, e text, f jsonb)",
    );
    let comparison = compared(&url(&from), &url(&to.await), &Settings::default()).await;
    let losses = comparison.expect("they are compared").losses;
    assert!(losses.iter().all(|loss| loss.permission == "lose-parts"), "{losses:?}");
    let mut connection = connect(&from).await;
    let counted = count_losses(&mut connection, losses).await.expect("rows are counted");
    connection.close().await.expect("the session ends");
    assert_eq!(
        counted.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "what `date` can't hold of `t.a` (1 row with a value)",
            "what `integer` can't hold of `t.b` (2 rows with a value)",
            "what `d` can't hold of `t.c` (1 row with a value)",
        ]
    );
}

#[tokio::test]
async fn a_type_of_another_kind_is_refused_while_something_is_of_it() {
    let from = database("CREATE DOMAIN r AS int; CREATE TABLE u (b r)").await;
    let to = database("CREATE TYPE r AS ENUM ('1'); CREATE TABLE u (b r)").await;
    let outcome = compared(&url(&from), &url(&to), &Settings::default()).await;
    let error = outcome.expect_err("no statement does it").to_string();
    assert!(error.contains("domain `r` becomes enum `r` while column `u.b` is of it"), "{error}");
    let freed = database("CREATE TYPE r AS ENUM ('1'); CREATE TABLE u (b int)").await;
    compared(&url(&from), &url(&freed), &Settings::default()).await.expect("it is free");
}

#[tokio::test]
async fn a_rename_is_a_drop_and_a_create_unless_it_is_declared() {
    let desired = BLOG.replace("content text", "body text").replace("(content)", "(body)");
    let (from, to) = (database(BLOG).await, database(&desired).await);
    let comparison =
        compared(&url(&from), &url(&to), &Settings::default()).await.expect("they are compared");
    assert_eq!(lost(&comparison), ["column `article.content`"]);
    let rename = |current: &str| {
        let (current, desired) = (current.into(), "body".into());
        let renames =
            vec![Rename::Column(ColumnRename { table: "article".into(), current, desired })];
        let answers = Answers { renames, ..Answers::default() };
        Settings { answers, ..Settings::default() }
    };
    let comparison = reaches(BLOG, &desired, "public", &rename("content")).await;
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql[0], "ALTER TABLE article RENAME COLUMN content TO body");
    // Servers that keep names of `NOT NULL` constraints change those too.
    assert_eq!(sql.len(), if major() < 18 { 1 } else { 2 }, "{sql:?}");
    let error = compared(&url(&from), &url(&to), &rename("contents")).await;
    let error = error.expect_err("there is no such column").to_string();
    assert!(error.contains("FROM has no `article.contents`"), "{error}");
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

#[tokio::test]
async fn b15_the_rows_of_columns_that_become_required_are_read_while_others_read_and_write() {
    let from = database("CREATE TABLE t (a int, b int, old int CHECK (old > 0));").await;
    let to = database("CREATE TABLE t (a int NOT NULL, b int NOT NULL, old int);").await;
    let settings = Settings::default();
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let sql = script(&comparison, &from, "public");
    let talking = sql.replace("client_min_messages = warning", "client_min_messages = debug1");
    let said = psql(&from, &talking);
    assert_eq!(said.matches("sufficient to prove").count(), 2, "{sql}\n{said}");
    let validations = sql.matches("VALIDATE CONSTRAINT").count();
    assert_eq!(said.matches("verifying table").count(), validations, "{sql}\n{said}");
}

#[tokio::test]
async fn b11_types_may_have_the_names_of_those_that_the_catalog_is_read_with() {
    let types = ["text", "regclass", "regtype", "oid", "bool", "int2"]
        .map(|name| format!("CREATE TYPE public.\"{name}\" AS ENUM ('a');"));
    let types = types.concat();
    let from = database(&types).await;
    let to =
        database(&format!("{types} CREATE TABLE t (a public.\"text\", b pg_catalog.text);")).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn what_goes_with_a_column_is_told_from_what_stays() {
    let with = |column: &str, rest: &str| {
        format!(
            "CREATE TABLE t (a int, c int{column}); {rest} CREATE STATISTICS stays ON a, c FROM t;"
        )
    };
    let from = database(&with(", b int", "CREATE STATISTICS goes ON a, b FROM t;")).await;
    let to = "CREATE TABLE t (a int, c int);";
    let comparison = compared(&url(&from), &url(&database(to).await), &Settings::default()).await;
    let named: Vec<String> = { comparison.expect("they are compared").left_alone }
        .iter()
        .map(|one| format!("{} {}", one.what, one.found))
        .collect();
    assert_eq!(
        named,
        ["statistics `goes` goes with what it is on", "statistics `stays` only in FROM"]
    );
}

#[tokio::test]
async fn b16_a_cast_that_the_database_knows_is_used() {
    let types = "CREATE TYPE pair AS (x float, y float);
        CREATE FUNCTION to_point(pair) RETURNS point LANGUAGE sql AS 'SELECT point($1.x, $1.y)';
        CREATE CAST (pair AS point) WITH FUNCTION to_point(pair);";
    let with = |columns: &str| format!("{types} CREATE TABLE t ({columns});");
    let from = database(&with("a macaddr8, b circle, c box, d pair, e \"char\", f oid")).await;
    let to = database(&with("a macaddr, b polygon, c circle, d point, e int, f bigint")).await;
    let row = "INSERT INTO t VALUES ('08:00:2b:ff:fe:01:02:03', '<(1,2),3>', '(1,1),(0,0)', ROW(1, 2), 'A', 7)";
    execute(&from, row).await;
    // Casts are of no kind that a scratch database gets.
    let [current, desired] = sides(&url(&from), &url(&to), "public").await.expect("they are read");
    let (schema, settings) = (Ident::new("public"), Settings::default());
    let comparison = between::compare(&current, &desired, &schema, None, &settings).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    assert_eq!(dump(&from), dump(&to));
    let mut connection = connect(&from).await;
    let read = "SELECT concat_ws(' ', a, d, e, f) FROM t";
    let values: String = sqlx::query_scalar(read).fetch_one(&mut connection).await.expect("a row");
    assert_eq!(values, "08:00:2b:01:02:03 (1,2) 65 7");
    connection.close().await.expect("the session ends");
}

#[tokio::test]
async fn b15_a_value_that_only_the_author_knows_is_asked_for() {
    let from = database("CREATE TABLE t (a int); CREATE TABLE u (id int PRIMARY KEY);").await;
    let to = "CREATE TABLE u (id int PRIMARY KEY);
        CREATE TABLE t (a int, b int NOT NULL REFERENCES u, c text NOT NULL);
        CREATE TABLE new (b int NOT NULL REFERENCES u);";
    let to = database(to).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let notes = comparison.expect("they are compared").notes;
    let asked = "Rows need a value in `t.b`, which only you know: fill it before it is required.";
    let placeholder = "Rows without a value in `t.c` get '' as a placeholder: edit it.";
    assert_eq!(notes, [placeholder, asked]);

    let (from, to) = (
        database("CREATE TABLE t (a text, b int[])").await,
        database("CREATE TABLE t (a text[], b int[])").await,
    );
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let wrapped =
        "Each value in `t.a` becomes the one element of an array: say with `--using` how else.";
    assert_eq!(comparison.expect("they are compared").notes, [wrapped]);

    let counted = "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int)";
    let (from, to) = (database("CREATE TABLE t (a int, b int)").await, database(counted).await);
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let notes = comparison.expect("they are compared").notes;
    assert_eq!(notes, [asked.replace("t.b", "t.a")]);
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
    let comparison = comparison.expect("they are compared");
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql, ["ALTER TYPE c DROP ATTRIBUTE b"]);
    let mut connection = connect(&from).await;
    let outcome = sqlx::raw_sql("ALTER TYPE c DROP ATTRIBUTE b").execute(&mut connection).await;
    let error = outcome.expect_err("PostgreSQL refuses it").to_string();
    assert!(error.contains("typed table"), "{error}");
    connection.close().await.expect("the session ends");
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
async fn b16_each_way_to_take_a_time_zone_for_granted_is_told() {
    let with = |moment: &str, range: &str, rest: &str| {
        format!(
            "CREATE DOMAIN zoned AS timestamptz; CREATE DOMAIN d AS {moment};
            CREATE TYPE c AS (a {moment});
            CREATE TABLE t (d d, c c, moments {moment}[], range {range}, {rest})"
        )
    };
    let from =
        with("timestamp", "tsrange", "plain timestamp, text text, at timestamptz, date date");
    let to = with("timestamptz", "tstzrange", "plain zoned, text timestamptz, at time, date text");
    let (from, to) = (database(&from).await, database(&to).await);
    let using = [("t.range".to_owned(), "tstzrange(lower(range), upper(range))".to_owned())].into();
    let settings = Settings { using, ..Settings::default() };
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    for column in ["d", "c", "moments", "range", "plain", "text", "at"] {
        let note = format!("Takes the moments in `t.{column}` as UTC");
        assert!(comparison.notes.iter().any(|one| one.starts_with(&note)), "{comparison:#?}");
    }
    assert!(!comparison.notes.iter().any(|one| one.contains("`t.date`")), "{comparison:#?}");
}

#[tokio::test]
async fn what_a_narrower_type_does_to_values_stands_beside_its_statement() {
    let from = database("CREATE TABLE t (a bigint, b varchar(50), c numeric, d inet, e float8)");
    let to = database("CREATE TABLE t (a int, b varchar(10), c numeric(10,2), d cidr, e int)");
    let (from, to) = (from.await, to.await);
    let settings = Settings::default();
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let sql = script(&comparison, &from, "public");
    for line in [
        "-- can fail on rows: a value of `t.a` may not fit its new type",
        "-- can fail on rows: a value of `t.b` may not fit its new type",
        "-- loses what `numeric(10,2)` can't hold of `t.c`",
        "-- loses what `cidr` can't hold of `t.d`",
        "-- loses what `integer` can't hold of `t.e`",
    ] {
        assert!(sql.contains(line), "{line}\n{sql}");
    }
}

#[tokio::test]
async fn what_is_not_handled_or_excluded_is_left_alone() {
    let current = format!(
        "{BLOG}
         CREATE TABLE audit_log (id int REFERENCES author (id), note text);
         CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM author;
         CREATE SCHEMA billing; CREATE TABLE billing.invoice (id int);
         CREATE TYPE span AS RANGE (subtype = int4);
         CREATE TABLE guest () INHERITS (author);
         CREATE TYPE pair AS (x int); CREATE TABLE typed OF pair;
         ALTER TABLE article ENABLE ROW LEVEL SECURITY"
    );
    let desired = format!(
        "{BLOG} CREATE TABLE audit_trail (id int); CREATE SEQUENCE s;
         CREATE TYPE pair AS (x int);
         CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
         ALTER TABLE article ADD CONSTRAINT to_parts FOREIGN KEY (id) REFERENCES parted"
    );
    let (from, to) = (database(&current).await, database(&desired).await);
    let exclude = ["audit_*", "billing.*"].map(Into::into).to_vec();
    let settings = Settings { exclude, ..Settings::default() };
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql, ["CREATE SEQUENCE s AS bigint"]);
    assert!(comparison.losses.is_empty());
    let named: Vec<String> =
        comparison.left_alone.iter().map(|one| format!("{} {}", one.what, one.found)).collect();
    for wanted in [
        "materialized view `totals` only in FROM",
        "partitioned table `parted` only in TO",
        "constraint `to_parts` of `article` only in TO",
        "range type `span` only in FROM",
        "inheriting table `guest` only in FROM",
        "typed table `typed` only in FROM",
        "row security of `article` only in FROM",
    ] {
        assert!(named.iter().any(|name| name == wanted), "{named:?}");
    }
}

#[tokio::test]
async fn the_names_of_not_null_constraints_follow_the_renames_of_tables_and_columns() {
    let (long, longer) = ("t".repeat(40), "c".repeat(40));
    let schema = |table: &str, column: &str| {
        format!(
            "CREATE TABLE \"{table}\" (id integer PRIMARY KEY, \"{column}\" text NOT NULL, more text)"
        )
    };
    for ([table, column], [new_table, new_column]) in [
        (["writer", "alias"], ["author", "name"]),
        (["100% 'q' $$", "\u{e9} %s"], ["a.b", "C"]),
        ([&long, "c"], ["t", "c"]),
        (["t", &longer], [&long, &longer]),
        ([&long, &longer], [&format!("{long}2"), &format!("{longer}2")]),
    ] {
        let from = database(&schema(table, column)).await;
        let to = database(&schema(new_table, new_column)).await;
        let renames = [
            (table != new_table).then(|| Rename::Table {
                current: QualifiedName { schema: None, name: table.into() },
                desired: QualifiedName { schema: None, name: new_table.into() },
            }),
            (column != new_column).then(|| {
                Rename::Column(ColumnRename {
                    table: QualifiedName { schema: None, name: new_table.into() },
                    current: column.into(),
                    desired: new_column.into(),
                })
            }),
        ];
        let answers =
            Answers { renames: renames.into_iter().flatten().collect(), ..Answers::default() };
        let settings = Settings { answers, ..Settings::default() };
        let comparison =
            compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
        psql(&from, &script(&comparison, &from, "public"));
        assert_eq!(dump(&from), dump(&to), "{table}.{column}");
    }
}

#[tokio::test]
async fn a_table_that_moves_to_another_schema_keeps_its_rows() {
    let body = "(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE)";
    let (a, b) = (
        format!(
            "CREATE TABLE t {body}; CREATE TABLE r (t_id int REFERENCES t); CREATE INDEX ON t (name)"
        ),
        format!(
            "CREATE SCHEMA other; CREATE TABLE other.moved {body};
            CREATE TABLE r (t_id int REFERENCES other.moved); CREATE INDEX ON other.moved (name)"
        ),
    );
    let moved = |from: &str, to: &str| {
        let qualified = |name: &str| match name.split_once('.') {
            Some(pair) => QualifiedName::from(pair),
            None => QualifiedName::from(name),
        };
        let rename = Rename::Table { current: qualified(from), desired: qualified(to) };
        let answers = Answers { renames: vec![rename], ..Answers::default() };
        Settings { answers, ..Settings::default() }
    };
    for (current, desired, settings, first) in [
        (&a, &b, moved("t", "other.moved"), "CREATE SCHEMA other"),
        (&b, &a, moved("other.moved", "t"), "ALTER TABLE other.moved SET SCHEMA public"),
    ] {
        let (from, to) = (database(current).await, database(desired).await);
        let [before, after] = [current, desired]
            .map(|sql| if sql.contains("other.moved") { "other.moved" } else { "t" });
        let rows = format!("INSERT INTO {before} (name) VALUES ('a'), (NULL)");
        execute(&from, &format!("{rows}; INSERT INTO r VALUES (1)")).await;
        let comparison =
            compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
        let is_schema = |loss: &Loss| loss.what == "schema `other`";
        assert!(comparison.losses.iter().all(is_schema), "{:?}", comparison.losses);
        let sql = script(&comparison, &from, "public");
        assert!(sql.contains(first), "{sql}");
        psql(&from, &sql);
        assert_eq!(dump(&from), dump(&to), "{sql}");
        // An error where the rows are gone.
        psql(&from, &format!("SELECT 1 / count(*) FROM r JOIN {after} ON t_id = id"));
    }
}

#[tokio::test]
async fn what_values_inside_types_lose_is_told() {
    let with = |number: &str, text: &str| {
        format!(
            "CREATE DOMAIN n AS {number}; CREATE TYPE c AS (a {text}, b {number});
            CREATE TABLE t (x n, c c)"
        )
    };
    let from = database(&with("numeric(10,4)", "text")).await;
    let to = database(&with("numeric(10,2)", "varchar(3)")).await;
    let comparison =
        compared(&url(&from), &url(&to), &Settings::default()).await.expect("they are compared");
    let hazards = hazards(&comparison.plan, &catalog_of(&from).await);
    let said: Vec<String> = hazards.iter().map(ToString::to_string).collect();
    for wanted in ["what `n` can't hold of `t.x`", "what `c` can't hold of `t.c`"] {
        assert!(said.iter().any(|one| one.contains(wanted)), "{said:?}");
    }
}

async fn catalog_of(database: &ScratchDatabase) -> Catalog {
    let mut connection = connect(database).await;
    let catalog = introspect(&mut connection, &Scope::all("public")).await;
    connection.close().await.expect("the session ends");
    catalog.expect("the catalog is read")
}

#[tokio::test]
async fn a_table_in_the_name_of_a_view_that_stays_is_refused() {
    let a = "CREATE TABLE a (s text);";
    let from = database(&format!("{a} CREATE VIEW v AS SELECT s FROM a")).await;
    let to = database(&format!("{a} CREATE TABLE v (s text)")).await;
    let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
    assert_eq!(
        refusal.expect_err("both can't be").to_string(),
        "view `v` of FROM is left alone, and table `v` of TO has its name; drop or rename it first"
    );
}

#[tokio::test]
async fn what_speaks_of_nothing_is_said() {
    let (from, to) =
        (database("CREATE TABLE t (age text)").await, database("CREATE TABLE t (age int)").await);
    let exclude = ["audit_*", "ag*"].map(Into::into).to_vec();
    let settings = Settings { exclude, ..Settings::default() };
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let said =
        ["audit_*", "ag*"].map(|name| format!("`--exclude {name}` names nothing on either side"));
    assert_eq!(comparison.notes, said);
    let using = [("t.agee".to_owned(), "age::int".to_owned())].into();
    let settings = Settings { using, ..Settings::default() };
    let refusal =
        compared(&url(&from), &url(&to), &settings).await.expect_err("there is no such column");
    assert_eq!(
        refusal.to_string(),
        "`--using t.agee=…`: the type of no such column changes; did you mean `t.age`?"
    );
}

#[tokio::test]
async fn a_schema_stays_for_what_is_left_alone_in_it() {
    let current = "CREATE SCHEMA a; CREATE TABLE a.t (i int); CREATE VIEW a.v AS SELECT 1 AS x;
        CREATE SCHEMA b; CREATE TABLE b.t (i int);";
    let (from, to) = (database(current).await, database("CREATE TABLE k (i int)").await);
    let settings = Settings::default();
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let named: Vec<&str> = comparison.left_alone.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(named, ["schema `a`", "view `a.v`"]);
    psql(&from, &script(&comparison, &from, "public"));
    let dumped = dump(&from);
    assert!(dumped.contains("SCHEMA a") && !dumped.contains("SCHEMA b"), "{dumped}");
    assert!(compared(&url(&from), &url(&to), &settings).await.expect("once more").plan.is_empty());
}

#[tokio::test]
async fn kinds_that_are_not_handled_are_named_but_for_those_of_extensions() {
    let current = "
        CREATE EXTENSION citext;
        CREATE TABLE t (a int, b text);
        CREATE COLLATION plain FROM \"C\";
        CREATE STATISTICS pairs ON a, b FROM t;
        CREATE PUBLICATION news FOR TABLE t;
        CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
        CREATE OPERATOR === (LEFTARG = point, RIGHTARG = point, FUNCTION = point_eq);
        CREATE OPERATOR CLASS other FOR TYPE int USING btree AS FUNCTION 1 btint4cmp(int, int);
        CREATE CAST (point AS text) WITH INOUT;
        CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION noted();
        CREATE FOREIGN DATA WRAPPER files;
        CREATE SERVER elsewhere FOREIGN DATA WRAPPER files;
        CREATE USER MAPPING FOR PUBLIC SERVER elsewhere;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC";
    let desired = "CREATE EXTENSION citext; CREATE TABLE t (a int, b text); CREATE SCHEMA app;
        CREATE COLLATION plain FROM \"C\"; CREATE COLLATION app.plain FROM \"C\"";
    let (from, to) = (database(current).await, database(desired).await);
    let comparison =
        compared(&url(&from), &url(&to), &Settings::default()).await.expect("they are compared");
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql, ["CREATE SCHEMA app"]);
    let named: Vec<String> =
        comparison.left_alone.iter().map(|one| format!("{} {}", one.what, one.found)).collect();
    assert_eq!(
        named,
        [
            "cast `(pg_catalog.point AS pg_catalog.text)` only in FROM",
            "collation `app.plain` only in TO",
            "collation `plain` in both, not compared",
            "default privileges `for role postgres in schema public on tables` only in FROM",
            "event trigger `note` only in FROM",
            "foreign server `elsewhere` only in FROM",
            "foreign-data wrapper `files` only in FROM",
            "function `noted()` only in FROM",
            "operator `===(pg_catalog.point,pg_catalog.point)` only in FROM",
            "operator class `other USING btree` only in FROM",
            "publication `news` only in FROM",
            "statistics `pairs` only in FROM",
            "text search configuration `words` only in FROM",
            "user mapping `public on server elsewhere` only in FROM",
        ]
    );
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
async fn a_plan_runs_on_the_database_under_the_lock_and_takes_rows_along() {
    let desired = BLOG_WITH_TAGS.replace("content text", "content text NOT NULL");
    let (from, to) = (database(BLOG).await, database(&desired).await);
    let rows = "INSERT INTO author (mail) VALUES ('a@b');
         INSERT INTO article (author_id, kind) VALUES (1, 'a')";
    execute(&from, rows).await;
    let comparison =
        compared(&url(&from), &url(&to), &Settings::default()).await.expect("they are compared");
    let placeholder = comparison.notes.iter().any(|note| note.contains("`article.content`"));
    assert!(placeholder, "{:?}", comparison.notes);
    let target = Target::new(from.options(), "public");
    apply_plan(&comparison.plan, &target, &RunSettings::default(), &|_| {}).await.expect("it runs");
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn a_schema_that_is_not_there_and_a_server_that_is_not_reached_are_named() {
    let from = database("").await;
    let error = sides(&url(&from), &url(&from), "nowhere").await.expect_err("there is none");
    assert!(error.to_string().contains("has no schema `nowhere`"), "{error}");
    let gone = from.options().database("gone");
    let error = sides(&Source::Database(Box::new(gone)), &url(&from), "public").await;
    let error = error.expect_err("there is none").to_string();
    assert!(error.contains("FROM: no connection to `gone`"), "{error}");
}

#[tokio::test]
async fn what_newer_servers_know_is_left_alone_and_a_virtual_column_is_not_lost_unasked() {
    if major() < 18 {
        return;
    }
    let from = database(
        "CREATE TABLE t (a int GENERATED ALWAYS AS (b + 1) VIRTUAL, b int);
         CREATE TABLE u (r int4range, v daterange)",
    )
    .await;
    let to = database(
        "CREATE TABLE t (a int, b int CONSTRAINT small CHECK (b < 9) NOT ENFORCED);
         ALTER TABLE t ADD CONSTRAINT there NOT NULL b NOT VALID;
         CREATE TABLE u (r int4range, v daterange, CONSTRAINT k UNIQUE (r, v WITHOUT OVERLAPS))",
    )
    .await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let comparison = comparison.expect("they are compared");
    let named: Vec<&str> = comparison.left_alone.iter().map(|one| one.what.as_str()).collect();
    for wanted in [
        "not enforced constraint `small` of `t`",
        "not valid constraint `there` of `t`",
        "temporal constraint `k` of `u`",
    ] {
        assert!(named.contains(&wanted), "{named:?}");
    }
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert!(!sql.iter().any(|one| one.contains("small") || one.contains(" k ")), "{sql:?}");
    assert!(!sql.iter().any(|one| one.contains("NOT NULL")), "{sql:?}");
    assert_eq!(lost(&comparison), ["column `t.a`"]);
}

#[tokio::test]
async fn what_only_gets_another_name_is_renamed() {
    let current = "
        CREATE DOMAIN small AS int CONSTRAINT below CHECK (VALUE < 10);
        CREATE TABLE author (id int CONSTRAINT author_pk PRIMARY KEY, mail text NOT NULL,
            CONSTRAINT mails UNIQUE (mail), CONSTRAINT has_mail CHECK (mail <> ''));
        CREATE TABLE book (id int PRIMARY KEY, size small, author int NOT NULL,
            CONSTRAINT by_author FOREIGN KEY (author) REFERENCES author);
        CREATE INDEX sizes ON book (size DESC);
        CREATE UNIQUE INDEX authors ON book (author);
        ALTER TABLE book REPLICA IDENTITY USING INDEX authors;
        ALTER TABLE book CLUSTER ON sizes;
        COMMENT ON INDEX sizes IS 'of what is there';
        COMMENT ON INDEX author_pk IS 'of the key';
        CREATE VIEW mailed AS SELECT id, mail FROM author GROUP BY id";
    let names = [
        ("below", "book_size_below"),
        ("author_pk", "author_key"),
        ("of the key", "the key"),
        ("mails", "author_mail_key"),
        ("has_mail", "author_mail_check"),
        ("by_author", "book_author_fkey"),
        ("INDEX sizes", "INDEX book_size_idx"),
        ("ON sizes", "ON book_size_idx"),
        ("INDEX authors", "INDEX book_author_idx"),
    ];
    let desired = names.iter().fold(current.to_owned(), |sql, (from, to)| sql.replace(from, to));
    let comparison = reaches(current, &desired, "public", &Settings::default()).await;
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql.len(), 8, "{sql:?}");
    assert_eq!(sql.iter().filter(|sql| sql.contains("RENAME")).count(), 7, "{sql:?}");
    assert!(comparison.losses.is_empty());

    // Another thing has the name and goes: what wants it is built when it is gone.
    let taken = "CREATE TABLE t (a int, b int, CONSTRAINT y UNIQUE (b)); CREATE INDEX x ON t (a)";
    let wanted = "CREATE TABLE t (a int, b int, CONSTRAINT x UNIQUE (b))";
    reaches(taken, wanted, "public", &Settings::default()).await;
    reaches(wanted, taken, "public", &Settings::default()).await;
    let settings = Settings { exclude: vec!["x".into()], ..Settings::default() };
    let (from, to) = (
        database("CREATE TABLE t (a int); CREATE INDEX x ON t (a)").await,
        database("CREATE TABLE t (a int); CREATE INDEX y ON t (a)").await,
    );
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert!(sql.iter().all(|sql| sql.starts_with("CREATE INDEX")), "{sql:?}");

    // What is excluded may rest on it.
    let with = |name: &str| {
        format!(
            "CREATE TABLE t (a int CONSTRAINT {name} UNIQUE); CREATE TABLE audit (id int REFERENCES t (a))"
        )
    };
    let settings = Settings { exclude: vec!["audit".into()], ..Settings::default() };
    reaches(&with("before"), &with("after"), "public", &settings).await;
}

#[tokio::test]
async fn a_column_of_a_renamed_table_may_be_named_by_either_name_of_the_table() {
    let (before, after) = ("CREATE TABLE t (a int, b int)", "CREATE TABLE u (aa int, b int)");
    for table in ["t", "u"] {
        let (current, desired) = ("a".into(), "aa".into());
        let renames = vec![
            Rename::Column(ColumnRename { table: table.into(), current, desired }),
            Rename::Table { current: "t".into(), desired: "u".into() },
        ];
        let answers = Answers { renames, ..Answers::default() };
        let settings = Settings { answers, ..Settings::default() };
        let comparison = reaches(before, after, "public", &settings).await;
        assert!(comparison.losses.is_empty(), "{:?}", comparison.losses);
    }
}

#[tokio::test]
async fn a_check_that_heirs_may_have_from_elsewhere_too_is_no_renamed_one() {
    let with = |check: &str| {
        format!(
            "CREATE TABLE p (a int, CONSTRAINT {check} CHECK (a > 0));
             CREATE TABLE q (a int, CONSTRAINT {check} CHECK (a > 0));
             CREATE TABLE k () INHERITS (p, q);
             CREATE TABLE o (CONSTRAINT c2 CHECK (a > 0)) INHERITS (p);"
        )
    };
    let (from, to) = (database(&with("c1")).await, database(&with("c2")).await);
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn a_text_that_an_attribute_has_no_room_for_is_refused_wherever_the_attribute_stands() {
    let from = "CREATE TYPE c AS (x numeric, t text, n int, b varbit, l text[]);
        CREATE TABLE t (id int, c c)";
    let to = "CREATE DOMAIN code AS varchar(3);
        CREATE TYPE c AS (t varchar(3), x numeric(3, 1), n code, b varbit(2), l varchar(3)[], s int);
        CREATE TABLE t (id int, c c)";
    for (row, fits) in [
        ("(1.5, 'abc', 123, B'10', '{abc}')", true),
        ("(1.5, 'abcd', 123, B'10', '{abc}')", false),
        ("(1.5, 'abc', 1234, B'10', '{abc}')", false),
        ("(1.5, 'abc', 123, B'101', '{abc}')", false),
        ("(1.5, 'abc', 123, B'10', '{abcd}')", false),
        ("(100.5, 'abc', 123, B'10', '{abc}')", false),
    ] {
        let rows = format!("{from}; INSERT INTO t VALUES (1, ROW{row}::c), (2, NULL)");
        let (from, to) = (database(&rows).await, database(to).await);
        let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
        let comparison = comparison.expect("they are compared");
        let script = script(&comparison, &from, "public");
        let mut connection = connect(&from).await;
        let ran = sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut connection).await;
        assert_eq!(ran.is_ok(), fits, "{row}: {ran:?}");
        if fits {
            let read = "SELECT string_agg(c::text, ' ') FROM t";
            let value: String =
                sqlx::query_scalar(read).fetch_one(&mut connection).await.expect("a row");
            assert_eq!(value, "(abc,1.5,123,10,{abc},)");
        }
        connection.close().await.expect("the session ends");
    }
}

#[tokio::test]
async fn an_enforced_constraint_does_not_go_for_one_that_nothing_would_make() {
    if major() < 18 {
        return;
    }
    let with = |enforced: &str| {
        format!("CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0){enforced}, b int)")
    };
    let (plain, other) = (with(""), with(" NOT ENFORCED"));
    for (from, to) in [(&plain, &other), (&other, &plain)] {
        let (from, to) = (database(from).await, database(to).await);
        let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
        let comparison = comparison.expect("they are compared");
        assert!(comparison.statements.is_empty(), "{:?}", comparison.statements);
        assert!(!comparison.left_alone.is_empty());
    }
}

#[tokio::test]
async fn rows_of_a_table_that_another_column_holds_are_not_written_anew() {
    let with =
        |columns: &str, holders: &str| format!("CREATE TABLE t (id int, {columns}); {holders}");
    let and_function = |tables: &str| {
        format!(
            "{tables}; CREATE FUNCTION rows() RETURNS SETOF t LANGUAGE sql
             BEGIN ATOMIC SELECT * FROM t; END"
        )
    };
    let holders = "CREATE DOMAIN d AS t; CREATE TYPE c AS (d d);
         CREATE TABLE u (id int, one t, many t[], deep c)";
    let settings = Settings::default();
    let refusal = async |columns: &str, holder: &str| {
        let from = database(&with("a int", holder)).await;
        let to = database(&with(columns, holder)).await;
        let refused = compared(&url(&from), &url(&to), &settings).await;
        refused.expect_err("rows are held").to_string()
    };
    for (columns, holder, texts) in [
        ("a bigint", "CREATE TABLE u (one t)", ["(`a` becomes `bigint`)", "column `u.one`"]),
        ("a int, b int DEFAULT 1", "CREATE TABLE u (many t[])", ["(`b` comes ", "column `u.many`"]),
        ("a bigint", "CREATE TYPE c AS (t t); CREATE TABLE u (deep c)", ["`t` can't", "`u.deep`"]),
    ] {
        let error = refusal(columns, holder).await;
        assert!(texts.iter().all(|text| error.contains(text)), "{error}");
    }
    // What needs no look at the rows, or comes when nobody holds them.
    reaches(&with("a int", holders), &with("a int, b text", holders), "public", &settings).await;
    let without_column = and_function(&with("a int", holders));
    let with_column = and_function(&with("a int, b text", holders));
    reaches(&with_column, &without_column, "public", &settings).await;
    let without = "CREATE TABLE u (id int)";
    for [current, desired] in [[holders, without], [without, "CREATE TABLE u (id int, one t)"]] {
        let (current, desired) =
            (with("a int", current), with("a bigint, b int DEFAULT 1", desired));
        reaches(&and_function(&current), &and_function(&desired), "public", &settings).await;
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
async fn no_id_is_given_twice_where_a_column_counts_with_another_sequence() {
    let kinds = [
        "id serial PRIMARY KEY",
        "id bigserial PRIMARY KEY",
        "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "id bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME counted) PRIMARY KEY",
        "id bigint GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY -1) PRIMARY KEY",
    ];
    for current in kinds {
        for desired in kinds.iter().filter(|kind| **kind != current) {
            let with = |id: &str| format!("CREATE TABLE t ({id}, x int)");
            let rows = format!(
                "{}; INSERT INTO t (x) SELECT 1 FROM generate_series(1, 200); DELETE FROM t WHERE abs(id) > 5",
                with(current)
            );
            let comparison = reaches(&rows, &with(desired), "public", &Settings::default()).await;
            assert_eq!(lost(&comparison), [""; 0], "{current} {desired}");
            let (from, to) = (database(&rows).await, database(&with(desired)).await);
            let compared = compared(&url(&from), &url(&to), &Settings::default()).await;
            psql(&from, &script(&compared.expect("they are compared"), &from, "public"));
            let next: i64 = sqlx::query_scalar("INSERT INTO t (x) VALUES (2) RETURNING id::bigint")
                .fetch_one(&mut connect(&from).await)
                .await
                .expect("a row comes");
            let turns = current.contains("-1") != desired.contains("-1");
            assert!(turns || next.abs() == 201, "{current} {desired}: {next}");
        }
    }
}

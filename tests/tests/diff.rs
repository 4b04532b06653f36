//! From one schema to another, wherever each comes from: the printed SQL is run by `psql`, and
//! `pg_dump` judges where it leads.

use std::path::{Path, PathBuf};
use std::process::Command;

use migrate_core::between::{self, BetweenError, Comparison, Settings, Side, Source, SqlFiles};
use migrate_core::catalog::{Catalog, Ident};
use migrate_core::generate::Scratch;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::postgres::{Binaries, ScratchDatabase};
use migrate_core::revision::Executed;
use migrate_core::runner::{RunSettings, apply_plan};
use migrate_core::target::Target;
use migrate_tests::{connect, dump, execute, psql, server};
use sqlx::Connection;

#[path = "diff/dependents.rs"]
mod dependents;
#[path = "diff/expressions.rs"]
mod expressions;
#[path = "diff/files.rs"]
mod files;
#[path = "diff/left_alone.rs"]
mod left_alone;
#[path = "diff/losses.rs"]
mod losses;
#[path = "diff/other_names.rs"]
mod other_names;
#[path = "diff/types.rs"]
mod types;

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

async fn catalog_of(database: &ScratchDatabase) -> Catalog {
    let mut connection = connect(database).await;
    let catalog = introspect(&mut connection, &Scope::all("public")).await;
    connection.close().await.expect("the session ends");
    catalog.expect("the catalog is read")
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

//! Files as a side: dumps, folders, and what is wrong in them.

use migrate_core::between::{Settings, SqlFiles};
use migrate_tests::{dump, psql};

use super::{BLOG, compared, database, dumped, file, files, script, sides, url};

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
async fn files_in_folders_of_a_folder_count_too() {
    let folder = tempfile::tempdir().expect("a folder is made");
    let within = folder.path().join("b_tables");
    std::fs::create_dir(&within).expect("it is made");
    file(folder.path(), "a.sql", "CREATE TABLE author (id int PRIMARY KEY)");
    file(&within, "article.sql", "CREATE TABLE article (id int REFERENCES author);");
    let schema =
        "CREATE TABLE author (id int PRIMARY KEY); CREATE TABLE article (id int REFERENCES author)";
    let from = database(schema).await;
    let comparison = compared(&url(&from), &files(folder.path()), &Settings::default()).await;
    assert!(comparison.expect("they are compared").statements.is_empty());
}

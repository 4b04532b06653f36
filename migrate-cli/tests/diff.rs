//! `migrate diff` of the standalone program: what it says, on which stream, with which exit code.

use std::path::Path;
use std::process::{Command, Stdio};

use migrate_core::postgres::ScratchDatabase;
use migrate_tests::{dump, execute, server};

/// What the program said, and its exit code.
#[derive(Debug)]
struct Said {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

async fn database(sql: &str) -> ScratchDatabase {
    let database = server().await.create().await.expect("a database is made");
    execute(&database, sql).await;
    database
}

/// Runs `migrate diff …` with scratch databases on the server of the tests.
async fn diff(arguments: &[&str]) -> Said {
    let scratch = server().await.create().await.expect("a database is made");
    diff_in(Path::new("."), Some(&scratch.url()), arguments)
}

fn diff_in(folder: &Path, scratch_url: Option<&str>, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migrate"));
    command.env_remove("MIGRATE_SCHEMA").env_remove("MIGRATE_SCRATCH_SETUP");
    command.env_remove("MIGRATE_SCRATCH_URL").env_remove("DATABASE_URL");
    command.envs(scratch_url.map(|url| ("MIGRATE_SCRATCH_URL", url)));
    command.current_dir(folder).stdin(Stdio::null()).arg("diff").args(arguments);
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("it says text");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    Said { stdout, stderr, code: output.status.code() }
}

#[tokio::test]
async fn the_sql_is_on_stdout_and_exit_codes_tell_whether_there_is_any() {
    let from =
        database("CREATE TABLE t (a int); CREATE TABLE p (a int) PARTITION BY LIST (a)").await;
    let to = database("CREATE TABLE t (a bigint); CREATE INDEX t_a ON t (a)").await;
    let said = diff(&[&from.url(), &to.url(), "--verify"]).await;
    let script = "SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET search_path = public, pg_catalog;
SET timezone = 'UTC';
SET client_min_messages = warning;

-- step: change t
BEGIN;
-- locks `t` (ACCESS EXCLUSIVE)
-- rewrites every row of `t`
ALTER TABLE t ALTER COLUMN a TYPE bigint;
COMMIT;

-- step: build t_a (outside a transaction)
-- locks `t` (SHARE UPDATE EXCLUSIVE)
-- the build of `t_a` runs outside a transaction
CREATE INDEX CONCURRENTLY t_a ON t (a);
";
    assert_eq!(said.stdout, script, "{}", said.stderr);
    let proved = "proved on a copy of FROM, without what isn't handled there\n";
    assert!(said.stderr.contains(proved), "{}", said.stderr);
    assert!(
        said.stderr.contains("left alone: partitioned table `p` (only in FROM)\n"),
        "{}",
        said.stderr
    );
    assert_eq!(said.code, Some(2));
    let said = diff(&[&from.url(), &from.url()]).await;
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(0)));
    let alike = "left alone: partitioned table `p` (in both, not compared)
FROM and TO have the same schema, but for what is left alone
";
    assert_eq!(said.stderr, alike);
    let said = diff(&[&to.url(), &to.url()]).await;
    assert_eq!((said.stderr.as_str(), said.code), ("FROM and TO have the same schema\n", Some(0)));
}

#[tokio::test]
async fn json_has_the_statements_as_plan_has_them() {
    let (from, to) = (database("").await, database("CREATE TABLE t (a int)").await);
    let said = diff(&[&from.url(), &to.url(), "--json"]).await;
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    let statement = &json["statements"][0];
    assert_eq!(statement["step"], "change the schema");
    assert_eq!(statement["outside_transaction"], false);
    assert_eq!(statement["sql"], "CREATE TABLE t (\n    a integer\n)");
    assert_eq!(statement["hazards"], serde_json::json!([]));
    assert_eq!(said.code, Some(2));
}

#[tokio::test]
async fn a_loss_is_refused_with_its_rows_until_it_is_allowed() {
    let from =
        database("CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 1), (2, NULL)").await;
    let folder = tempfile::tempdir().expect("a folder is made");
    std::fs::write(folder.path().join("to.sql"), "CREATE TABLE t (a int);").expect("it is written");
    let to = folder.path().join("to.sql").display().to_string();
    for arguments in [vec![], vec!["--json"], vec!["--allow", "drop-table,drop-column=t.a"]] {
        let url = from.url();
        let said = diff(&[&[url.as_str(), &to], arguments.as_slice()].concat()).await;
        assert_eq!((said.stdout.as_str(), said.code), ("", Some(1)));
        let refusal = "error: this loses what FROM holds:
  column `t.b` (1 row with a value)
if something was renamed, say so with `--rename old=new`; if the loss is meant, pass `--allow drop-column`
";
        assert_eq!(said.stderr, refusal);
    }
    for allowed in ["drop-column", "all", "drop-table,drop-column=t.b"] {
        let said = diff(&[&from.url(), &to, "--allow", allowed]).await;
        assert!(said.stdout.contains("ALTER TABLE t DROP COLUMN b;"), "{}", said.stderr);
        assert_eq!(said.code, Some(2));
    }
    for column in ["t.b", "public.t.*b"] {
        let said = diff(&[&from.url(), &to, "--exclude", column]).await;
        assert_eq!((said.stdout.as_str(), said.code), ("", Some(0)));
    }
    let said = diff(&[&from.url(), &to, "--allow", "drops"]).await;
    assert!(said.stderr.contains("`--allow drops` names no loss; write `all`"), "{}", said.stderr);
}

#[tokio::test]
async fn b10_labels_that_rows_hold_are_named_before_anything_is_printed() {
    let with = |labels: &str| {
        format!(
            "CREATE TYPE e AS ENUM ({labels}); CREATE TABLE t (x e, many e[]); CREATE INDEX i ON t (x);
            CREATE TABLE z (a int)"
        )
    };
    let from = database(&with("'a', 'b', 'c'")).await;
    execute(&from, "INSERT INTO t VALUES ('a', '{b,c}'), ('c', NULL), ('c', '{a}')").await;
    let to = database(&with("'a', 'b'")).await;
    let said = diff(&[&from.url(), &to.url()]).await;
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(1)));
    let refusal = "error: rows of FROM are in the way:
  1 row of `t.many` holds c, which the enum loses: give it another, or keep the label
  2 rows of `t.x` hold c, which the enum loses: give them others, or keep the label
";
    assert_eq!(said.stderr, refusal);
    execute(&from, "UPDATE t SET x = 'a', many = NULL").await;
    assert_eq!(diff(&[&from.url(), &to.url()]).await.code, Some(2));
}

#[tokio::test]
async fn b13_rows_that_a_required_column_has_no_value_for_are_named_before_anything_is_printed() {
    let from = database(
        "CREATE TABLE r (id int PRIMARY KEY); CREATE TABLE t (a inet); CREATE TABLE empty ();
         INSERT INTO t VALUES (NULL), ('::1')",
    )
    .await;
    let to = database(
        "CREATE TABLE r (id int PRIMARY KEY);
         CREATE TABLE t (a inet NOT NULL, b int NOT NULL REFERENCES r);
         CREATE TABLE empty (a inet NOT NULL)",
    )
    .await;
    let said = diff(&[&from.url(), &to.url()]).await;
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(1)));
    for line in [
        "\n  1 row has no value for `t.a`, which becomes required: give it one first\n",
        "\n  2 rows have no value for `t.b`, which becomes required: give the column a default, or",
    ] {
        assert!(said.stderr.contains(line), "{}", said.stderr);
    }
    assert!(!said.stderr.contains("no value for `empty.a`"), "{}", said.stderr);
    execute(&from, "DELETE FROM t").await;
    assert_eq!(diff(&[&from.url(), &to.url()]).await.code, Some(2));
}

#[tokio::test]
async fn parts_of_values_that_no_row_has_need_no_word() {
    let from =
        database("CREATE TABLE t (a timestamp, b int[]); INSERT INTO t VALUES (NULL, '{1}')");
    let (from, to) = (from.await, database("CREATE TABLE t (a date, b int)").await);
    assert_eq!(diff(&[&from.url(), &to.url()]).await.code, Some(2));
    execute(&from, "INSERT INTO t VALUES (now(), '{1,2}')").await;
    let said = diff(&[&from.url(), &to.url()]).await;
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(1)));
    for line in [
        "all but the first element of `t.b` (1 row with more)\n",
        "what `date` can't hold of `t.a` (1 row with a value)\n",
        "pass `--allow lose-elements,lose-parts`",
    ] {
        assert!(said.stderr.contains(line), "{}", said.stderr);
    }
}

#[tokio::test]
async fn b15_rows_without_a_value_get_a_placeholder_only_where_that_is_allowed() {
    let from = database("CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, NULL)").await;
    let to = database("CREATE TABLE t (a int NOT NULL, b int NOT NULL DEFAULT 7)").await;
    let arguments = [from.url(), to.url(), "--apply".to_owned(), "--yes".to_owned()];
    let apply = arguments.each_ref().map(String::as_str);
    assert_eq!(diff(&apply).await.code, Some(0), "no row has no value where there is no default");
    assert_eq!(dump(&from), dump(&to));

    let from = database("CREATE TABLE t (a int, b int); INSERT INTO t VALUES (NULL, 2)").await;
    let said = diff(&[&from.url(), &to.url()]).await;
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(1)));
    for line in ["which rows of `t.a` have no value (1 row)\n", "pass `--allow lose-nulls`"] {
        assert!(said.stderr.contains(line), "{}", said.stderr);
    }
    assert_eq!(diff(&[&from.url(), &to.url(), "--allow", "lose-nulls=t.a"]).await.code, Some(2));
}

#[tokio::test]
async fn apply_asks_and_runs_on_a_database_alone() {
    let from = database("CREATE TABLE t (a int); INSERT INTO t VALUES (1)").await;
    let to = database("CREATE TABLE t (a bigint); CREATE INDEX t_a ON t (a)").await;
    let (before, after) = (dump(&from), dump(&to));
    let said = diff(&[&from.url(), &to.url(), "--apply"]).await;
    assert!(said.stderr.contains("nobody can answer here; pass `--yes`"), "{}", said.stderr);
    assert_eq!((said.stdout.as_str(), said.code, dump(&from)), ("", Some(1), before));
    let said = diff(&["src", &to.url(), "--apply", "--yes"]).await;
    assert!(said.stderr.contains("`src` has no `.sql` file"), "{}", said.stderr);
    let said = diff(&[&from.url(), &to.url(), "--apply", "--yes"]).await;
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("CREATE INDEX CONCURRENTLY"), "{}", said.stdout);
    assert!(said.stderr.contains("ran change t in "), "{}", said.stderr);
    assert!(said.stderr.contains("ran build t_a in "), "{}", said.stderr);
    assert_eq!(dump(&from), after);
}

#[tokio::test]
async fn apply_goes_on_after_a_step_that_failed() {
    let from = database("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)").await;
    let to = database("CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX t_a ON t (a)").await;
    let said = diff(&[&from.url(), &to.url(), "--apply", "--yes"]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("step `build t_a`: could not create unique"), "{}", said.stderr);
    assert!(said.stderr.contains("done and kept: change t"), "{}", said.stderr);
    execute(&from, "UPDATE t SET a = 2 WHERE ctid = '(0,1)'").await;
    let said = diff(&[&from.url(), &to.url(), "--apply", "--yes"]).await;
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn two_databases_that_are_alike_need_no_scratch_server() {
    let from = database("CREATE TABLE t (a int, CHECK (a > 0))").await;
    let to = database("CREATE TABLE t (a int NOT NULL, CHECK (a > 0))").await;
    let nowhere = Some("postgres://nobody@127.0.0.1:1/nothing");
    let said = diff_in(Path::new("."), nowhere, &[&from.url(), &to.url()]);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    let other = database("CREATE TABLE t (a int, CHECK (a > 1))").await;
    let said = diff_in(Path::new("."), nowhere, &[&from.url(), &other.url()]);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(
        said.stderr.contains("whether constraint `t_a_check` of `t` only looks different"),
        "{}",
        said.stderr
    );
}

#[tokio::test]
async fn sides_that_can_not_be_read_are_named() {
    let url = database("").await.url();
    for (side, wanted) in [
        ("models", "FROM: `models` are known to the program of the application alone"),
        ("nowhere.sql", "FROM: there is no file or folder `nowhere.sql`"),
        ("mysql://x/y", "FROM is no PostgreSQL URL; write it as `postgres://"),
        ("postgres://nobody@127.0.0.1:1/x", "FROM: no connection to `x` at 127.0.0.1:1; check"),
    ] {
        let said = diff(&[side, &url]).await;
        assert!(said.stderr.contains(wanted), "{}", said.stderr);
        assert_eq!((said.stdout.as_str(), said.code), ("", Some(1)));
    }
}

//! Runs that are killed while the server works for them.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, Executor};

use crate::project::Project;

/// What sessions of runs wait for that do something or hold something.
const SESSIONS: &str = "SELECT coalesce(wait_event, '')::text FROM pg_stat_activity
    WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
        AND application_name = 'migrate'";

async fn until(project: &Project, is_reached: impl Fn(&[String]) -> bool) {
    for _ in 0..3000 {
        if is_reached(&project.texts(SESSIONS).await) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", project.texts(SESSIONS).await);
}

/// Kills an `apply` when one of its sessions waits for this event; the server ends what it did for it.
async fn kill_at(project: &Project, event: &str) {
    let mut run = project.begin(&["apply"]);
    until(project, |waits| waits.iter().any(|wait| wait == event)).await;
    run.kill().expect("it runs");
    run.wait().expect("it is gone");
    until(project, <[String]>::is_empty).await;
}

#[tokio::test]
async fn b43_the_server_ends_a_statement_whose_run_was_killed() {
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int);"),
        ("migrations/V2__think.sql", "DROP TABLE account; SELECT pg_sleep(600);"),
    ])
    .await;
    kill_at(&project, "PgSleep").await;
    project
        .write("migrations/V2__think.sql", "-- migrate: transaction = none\nSELECT pg_sleep(600);");
    kill_at(&project, "PgSleep").await;
    assert_eq!(
        project.texts("SELECT relname::text FROM pg_class WHERE relname = 'account'").await.len(),
        1
    );
}

#[tokio::test]
async fn b45_nobody_waits_behind_a_run_that_was_killed_while_it_waited_for_a_lock() {
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int);"),
        (
            "migrations/V2__add.sql",
            "-- migrate: lock-timeout = 10min\nALTER TABLE account ADD COLUMN name text;",
        ),
    ])
    .await;
    project.run(&["apply", "--to", "1"]).fine();
    let reader = project.database.options().application_name("reports");
    let mut reader = reader.connect().await.expect("the server is there");
    reader.execute("BEGIN; SELECT * FROM account").await.expect("the table is there");
    kill_at(&project, "relation").await;
    reader.close().await.expect("the session ends");
}

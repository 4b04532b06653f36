//! Many programs at once on one database.

use app::migrations::REVISIONS;
use migrate_core::revision::Revision;
use migrate_tests::{connect, server};
use sqlx::Connection;
use tokio::task::JoinSet;

use crate::program;

/// Starts programs at once on a fresh database and returns which revisions it has then.
async fn apply_at_once(programs: usize) -> Vec<(String, String)> {
    let database = server().await.create().await.expect("a database is made");
    let mut running = JoinSet::new();
    for _ in 0..programs {
        running.spawn(program::command(&database.url(), &["apply"]).output());
    }
    for output in running.join_all().await {
        let output = output.expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut connection = connect(&database).await;
    let sql = "SELECT revision, state FROM migrate_history ORDER BY applied_at, revision";
    let rows = sqlx::query_as(sql).fetch_all(&mut connection).await.expect("there is a history");
    connection.close().await.expect("the session ends");
    rows
}

fn each_once() -> Vec<(String, String)> {
    let revisions = REVISIONS.ordered().expect("the revisions make a chain");
    let ids = revisions.into_iter().map(Revision::id);
    ids.map(|id| (id.to_owned(), "applied".to_owned())).collect()
}

#[tokio::test]
async fn two_programs_at_once_apply_each_revision_once() {
    assert_eq!(apply_at_once(2).await, each_once());
}

#[tokio::test]
async fn b42_twenty_programs_at_once_apply_each_revision_once() {
    assert_eq!(apply_at_once(20).await, each_once());
}

//! Kills at every statement.

use app::migrations::REVISIONS;
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::Revision;
use migrate_tests::{execute, server};

use crate::trial::{Trial, copy};
use crate::{inserted, program};

/// How many statements of the whole history lie between two kills.
const STRIDE: usize = 11;

/// For each revision, the database before it, with rows; then the one with all of them.
async fn stages() -> Vec<ScratchDatabase> {
    let database = server().await.create().await.expect("a database is made");
    let mut stages = Vec::new();
    for revision in REVISIONS.ordered().expect("the revisions make a chain") {
        execute(&database, inserted::before(revision.id())).await;
        stages.push(copy(&database).await);
        apply(&database, revision).await;
    }
    stages.push(database);
    stages
}

async fn apply(database: &ScratchDatabase, revision: &Revision) {
    let applied = program::run(database, &["apply", "--to", revision.id()]).await;
    applied.unwrap_or_else(|said| panic!("{}: {said}", revision.id()));
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} wrong ends\n{}", wrong.len(), wrong.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn b43_an_apply_killed_at_any_statement_is_finished_by_the_next() {
    let mut wrong = Vec::new();
    let revisions = REVISIONS.ordered().expect("the revisions make a chain");
    for (start, revision) in stages().await.iter().zip(revisions) {
        let arguments = ["apply", "--to", revision.id()];
        wrong.extend(Trial { start, arguments: &arguments }.wrong_ends(1).await);
    }
    report(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn b43_a_rollback_killed_at_any_statement_is_finished_by_the_next() {
    let mut wrong = Vec::new();
    let revisions = REVISIONS.ordered().expect("the revisions make a chain");
    for (start, revision) in stages().await.iter().zip(revisions) {
        let start = copy(start).await;
        apply(&start, revision).await;
        let target = revision.header.parent.unwrap_or("base");
        let arguments = ["rollback", "--to", target];
        wrong.extend(Trial { start: &start, arguments: &arguments }.wrong_ends(1).await);
    }
    report(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_history_killed_anywhere_goes_up_and_down() {
    let empty = server().await.create().await.expect("a database is made");
    let mut wrong = Trial { start: &empty, arguments: &["apply"] }.wrong_ends(STRIDE).await;
    let stages = stages().await;
    let full = stages.last().expect("there are revisions");
    let arguments = ["rollback", "--to", "base"];
    wrong.extend(Trial { start: full, arguments: &arguments }.wrong_ends(STRIDE).await);
    report(&wrong);
}

//! `apply`, `rollback` and `plan`.

use crate::transcript::Transcript;

/// The revision before the last one.
const LAST_BUT_ONE: &str = "teams_mentors";

#[tokio::test]
async fn b41_apply_tells_each_revision_and_then_that_nothing_is_pending() {
    let mut transcript = Transcript::on_empty_database().await;
    transcript.run(&["apply", "-n", "2"]);
    transcript.run(&["apply", "--to", "+1"]);
    transcript.run(&["apply"]);
    transcript.run(&["apply"]);
    transcript.run(&["plan"]);
    transcript.require("apply");
}

#[tokio::test]
async fn plan_shows_the_pending_statements_with_their_locks() {
    let mut transcript = Transcript::applied_to(LAST_BUT_ONE).await;
    transcript.run(&["plan"]);
    transcript.run(&["apply", "--dry-run"]);
    transcript.run(&["plan", "--json"]);
    transcript.require("plan");
}

#[tokio::test]
async fn plan_goes_on_after_code_that_asks_for_the_connection() {
    let mut transcript = Transcript::applied_to("writers_are_authors").await;
    transcript.run(&["plan"]);
    transcript.require("plan_code");
}

#[tokio::test]
async fn rollback_tells_each_revision_and_a_dry_run_its_statements() {
    let mut transcript = Transcript::applied_to("comments_and_topics").await;
    transcript.run(&["rollback", "--dry-run"]);
    transcript.run(&["rollback"]);
    transcript.run(&["rollback", "--to", "base"]);
    transcript.run(&["rollback"]);
    transcript.require("rollback");
}

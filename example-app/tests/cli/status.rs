//! `status`.

use crate::transcript::Transcript;

#[tokio::test]
async fn status_has_an_exit_code_of_its_own_for_pending_revisions() {
    let mut transcript = Transcript::on_empty_database().await;
    transcript.run(&["status"]);
    transcript.run(&["apply", "-n", "1"]);
    transcript.run(&["status"]);
    transcript.run(&["apply"]);
    transcript.run(&["status"]);
    transcript.require("status");
}

#[tokio::test]
async fn status_as_json_has_states_parents_and_checksums() {
    let mut transcript = Transcript::applied_to("comments_and_topics").await;
    transcript.run(&["status", "--json"]);
    transcript.require("status_json");
}

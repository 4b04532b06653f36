//! `diff` in an application, where models and revisions are sides too.

use migrate_tests::execute;

use crate::transcript::Transcript;

#[tokio::test]
async fn models_revisions_and_an_applied_database_are_alike() {
    let mut transcript = Transcript::applied_to("keep_what_readers_saw").await;
    let url = transcript.database().url();
    transcript.run(&["diff", "models", "revisions"]);
    transcript.run(&["diff", "revisions", &url, "--verify"]);
    transcript.run(&["diff", &url, "models"]);
    transcript.require("diff_alike");
}

#[tokio::test]
async fn a_database_is_brought_to_the_models_with_its_losses_allowed() {
    let mut transcript = Transcript::applied_to("keep_what_readers_saw").await;
    let by_hand = "
        ALTER TABLE author ADD COLUMN shoe_size int;
        DROP INDEX article_search_idx;
        CREATE TABLE left_by_somebody (id int);
        INSERT INTO left_by_somebody VALUES (1), (2);
        CREATE MATERIALIZED VIEW authors_a_day AS SELECT count(*) FROM author;";
    execute(transcript.database(), by_hand).await;
    let url = transcript.database().url();
    transcript.run(&["diff", &url, "models"]);
    transcript.run(&["diff", &url, "models", "--exclude", "left_*", "--allow", "drop-column"]);
    transcript.run(&["diff", &url, "models", "--allow", "all", "--json"]);
    transcript.run(&["diff", &url, "models", "--allow", "all", "--verify", "--apply", "--yes"]);
    transcript.run(&["diff", &url, "revisions"]);
    transcript.require("diff_applied");
}

//! `check`.

use migrate_tests::execute;

use crate::transcript::Transcript;

#[tokio::test]
async fn check_tells_what_was_changed_by_hand_what_is_extra_and_what_is_pending() {
    let mut transcript = Transcript::applied_to("teams_mentors").await;
    let by_hand = "
        ALTER TABLE author ADD COLUMN shoe_size int;
        DROP INDEX article_search_idx;
        CREATE TABLE left_by_somebody (id int);";
    execute(transcript.database(), by_hand).await;
    transcript.run(&["check", "--database"]);
    transcript.run(&["check", "--database", "--json"]);
    transcript.require("check_database");
}

#[tokio::test]
async fn check_is_content_with_a_database_that_is_up_to_date() {
    let mut transcript = Transcript::applied_to("keep_what_readers_saw").await;
    transcript.run(&["check"]);
    transcript.run(&["check", "--database"]);
    transcript.require("check");
}

#[tokio::test]
async fn check_takes_a_half_applied_revision_for_no_change_by_hand() {
    let mut transcript = Transcript::applied_to("articles_have_a_language").await;
    let twins = "
        INSERT INTO account (email, handle)
        VALUES ('a@example.org', 'twin'), ('b@example.org', 'twin')";
    execute(transcript.database(), twins).await;
    transcript.run(&["apply", "-n", "1"]);
    transcript.run(&["check", "--database"]);
    transcript.run(&["check", "--database", "--json"]);
    transcript.require("check_half_applied");
}

//! `dev sync` and `dev switch` of models that the revisions build already.

use migrate_tests::execute;

use crate::transcript::Transcript;

#[test]
fn only_a_database_on_this_machine_is_synced_or_switched() {
    let mut transcript = Transcript::without_database();
    for command in ["sync", "switch"] {
        let remote = [("DATABASE_URL", "postgres://ada:secret@db.example.org/site")];
        transcript.run_in(&remote, &["dev", command, "--yes"]);
        transcript.run_in(&[("CI", "1")], &["dev", command, "--yes"]);
    }
    transcript.require("dev_refused");
}

#[tokio::test]
async fn a_sync_puts_right_what_was_changed_and_leaves_alone_what_no_model_knows() {
    let mut transcript = Transcript::on_empty_database().await;
    transcript.run(&["dev", "sync", "--yes"]);
    let mut transcript = transcript.after(&["apply"]);
    transcript.run(&["dev", "sync"]);
    transcript.run(&["dev", "sync", "--allow", "drop"]);
    transcript.run(&["dev", "sync", "--undo"]);
    let by_hand = "
        DROP INDEX article_search_idx;
        CREATE TABLE scribbled (id bigint PRIMARY KEY);
        CREATE VIEW titles AS SELECT id, title FROM article;";
    execute(transcript.database(), by_hand).await;
    transcript.run(&["dev", "sync"]);
    transcript.run(&["dev", "sync", "--yes"]);
    transcript.run(&["dev", "sync", "--yes"]);
    transcript.run(&["check", "--database"]);
    transcript.run(&["status"]);
    transcript.run(&["dev", "sync", "--undo", "--yes"]);
    transcript.run(&["check", "--database"]);
    transcript.require("dev_sync");
}

#[tokio::test]
async fn a_switch_on_the_same_branch_says_what_is_pending() {
    let mut transcript = Transcript::applied_to("teams_mentors").await;
    transcript.run(&["dev", "switch"]);
    transcript.run(&["apply"]);
    transcript.run(&["dev", "switch"]);
    let another = "
        UPDATE migrate_history SET revision = 'm20260618_141129_of_another_branch', down_sql = NULL
        WHERE revision LIKE '%keep_what_readers_saw'";
    execute(transcript.database(), another).await;
    transcript.run(&["dev", "switch", "--yes"]);
    transcript.require("dev_switch");
}

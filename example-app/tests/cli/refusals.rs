//! What can't go on, and what is said then. Passwords stay out of it.

use migrate_tests::execute;

use crate::transcript::Transcript;

#[test]
fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    let urls = [
        "mysql://ada:secret@localhost/site",
        "postgres://ada:secret@localhost:port/site",
        "postgres://ada:secret@127.0.0.1:1/site",
        "ada:secret@localhost",
    ];
    let mut transcript = Transcript::without_database();
    for url in urls {
        transcript.run_in(&[("DATABASE_URL", url)], &["status"]);
    }
    transcript.require("urls");
}

#[test]
fn in_ci_no_development_database_is_started() {
    let mut transcript = Transcript::without_database();
    for command in ["apply", "rollback", "status", "plan"] {
        transcript.run_in(&[("CI", "1")], &[command]);
    }
    transcript.require("ci");
}

#[tokio::test]
async fn a_revision_that_is_unknown_ambiguous_or_behind_is_no_goal() {
    let mut transcript = Transcript::applied_to("comments_and_topics").await;
    transcript.run(&["apply", "--to", "nothing"]);
    transcript.run(&["apply", "--to", "2026"]);
    transcript.run(&["apply", "--to", "create_accounts"]);
    transcript.run(&["rollback", "--to", "nothing"]);
    transcript.run(&["rollback", "--to", "writers_are_authors"]);
    transcript.run(&["resolve", "nothing", "--done"]);
    transcript.require("goals");
}

#[tokio::test]
async fn a_revision_that_was_edited_is_not_passed_over() {
    let mut transcript = Transcript::applied_to("comments_and_topics").await;
    let edit = "UPDATE migrate_history SET checksum = 'x' WHERE revision LIKE '%topics'";
    execute(transcript.database(), edit).await;
    transcript.run(&["apply"]);
    transcript.run(&["status"]);
    transcript.run(&["rollback"]);
    transcript.run(&["apply", "-n", "1", "--accept-checksum", "comments_and_topics"]);
    transcript.require("edited");
}

#[tokio::test]
async fn b41_a_database_that_is_ahead_has_an_exit_code_of_its_own() {
    let mut transcript = Transcript::applied_to("keep_what_readers_saw").await;
    let ahead = "
        INSERT INTO migrate_history (revision, parent, checksum, state, version)
        SELECT 'm20270101_000000_from_tomorrow', max(revision), 'x', 'applied', '1'
        FROM migrate_history";
    execute(transcript.database(), ahead).await;
    for command in ["apply", "status", "plan", "rollback"] {
        transcript.run(&[command]);
    }
    transcript.require("ahead");
}

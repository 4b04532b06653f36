//! `generate` for models that the revisions build already.

use crate::transcript::Transcript;

#[tokio::test]
async fn b37_generate_writes_nothing_where_nothing_changed() {
    let mut transcript = Transcript::on_empty_database().await;
    transcript.run(&["generate", "-m", "nothing"]);
    transcript.run(&["generate", "-m", "nothing", "--dry-run"]);
    transcript.run(&["generate", "-m", "nothing", "--sql"]);
    transcript.require("generate");
}

#[tokio::test]
async fn an_answer_about_something_that_is_not_there_is_refused() {
    let mut transcript = Transcript::on_empty_database().await;
    transcript.run(&["generate", "-m", "x", "--rename", "article.nothing=title"]);
    transcript.run(&["generate", "-m", "x", "--rename", "article.title"]);
    transcript.run(&["generate", "-m", "x", "--rename", "a.b.c.d=e"]);
    transcript.run(&["generate", "-m", "x", "--rename", "article.tilte=title"]);
    transcript.run(&["generate", "-m", "x", "--rename", "article.title=heading"]);
    transcript.run(&["generate", "-m", "x", "--rename", "articel=article"]);
    transcript.run(&["generate", "-m", "x", "--drop", "article.nothing"]);
    transcript.run(&["generate", "-m", "x", "--drop", "article.titel"]);
    transcript.run(&["generate", "-m", "x", "--drop", "auhtor"]);
    transcript.run(&["generate", "-m", "x", "--using", "article.title"]);
    transcript.require("answers");
}

//! What the application asks of its tables.

use app::SiteConfig;
use app::accounts::{Account, Email, authors};
use app::commands::SiteCommand;
use app::commerce::reports;
use app::publishing::{ArticleStatus, articles};
use clap::{FromArgMatches, Subcommand};
use migrate_core::runner::Goal;
use migrate_tests::connect;
use sqlx::PgConnection;

use crate::site::Site;

#[tokio::test]
async fn an_article_is_written_published_once_and_found() {
    let site = Site::empty().await;
    site.apply(Goal::Head).await;
    let connection = &mut connect(&site.database).await;
    let author = authors::add(connection, "Flann", "O'Brien", None).await.expect("it is added");
    let (title, body) = ("The Third \"Policeman\"", "Bicycles become people.");
    let article =
        articles::NewArticle { author_id: author.id, slug: "third", title, body, language: "en" };
    let article = articles::write(connection, article).await.expect("it is written");
    assert_eq!(article.status, ArticleStatus::Idea);

    let published = articles::publish(connection, article.id).await.expect("the query runs");
    assert!(published.is_some_and(|article| article.published_at.is_some()));
    let again = articles::publish(connection, article.id).await.expect("the query runs");
    assert!(again.is_none());

    for words in ["bicycle", "policemen", "third -bicycle"] {
        let found = articles::search(connection, words).await.expect("the query runs");
        assert_eq!(found.len(), usize::from(words != "third -bicycle"), "{words}");
    }
}

#[tokio::test]
async fn the_answers_are_the_same_after_a_way_back_and_forth() {
    let site = Site::filled().await;
    let before = answers(&mut connect(&site.database).await).await;
    site.roll_back(Goal::Revision("articles_have_a_language".to_owned())).await;
    site.apply(Goal::Head).await;
    let after = answers(&mut connect(&site.database).await).await;
    assert_eq!(before, after);
    assert!(before.iter().all(|lines| !lines.is_empty()), "{before:?}");
}

#[tokio::test]
async fn a_row_of_each_kind_is_read_as_its_model() {
    let site = Site::filled().await;
    let connection = &mut connect(&site.database).await;
    let accounts: Vec<Account> = sqlx::query_as("SELECT * FROM account ORDER BY id")
        .fetch_all(&mut *connection)
        .await
        .expect("accounts are read");
    assert_eq!(accounts[1].email, Email("o'brien@example.org".to_owned()));
    read::<app::accounts::TeamMember>(connection, "SELECT * FROM team_member").await;
    read::<app::commerce::PricePlan>(connection, "SELECT * FROM price_plan").await;
    read::<app::commerce::PurchaseLine>(connection, "SELECT * FROM purchase_line").await;
    read::<app::commerce::Purchase>(connection, "SELECT * FROM purchase").await;
    read::<app::commerce::Subscription>(connection, "SELECT * FROM subscription").await;
    read::<app::publishing::ArticleTopic>(connection, "SELECT * FROM article_topic").await;
    read::<app::publishing::ArticleVersion>(connection, "SELECT * FROM article_version").await;
    read::<app::publishing::Comment>(connection, "SELECT * FROM comment").await;
    read::<app::publishing::FeatureSlot>(connection, "SELECT * FROM feature_slot").await;
}

async fn read<T>(connection: &mut PgConnection, sql: &'static str)
where
    T: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
{
    let rows: sqlx::Result<Vec<T>> = sqlx::query_as(sql).fetch_all(connection).await;
    assert!(!rows.expect("the rows are read").is_empty(), "{sql}");
}

/// What the commands print that only read.
async fn answers(connection: &mut PgConnection) -> Vec<Vec<String>> {
    let lines: [&[&str]; 4] = [
        &["article", "list"],
        &["article", "list", "--status", "archived"],
        &["search", "engine"],
        &["report", "sales"],
    ];
    let mut answers = Vec::new();
    for line in lines {
        answers.push(run(connection, line).await);
    }
    assert_eq!(reports::sales(connection).await.expect("the query runs").len(), answers[3].len());
    answers
}

async fn run(connection: &mut PgConnection, line: &[&str]) -> Vec<String> {
    let command = SiteCommand::augment_subcommands(clap::Command::new("app").no_binary_name(true));
    let matches = command.try_get_matches_from(line).expect("the line is right");
    let command = SiteCommand::from_arg_matches(&matches).expect("the line is right");
    command.run(connection, &SiteConfig::default()).await.expect("the command runs")
}

//! The commands that read and write the tables: arguments in, one query, lines out.

mod article;
mod author;
mod report;

pub use article::ArticleCommand;
pub use author::AuthorCommand;
pub use report::ReportCommand;

use clap::Subcommand;
use sqlx::PgConnection;

use crate::SiteConfig;
use crate::publishing::articles;

/// A command of this application.
#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// Those who write.
    #[command(subcommand)]
    Author(AuthorCommand),
    /// What they write.
    #[command(subcommand)]
    Article(ArticleCommand),
    /// Finds articles by their words.
    Search {
        /// The words; `-word` for one that must not be there.
        words: String,
    },
    /// Figures.
    #[command(subcommand)]
    Report(ReportCommand),
}

impl SiteCommand {
    /// Runs the command; returns the lines to print.
    pub async fn run(
        self,
        connection: &mut PgConnection,
        site: &SiteConfig,
    ) -> anyhow::Result<Vec<String>> {
        match self {
            Self::Author(command) => command.run(connection).await,
            Self::Article(command) => command.run(connection, site).await,
            Self::Search { words } => Ok(articles::search(connection, &words)
                .await?
                .iter()
                .map(ToString::to_string)
                .collect()),
            Self::Report(command) => command.run(connection).await,
        }
    }
}

use anyhow::Context;
use clap::Subcommand;
use sqlx::PgConnection;

use crate::SiteConfig;
use crate::publishing::{ArticleStatus, articles};

/// What can be done with articles.
#[derive(Debug, Subcommand)]
pub enum ArticleCommand {
    /// Begins one.
    Write {
        /// The author's number.
        #[arg(long)]
        author: i64,
        /// The name in addresses.
        slug: String,
        /// The headline.
        title: String,
        /// The text.
        body: String,
    },
    /// Lets everybody read one.
    Publish {
        /// The article's number.
        id: i64,
    },
    /// Lists them, the newest first.
    List {
        /// Only those that are so far.
        #[arg(long)]
        status: Option<ArticleStatus>,
    },
}

impl ArticleCommand {
    pub(super) async fn run(
        self,
        connection: &mut PgConnection,
        site: &SiteConfig,
    ) -> anyhow::Result<Vec<String>> {
        match self {
            Self::Write { author, slug, title, body } => {
                let (slug, title, body) = (slug.as_str(), title.as_str(), body.as_str());
                let article = articles::NewArticle {
                    author_id: author,
                    slug,
                    title,
                    body,
                    language: &site.language,
                };
                let article = articles::write(connection, article).await?;
                Ok(vec![format!("article {}: {title}", article.id)])
            }
            Self::Publish { id } => {
                let article = articles::publish(connection, id).await?;
                let article = article.with_context(|| {
                    format!("article {id} is published already or doesn't exist")
                })?;
                Ok(vec![format!("article {id} is published: {}", article.title)])
            }
            Self::List { status } => {
                let listed = articles::list(connection, status).await?;
                Ok(listed.iter().map(ToString::to_string).collect())
            }
        }
    }
}

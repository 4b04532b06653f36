use clap::Subcommand;
use sqlx::PgConnection;

use crate::accounts::authors;

/// What can be done with authors.
#[derive(Debug, Subcommand)]
pub enum AuthorCommand {
    /// Adds one.
    Add {
        /// The given name.
        given_name: String,
        /// The family name.
        family_name: String,
        /// A few words about them.
        #[arg(long)]
        bio: Option<String>,
    },
}

impl AuthorCommand {
    pub(super) async fn run(self, connection: &mut PgConnection) -> anyhow::Result<Vec<String>> {
        match self {
            Self::Add { given_name, family_name, bio } => {
                let author =
                    authors::add(connection, &given_name, &family_name, bio.as_deref()).await?;
                Ok(vec![format!("author {}: {given_name} {family_name}", author.id)])
            }
        }
    }
}

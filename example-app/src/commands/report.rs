use clap::Subcommand;
use sqlx::PgConnection;

use crate::commerce::reports;

/// The reports.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// What each article brought in.
    Sales,
}

impl ReportCommand {
    pub(super) async fn run(self, connection: &mut PgConnection) -> anyhow::Result<Vec<String>> {
        match self {
            Self::Sales => {
                let sales = reports::sales(connection).await?;
                let line = |one: &reports::Sales| {
                    format!("{:>10}  {:>4}  {}", one.amount, one.quantity, one.title)
                };
                Ok(sales.iter().map(line).collect())
            }
        }
    }
}

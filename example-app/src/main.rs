//! The command line.

use std::path::Path;
use std::process::ExitCode;

use app::commands::SiteCommand;
use app::{SiteConfig, migrations};
use clap::Parser;
use migrate_cli::{Application, Migrate};
use migrate_core::postgres::DevelopmentServer;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

/// A small publishing platform.
#[derive(Parser)]
#[command(version)]
enum Command {
    /// Changes the schema of the database.
    Migrate(Migrate),
    #[command(flatten)]
    Site(SiteCommand),
}

#[tokio::main]
async fn main() -> ExitCode {
    let site = SiteConfig::default();
    match migrate_cli::parse() {
        Command::Migrate(migrate) => {
            Application::new(&migrations::REVISIONS).provide(site).run(migrate).await
        }
        Command::Site(command) => match run(command, &site).await {
            Ok(lines) => {
                for line in lines {
                    println!("{line}");
                }
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

async fn run(command: SiteCommand, site: &SiteConfig) -> anyhow::Result<Vec<String>> {
    let mut connection = options().await?.connect().await?;
    let lines = command.run(&mut connection, site).await?;
    connection.close().await?;
    Ok(lines)
}

/// The database of `DATABASE_URL`; without one, the development database that `migrate` uses.
async fn options() -> anyhow::Result<PgConnectOptions> {
    match std::env::var("DATABASE_URL") {
        Ok(url) => Ok(url.parse()?),
        Err(_) => {
            let project = Path::new(env!("CARGO_MANIFEST_DIR"));
            Ok(DevelopmentServer::find_or_start(project).await?.connect_options())
        }
    }
}

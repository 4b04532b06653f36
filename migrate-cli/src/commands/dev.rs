//! `migrate dev`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use migrate_core::postgres::{Binaries, DevelopmentServer};

use crate::args::DevCommand;
use crate::output::Output;
use crate::{database, exit};

pub(crate) async fn run(
    project: &Path,
    command: DevCommand,
    output: &Output,
) -> anyhow::Result<u8> {
    match command {
        DevCommand::Url => output.data(&database::development(project).await?.url()),
        DevCommand::Psql => psql(&database::development(project).await?)?,
        DevCommand::Stop => {
            let stopped = DevelopmentServer::stop().await?;
            output.say(if stopped.is_empty() { "no development server runs" } else { "stopped" });
        }
        DevCommand::Reset => {
            database::development(project).await?;
            let server = DevelopmentServer::reset(project).await?;
            output.say(&format!("database `{}` is empty", server.database()));
        }
    }
    Ok(exit::FINE)
}

fn psql(server: &DevelopmentServer) -> anyhow::Result<()> {
    let beside = Binaries::find(Some(server.major()))?.folder.join("psql");
    let program = if beside.exists() { beside } else { "psql".into() };
    let status = Command::new(program)
        .arg(server.url())
        .status()
        .context("psql can't be started; install PostgreSQL's client programs")?;
    if !status.success() {
        bail!("psql ended with {status}");
    }
    Ok(())
}

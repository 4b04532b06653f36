//! The program without an application: SQL revisions, and what works on files alone.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use migrate_core::generate::RevisionFolder;
use migrate_core::revision::Chain;

use crate::args::{DevCommand, DiffArgs, ImportArgs, InitArgs, NewArgs, Place, RunCommand};
use crate::config::Layers;
use crate::output::Output;
use crate::sides::Words;
use crate::{Application, Config, server_warnings};

/// Runs SQL revisions, and works on the files of revisions without the application.
#[derive(Debug, Parser)]
#[command(name = "migrate", version)]
pub struct FileCommand {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    config: Config,
    /// The folder with Rust revisions, for `new` and `merge`.
    #[arg(long, global = true, default_value = "src/migrations")]
    folder: PathBuf,
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the folder of revisions and a `migrate.toml` with every key explained.
    Init(InitArgs),
    /// Writes an empty revision to fill by hand.
    New(NewArgs),
    /// Puts one of two heads after the other, and writes `mod.rs` anew.
    Merge,
    /// Prints the SQL that turns one schema into another.
    Diff(Box<DiffArgs>),
    #[command(flatten)]
    Run(Box<RunCommand>),
    /// Takes over the configuration, files and history of another tool.
    Import(ImportArgs),
    /// The development database of the current folder.
    #[command(subcommand)]
    Dev(DevCommand),
}

/// Runs a command; errors are printed.
pub async fn run_file_command(command: FileCommand) -> ExitCode {
    server_warnings::listen();
    let output = Output::of_terminal();
    let outcome = Box::pin(execute(command, &output)).await;
    output.conclude(outcome)
}

async fn execute(command: FileCommand, output: &Output) -> anyhow::Result<u8> {
    let FileCommand { place, config: flags, folder, command } = command;
    let layers = place.layers(&Config::default(), None, &flags)?;
    let mut config = layers.config()?;
    config.revisions.get_or_insert_with(|| layers.folder.join(SQL_FOLDER));
    let rust = RevisionFolder { path: folder };
    match command {
        Command::Init(args) => super::init::run(&rust, &sql_folder(&config), &args, output),
        Command::New(args) if rust.path.join("mod.rs").exists() && !args.sql => {
            super::new::run(&rust, &args, output)
        }
        Command::New(args) => {
            let common = config.common_revisions.as_deref();
            super::new::run_sql(&sql_folder(&config), common, &args, output)
        }
        Command::Merge => super::merge::run(&rust, output),
        Command::Diff(args) => {
            let words = Words { application: None, fallback: config.database_url.clone() };
            super::diff::run(&words, &config, *args, output).await
        }
        Command::Run(command) => run(*command, &layers, &config, output).await,
        Command::Import(args) => {
            super::import::require_sql(&sql_folder(&config))?;
            super::import::run(&args, &flags, output).await
        }
        Command::Dev(command) => super::dev::run(&std::env::current_dir()?, command, output).await,
    }
}

/// Where SQL revisions are, unless the configuration says otherwise.
const SQL_FOLDER: &str = "migrations";

/// The folder of SQL revisions.
fn sql_folder(config: &Config) -> PathBuf {
    config.revisions.clone().unwrap_or_else(|| PathBuf::from(SQL_FOLDER))
}

/// Runs SQL revisions.
async fn run(
    command: RunCommand,
    layers: &Layers,
    config: &Config,
    output: &Output,
) -> anyhow::Result<u8> {
    if let RunCommand::Config(args) = command {
        return super::config::run(layers, &args, output);
    }
    application(config)?.run_command(command, layers, config, output).await
}

/// An application of SQL revisions alone.
pub(super) fn application(config: &Config) -> anyhow::Result<Application> {
    if config.database_url.is_none()
        && config.cluster_urls.is_none()
        && config.cluster_file.is_none()
    {
        bail!("no database is named; set DATABASE_URL or `database-url`, or pass `--database-url`");
    }
    let common = config.common_revisions.as_deref();
    let mut application = Application::new(chain(&sql_folder(config), common, "revisions")?);
    if let Some(folder) = &config.common_revisions {
        let Some(schema) = &config.common_schema else {
            bail!("`common-revisions` is set, and no `common-schema` that they are for; name it");
        };
        application = application.common(schema, chain(folder, None, "common-revisions")?);
    }
    Ok(application)
}

/// The revisions of a folder, without those of another in it.
fn chain(folder: &Path, other: Option<&Path>, key: &str) -> anyhow::Result<&'static Chain> {
    if !folder.is_dir() {
        bail!(
            "the folder of SQL revisions `{}` is not there; make it with `migrate init`, or name another with `{key}`",
            folder.display()
        );
    }
    Chain::read_sql_folder_beside(folder, other)
        .with_context(|| format!("the SQL revisions in `{}` can't be used", folder.display()))
}

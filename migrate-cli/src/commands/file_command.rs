//! The commands that need no models, for the standalone program.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use migrate_core::generate::RevisionFolder;

use crate::args::{DevCommand, DiffArgs, NewArgs, Reading};
use crate::exit;
use crate::output::Output;
use crate::sides::Words;

/// Works on the files of revisions, without the application.
#[derive(Debug, Parser)]
#[command(name = "migrate", version)]
pub struct FileCommand {
    /// The folder with the revision files.
    #[arg(long, global = true, default_value = "src/migrations")]
    folder: PathBuf,
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the folder and its `mod.rs`.
    Init,
    /// Writes an empty revision to fill by hand.
    New(NewArgs),
    /// Puts one of two heads after the other, and writes `mod.rs` anew.
    Merge,
    /// Prints the SQL that turns one schema into another.
    Diff(Box<DiffLine>),
    /// The development database of the current folder.
    #[command(subcommand)]
    Dev(DevCommand),
}

/// `diff`, and where it reads and builds schemas.
#[derive(Debug, Args)]
struct DiffLine {
    #[command(flatten)]
    args: DiffArgs,
    #[command(flatten)]
    reading: Reading,
}

/// Runs a command; errors are printed.
pub async fn run_file_command(command: FileCommand) -> ExitCode {
    let output = Output::of_terminal();
    let folder = RevisionFolder { path: command.folder };
    let outcome = match command.command {
        Command::Init => super::init::run(&folder, &output),
        Command::New(args) => super::new::run(&folder, &args, &output),
        Command::Merge => super::merge::run(&folder, &output),
        Command::Diff(line) => {
            let DiffLine { args, reading } = *line;
            super::diff::run(&Words::default(), &reading, args, &output).await
        }
        Command::Dev(command) => in_current_folder(command, &output).await,
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output.error(&error);
            ExitCode::from(exit::ERROR)
        }
    }
}

async fn in_current_folder(command: DevCommand, output: &Output) -> anyhow::Result<u8> {
    super::dev::run(&std::env::current_dir()?, command, output).await
}

//! The `migrate` command of an application.
//!
//! ```no_run
//! # mod migrations { migrate_core::revisions! {} }
//! #[derive(clap::Parser)]
//! enum Command {
//!     /// Changes the schema of the database.
//!     Migrate(migrate_cli::Migrate),
//! }
//!
//! #[tokio::main]
//! async fn main() -> std::process::ExitCode {
//!     let Command::Migrate(migrate) = migrate_cli::parse();
//!     migrate_cli::Application::new(&migrations::REVISIONS).run(migrate).await
//! }
//! ```

mod answers;
mod application;
mod args;
mod clock;
mod commands;
mod config;
mod conninfo;
mod database;
pub mod exit;
mod fleet;
mod fleet_output;
mod import;
mod output;
mod parse;
mod questions;
mod scratch;
mod server_warnings;
mod service;
mod settings;
mod sides;

pub use application::{Application, ListTenants};
pub use args::{Migrate, MigrateCommand, RunCommand};
pub use commands::{FileCommand, run_file_command};
pub use config::{Config, Names, Time};
pub use parse::parse;

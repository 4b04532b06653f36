//! The standalone program, for what needs no models.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    migrate_cli::run_file_command(migrate_cli::parse()).await
}

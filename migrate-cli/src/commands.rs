//! One short file for each command: arguments in, one core call, report out.

pub(crate) mod apply;
pub(crate) mod baseline;
pub(crate) mod bootstrap;
pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod config;
pub(crate) mod decommission;
pub(crate) mod dev;
pub(crate) mod dev_switch;
pub(crate) mod dev_sync;
pub(crate) mod diff;
mod file_command;
pub(crate) mod generate;
mod import;
mod init;
pub(crate) mod merge;
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod resolve;
pub(crate) mod rollback;
pub(crate) mod status;

pub use file_command::{FileCommand, run_file_command};

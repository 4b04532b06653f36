//! PostgreSQL servers that start by themselves, and the scratch databases on them.
//!
//! A plan is proved on a database that nobody misses, and a developer without a server still gets
//! one; both need nothing but the server programs on this machine.

mod binaries;
mod cluster;
mod database_url;
mod development;
mod development_home;
mod folders;
mod host;
mod install;
mod launch_error;
mod postmaster;
mod process;
mod said;
mod scratch;
mod scratch_database;
mod scratch_error;
mod server_user;
mod short_hash;
mod template;
mod throwaway;
mod throwaway_folder;

pub use binaries::Binaries;
pub use database_url::database_url;
pub use development::DevelopmentServer;
pub use development_home::{DevelopmentCluster, DevelopmentHome};
pub use launch_error::LaunchError;
pub(crate) use said::answer;
pub use said::said;
pub use scratch::ScratchServer;
pub use scratch_database::ScratchDatabase;
pub use scratch_error::ScratchError;
pub use throwaway::ThrowawayServer;

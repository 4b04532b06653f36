//! Where a schema comes from.

use sqlx::postgres::PgConnectOptions;

use crate::model::Registry;
use crate::revision::{Chain, Dependencies};

use super::SqlFiles;

/// Where a schema comes from.
pub enum Source<'a> {
    /// A database, which is only read.
    Database(Box<PgConnectOptions>),
    /// SQL files, which are run on a scratch database.
    Files(SqlFiles),
    /// Models, which are made on a scratch database.
    Models(&'a Registry),
    /// Revisions, which are replayed on a scratch database.
    Revisions(&'a Chain, &'a Dependencies),
}

impl Source<'_> {
    /// The database, where it is one.
    pub fn database(&self) -> Option<&PgConnectOptions> {
        match self {
            Self::Database(options) => Some(options),
            Self::Files(_) | Self::Models(_) | Self::Revisions(..) => None,
        }
    }
}

//! What other tools left behind, as ours: configuration, files and histories.

mod cluster;
mod migreat;
mod pgmigrate;
mod yaml;

use std::path::PathBuf;

use migrate_core::history::TakenOver;
use migrate_core::revision::Chain;
use migrate_core::target::Target;
use sqlx::PgConnection;

use crate::Config;

pub(crate) use migreat::migreat;
pub(crate) use pgmigrate::pgmigrate;

/// What was read of another tool's folder.
pub(crate) struct Import {
    /// The configuration.
    pub(crate) config: Config,
    /// New files, and their texts.
    pub(crate) files: Vec<(PathBuf, String)>,
    /// What could not be taken over, or has to be looked at.
    pub(crate) notes: Vec<String>,
    /// What is otherwise here, whatever the folder holds.
    pub(crate) differences: &'static [&'static str],
    /// Where the other tool keeps its history.
    pub(crate) history: ForeignHistory,
}

/// Where another tool keeps its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ForeignHistory {
    /// `schema_version`, in a schema, or in that of each target.
    Pgmigrate { schema: Option<String> },
    /// A table with one row, which has the last number.
    Migreat { table: String },
}

impl ForeignHistory {
    /// What the other tool applied to a target, of the files that there are. Nothing where it
    /// never ran.
    pub(crate) async fn read(
        &self,
        connection: &mut PgConnection,
        target: &Target,
        chain: &Chain,
    ) -> anyhow::Result<Vec<TakenOver>> {
        match self {
            Self::Pgmigrate { schema } => {
                let schema = schema.as_deref().unwrap_or(target.schema.as_str());
                pgmigrate::applied(connection, schema, chain).await
            }
            Self::Migreat { table } => migreat::applied(connection, target, table, chain).await,
        }
    }
}

/// What is other than in the tools whose folders are taken over.
const TIME_ZONE: &str = "revisions run in the time zone UTC; where they read times in that of the database, add `SET timezone = '…'` to `session`";

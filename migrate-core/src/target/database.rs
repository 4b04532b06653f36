//! Many targets: databases, each with what its tenants share and a schema for each of them.

use sqlx::postgres::PgConnectOptions;

use super::Target;

/// Everything that one run serves.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    /// The databases.
    pub databases: Vec<Database>,
}

/// One database of a fleet.
#[derive(Debug, Clone)]
pub struct Database {
    /// What people call it.
    pub name: String,
    /// How to reach it.
    pub options: PgConnectOptions,
    /// The schema of what tenants share, which comes first.
    pub common: Option<Target>,
    /// A schema for each tenant.
    pub tenants: Vec<Target>,
}

impl Database {
    /// Every schema: what tenants share, then the tenants.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.common.iter().chain(&self.tenants)
    }
}

impl Fleet {
    /// Whether it is one schema in one database.
    pub fn single(&self) -> Option<&Target> {
        match self.databases.as_slice() {
            [Database { common: None, tenants, .. }] if tenants.len() == 1 => tenants.first(),
            _ => None,
        }
    }
}

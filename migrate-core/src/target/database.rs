//! Many targets: databases, each with what its tenants share and a schema for each of them.

use sqlx::postgres::PgConnectOptions;

use super::{Target, place};

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

impl Fleet {
    /// One schema in one database.
    pub fn of_target(target: Target) -> Self {
        let name = place(&target.options);
        let options = target.options.clone();
        Self { databases: vec![Database { name, options, common: None, tenants: vec![target] }] }
    }

    /// Whether it is one schema in one database.
    pub fn single(&self) -> Option<&Target> {
        match self.databases.as_slice() {
            [Database { common: None, tenants, .. }] if tenants.len() == 1 => tenants.first(),
            _ => None,
        }
    }
}

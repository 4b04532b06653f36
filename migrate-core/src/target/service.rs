//! One of several services that share a database: its role and its schema.

use std::collections::BTreeMap;

use crate::catalog::Ident;

use super::password::Password;
use super::setting;

/// In which schema the sessions of a service's role begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// The service's own.
    Own,
    /// Another one of its schemas.
    Schema(Ident),
    /// None: each session has to say which of its schemas it means, or it would work in that of one
    /// tenant by mistake.
    Nowhere,
}

/// A service with a role and a schema of its own in a database that others use too.
#[derive(Debug, Clone)]
pub struct Service {
    /// The role that it logs in as, which owns the schema.
    pub role: Ident,
    /// The password that the role gets when it is made; without one it can log in only by other
    /// means.
    pub password: Option<Password>,
    /// The schema.
    pub schema: Ident,
    /// Its other schemas in the database, which are inside too.
    pub beside: Vec<Ident>,
    /// Where the role's sessions begin.
    pub home: Home,
    /// A role without login whose members read all tables of the schema, also later ones.
    pub readers: Option<Ident>,
    /// Settings that the role's sessions in this database begin with, as `lock_timeout`. Those that
    /// are lists have commas between their elements.
    pub settings: BTreeMap<String, String>,
    /// Whether nobody may create objects in the schema `public` any more.
    pub close_public: bool,
    /// Whether only roles with a grant of their own may connect to the database.
    pub close_database: bool,
}

impl Service {
    /// A role without a password, its schema, and nothing that concerns others.
    pub fn new(role: impl Into<Ident>, schema: impl Into<Ident>) -> Self {
        Self {
            role: role.into(),
            password: None,
            schema: schema.into(),
            beside: Vec::new(),
            home: Home::Own,
            readers: None,
            settings: BTreeMap::new(),
            close_public: false,
            close_database: false,
        }
    }

    /// All its schemas.
    pub(super) fn schemas(&self) -> Vec<String> {
        let schemas = std::iter::once(&self.schema).chain(&self.beside);
        schemas.map(|schema| schema.as_str().to_owned()).collect()
    }

    /// The `search_path` of the role's sessions: one schema alone, unless the settings name another.
    pub(super) fn search_path(&self) -> Vec<String> {
        let declared = self.settings.iter().find(|(name, _)| setting::is_search_path(name));
        match declared {
            Some((_, value)) => setting::elements(value),
            None => vec![match &self.home {
                Home::Own => self.schema.as_str().to_owned(),
                Home::Schema(schema) => schema.as_str().to_owned(),
                Home::Nowhere => String::new(),
            }],
        }
    }
}

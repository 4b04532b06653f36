//! Domains as revisions write them.

use crate::catalog::{self, QualifiedName};

/// A domain over a type; checks are added by a verb of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain(catalog::Domain);

impl Domain {
    /// A nullable domain.
    pub fn new(base: &str) -> Self {
        let base = base.to_owned();
        Self(catalog::Domain { base, collation: None, not_null: false, default: None })
    }

    /// `NOT NULL`.
    #[must_use]
    pub fn not_null(mut self) -> Self {
        self.0.not_null = true;
        self
    }

    /// `DEFAULT`, as SQL.
    #[must_use]
    pub fn default(mut self, sql: &str) -> Self {
        self.0.default = Some(sql.into());
        self
    }

    /// `COLLATE`.
    #[must_use]
    pub fn collation(mut self, collation: impl Into<QualifiedName>) -> Self {
        self.0.collation = Some(collation.into());
        self
    }

    pub(super) fn into_definition(self) -> catalog::Domain {
        self.0
    }
}

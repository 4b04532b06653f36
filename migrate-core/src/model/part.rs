//! Which of a program's models are meant, where tenants share some of what they are built on.

use crate::catalog::{Ident, ObjectKey};

/// A part of the models.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    #[default]
    Whole,
    /// What each tenant has; what is in this schema is shared.
    Tenants {
        /// The common schema.
        common: Ident,
    },
    /// What tenants share: what is in the target schema by name. Extensions belong to it.
    Common,
}

/// Stands for the schema of each tenant where only the common one is looked at; no schema has the
/// name.
const TENANT: &str = "schema of a tenant";

impl Part {
    /// The schema of a name that has none, where it isn't the target.
    pub(super) fn schema_of_local_names(&self) -> Option<Ident> {
        (*self == Self::Common).then(|| Ident::new(TENANT))
    }

    /// Whether an object belongs to it.
    pub(super) fn has(&self, key: &ObjectKey) -> bool {
        let own_key = match key {
            ObjectKey::Comment { on } => on,
            key => key,
        };
        match (self, own_key) {
            (Self::Whole, _) => true,
            (Self::Tenants { .. }, ObjectKey::Extension { .. }) => false,
            (Self::Tenants { common }, ObjectKey::Schema { name }) => name != common,
            (Self::Tenants { common }, key) => key.schema() != Some(common),
            (Self::Common, ObjectKey::Schema { .. }) => false,
            (Self::Common, key) => key.schema().is_none(),
        }
    }

    /// Whether a key names something of a tenant, seen from what is shared.
    pub(super) fn is_of_tenant(key: &ObjectKey) -> bool {
        key.schema().is_some_and(|schema| schema.as_str() == TENANT)
    }
}

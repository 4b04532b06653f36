//! What a comment is on.

use crate::catalog::{FunctionSignature, ObjectKey, QualifiedName};

/// An object that takes a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct On(pub(super) ObjectKey);

impl On {
    /// A schema.
    pub fn schema(name: &str) -> Self {
        Self(ObjectKey::Schema { name: name.into() })
    }

    /// An extension.
    pub fn extension(name: &str) -> Self {
        Self(ObjectKey::Extension { name: name.into() })
    }

    /// An enum.
    pub fn enum_type(name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::Enum { name: name.into() })
    }

    /// A composite type.
    pub fn composite(name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::Composite { name: name.into() })
    }

    /// A domain.
    pub fn domain(name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::Domain { name: name.into() })
    }

    /// A constraint of a domain.
    pub fn domain_constraint(domain: impl Into<QualifiedName>, name: &str) -> Self {
        Self(ObjectKey::DomainConstraint { domain: domain.into(), name: name.into() })
    }

    /// A sequence.
    pub fn sequence(name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::Sequence { name: name.into() })
    }

    /// A table.
    pub fn table(name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::Table { name: name.into() })
    }

    /// A column.
    pub fn column(table: impl Into<QualifiedName>, name: &str) -> Self {
        Self(ObjectKey::Column { table: table.into(), name: name.into() })
    }

    /// A constraint of a table.
    pub fn constraint(table: impl Into<QualifiedName>, name: &str) -> Self {
        Self(ObjectKey::Constraint { table: table.into(), name: name.into() })
    }

    /// An index.
    pub fn index(name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::Index { name: name.into() })
    }

    /// A function, procedure or aggregate, by the types of its input arguments.
    pub fn function(name: impl Into<QualifiedName>, arguments: &str) -> Self {
        let signature = FunctionSignature { name: name.into(), arguments: arguments.to_owned() };
        Self(ObjectKey::Function { signature: Box::new(signature) })
    }

    /// A view.
    pub fn view(name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::View { name: name.into() })
    }

    /// A materialized view.
    pub fn materialized_view(name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::MaterializedView { name: name.into() })
    }

    /// Extended statistics of a table.
    pub fn statistics(table: impl Into<QualifiedName>, name: impl Into<QualifiedName>) -> Self {
        Self(ObjectKey::Statistics { table: table.into(), name: name.into() })
    }

    /// A rule of a table or view.
    pub fn rule(table: impl Into<QualifiedName>, name: &str) -> Self {
        Self(ObjectKey::Rule { table: table.into(), name: name.into() })
    }

    /// A trigger.
    pub fn trigger(table: impl Into<QualifiedName>, name: &str) -> Self {
        Self(ObjectKey::Trigger { table: table.into(), name: name.into() })
    }

    /// A row security policy.
    pub fn policy(table: impl Into<QualifiedName>, name: &str) -> Self {
        Self(ObjectKey::Policy { table: table.into(), name: name.into() })
    }
}

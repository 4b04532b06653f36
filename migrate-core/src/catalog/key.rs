//! The ordered key of every object.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Ident, QualifiedName};

/// A function's name and the types of its input arguments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FunctionSignature {
    /// The function.
    pub name: QualifiedName,
    /// `pg_get_function_identity_arguments`.
    pub arguments: String,
}

/// What identifies an object. The order of the variants is the order in which kinds are made
/// where nothing else decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ObjectKey {
    /// A schema.
    Schema { name: Ident },
    /// An extension.
    Extension { name: Ident },
    /// An enum.
    Enum { name: QualifiedName },
    /// A composite type.
    Composite { name: QualifiedName },
    /// A domain.
    Domain { name: QualifiedName },
    /// A check of a domain.
    DomainConstraint { domain: QualifiedName, name: Ident },
    /// A sequence that is no identity column's.
    Sequence { name: QualifiedName },
    /// A table.
    Table { name: QualifiedName },
    /// A column of a table.
    Column { table: QualifiedName, name: Ident },
    /// A column's default.
    Default { table: QualifiedName, column: Ident },
    /// A constraint of a table.
    Constraint { table: QualifiedName, name: Ident },
    /// An index that no constraint owns.
    Index { name: QualifiedName },
    /// A function, procedure or aggregate.
    Function { signature: Box<FunctionSignature> },
    /// A view.
    View { name: QualifiedName },
    /// A materialized view.
    MaterializedView { name: QualifiedName },
    /// Extended statistics of a table or materialized view.
    Statistics { table: QualifiedName, name: QualifiedName },
    /// A rule of a table or view.
    Rule { table: QualifiedName, name: Ident },
    /// A trigger.
    Trigger { table: QualifiedName, name: Ident },
    /// A row security policy.
    Policy { table: QualifiedName, name: Ident },
    /// Whether the policies of a table are in force, where it isn't as for a new table.
    RowSecurity { table: QualifiedName },
    /// What is granted on a column or type.
    Privileges { on: Box<ObjectKey> },
    /// A comment on another object.
    Comment { on: Box<ObjectKey> },
}

impl ObjectKey {
    /// What holds the object and takes it along when it is dropped.
    pub fn owner(&self) -> Option<Self> {
        match self {
            Self::DomainConstraint { domain, .. } => Some(Self::Domain { name: domain.clone() }),
            Self::Default { table, column } => {
                Some(Self::Column { table: table.clone(), name: column.clone() })
            }
            Self::Column { table, .. }
            | Self::Constraint { table, .. }
            | Self::Statistics { table, .. }
            | Self::Rule { table, .. }
            | Self::Trigger { table, .. }
            | Self::Policy { table, .. }
            | Self::RowSecurity { table } => Some(Self::Table { name: table.clone() }),
            Self::Privileges { on } | Self::Comment { on } => Some(on.as_ref().clone()),
            Self::Schema { .. }
            | Self::Extension { .. }
            | Self::Enum { .. }
            | Self::Composite { .. }
            | Self::Domain { .. }
            | Self::Sequence { .. }
            | Self::Table { .. }
            | Self::Index { .. }
            | Self::Function { .. }
            | Self::View { .. }
            | Self::MaterializedView { .. } => None,
        }
    }

    /// The schema that the object is in, where it is in one by name.
    pub fn schema(&self) -> Option<&Ident> {
        match self {
            Self::Schema { .. } | Self::Extension { .. } => None,
            Self::Enum { name }
            | Self::Composite { name }
            | Self::Domain { name }
            | Self::Sequence { name }
            | Self::Table { name }
            | Self::Index { name }
            | Self::View { name }
            | Self::MaterializedView { name }
            | Self::Statistics { name, .. } => name.schema.as_ref(),
            Self::DomainConstraint { domain: table, .. }
            | Self::Column { table, .. }
            | Self::Default { table, .. }
            | Self::Constraint { table, .. }
            | Self::Rule { table, .. }
            | Self::Trigger { table, .. }
            | Self::Policy { table, .. }
            | Self::RowSecurity { table } => table.schema.as_ref(),
            Self::Function { signature } => signature.name.schema.as_ref(),
            Self::Privileges { on } | Self::Comment { on } => on.schema(),
        }
    }

    /// The table that the object is or belongs to.
    pub fn table(&self) -> Option<&QualifiedName> {
        match self {
            Self::Table { name } => Some(name),
            Self::Column { table, .. }
            | Self::Default { table, .. }
            | Self::Constraint { table, .. }
            | Self::Statistics { table, .. }
            | Self::Rule { table, .. }
            | Self::Trigger { table, .. }
            | Self::Policy { table, .. }
            | Self::RowSecurity { table } => Some(table),
            Self::Privileges { on } | Self::Comment { on } => on.table(),
            _ => None,
        }
    }
}

/// The kind and the plain name, as messages have it.
impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema { name } => write!(f, "schema `{}`", name.as_str()),
            Self::Extension { name } => write!(f, "extension `{}`", name.as_str()),
            Self::Enum { name } => write!(f, "enum `{}`", name.plain()),
            Self::Composite { name } => write!(f, "composite type `{}`", name.plain()),
            Self::Domain { name } => write!(f, "domain `{}`", name.plain()),
            Self::DomainConstraint { domain, name } => {
                write!(f, "constraint `{}` of domain `{}`", name.as_str(), domain.plain())
            }
            Self::Sequence { name } => write!(f, "sequence `{}`", name.plain()),
            Self::Table { name } => write!(f, "table `{}`", name.plain()),
            Self::Column { table, name } => {
                write!(f, "column `{}.{}`", table.plain(), name.as_str())
            }
            Self::Default { table, column } => {
                write!(f, "default of `{}.{}`", table.plain(), column.as_str())
            }
            Self::Constraint { table, name } => {
                write!(f, "constraint `{}` of `{}`", name.as_str(), table.plain())
            }
            Self::Index { name } => write!(f, "index `{}`", name.plain()),
            Self::Function { signature } => {
                write!(f, "function `{}({})`", signature.name.plain(), signature.arguments)
            }
            Self::View { name } => write!(f, "view `{}`", name.plain()),
            Self::MaterializedView { name } => write!(f, "materialized view `{}`", name.plain()),
            Self::Statistics { name, .. } => write!(f, "statistics `{}`", name.plain()),
            Self::Rule { table, name } => {
                write!(f, "rule `{}` of `{}`", name.as_str(), table.plain())
            }
            Self::Trigger { table, name } => {
                write!(f, "trigger `{}` of `{}`", name.as_str(), table.plain())
            }
            Self::Policy { table, name } => {
                write!(f, "policy `{}` of `{}`", name.as_str(), table.plain())
            }
            Self::RowSecurity { table } => write!(f, "row security of `{}`", table.plain()),
            Self::Privileges { on } => write!(f, "privileges on {on}"),
            Self::Comment { on } => write!(f, "comment on {on}"),
        }
    }
}

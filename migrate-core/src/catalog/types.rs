//! Extensions and types that a database defines.

use serde::{Deserialize, Serialize};

use super::expression::optional_written_as;
use super::{Expression, Ident, QualifiedName};

/// An extension. Its version is left to whoever updates it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The schema that holds its objects, where it isn't the target.
    pub schema: Option<Ident>,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// The labels in order.
    pub labels: Vec<String>,
}

/// A composite type. The order of attributes matters: values are written and read by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composite {
    /// Attributes with their types, in order.
    pub attributes: Vec<(Ident, String)>,
}

/// A domain; its checks are objects of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// The type below, as `format_type` prints it.
    pub base: String,
    /// A collation other than the base type's own.
    pub collation: Option<QualifiedName>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// The default.
    pub default: Option<Expression>,
}

/// A check of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainConstraint {
    /// The expression over `VALUE`.
    pub expression: Expression,
    /// Whether values that exist have been checked.
    pub validated: bool,
}

impl Domain {
    /// The same domain with the author's text of its default.
    pub(super) fn written_as(mut self, author: &Self) -> Self {
        self.default = optional_written_as(self.default, author.default.as_ref());
        self
    }
}

impl DomainConstraint {
    /// The same check with the author's text.
    pub(super) fn written_as(mut self, author: &Self) -> Self {
        self.expression = self.expression.written_as(&author.expression);
        self
    }
}

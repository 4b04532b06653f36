//! One object of any kind.

use serde::{Deserialize, Serialize};

use super::{
    Column, Composite, Constraint, Dependent, Domain, DomainConstraint, EnumType, Expression,
    Extension, Index, Sequence, Table,
};

/// An object's properties; its name is in its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Object {
    /// A schema has nothing but its name.
    Schema,
    /// An extension.
    Extension(Extension),
    /// An enum.
    Enum(EnumType),
    /// A composite type.
    Composite(Composite),
    /// A domain.
    Domain(Domain),
    /// A check of a domain.
    DomainConstraint(DomainConstraint),
    /// A sequence.
    Sequence(Sequence),
    /// A table.
    Table(Table),
    /// A column.
    Column(Column),
    /// A column's default.
    Default(Expression),
    /// A constraint.
    Constraint(Constraint),
    /// An index.
    Index(Index),
    /// A comment's text.
    Comment(String),
    /// A view, function, trigger, policy or rule, known only by its definition.
    Dependent(Dependent),
}

impl Object {
    /// The same object with the author's texts of its expressions.
    #[must_use]
    pub fn written_as(self, author: &Self) -> Self {
        match (self, author) {
            (Self::Default(expression), Self::Default(author)) => {
                Self::Default(expression.written_as(author))
            }
            (Self::Column(column), Self::Column(author)) => Self::Column(column.written_as(author)),
            (Self::Domain(domain), Self::Domain(author)) => Self::Domain(domain.written_as(author)),
            (Self::DomainConstraint(constraint), Self::DomainConstraint(author)) => {
                Self::DomainConstraint(constraint.written_as(author))
            }
            (Self::Constraint(constraint), Self::Constraint(author)) => {
                Self::Constraint(constraint.written_as(author))
            }
            (Self::Index(index), Self::Index(author)) => Self::Index(index.written_as(author)),
            (object, _) => object,
        }
    }

    /// The same object with PostgreSQL's texts of its expressions.
    #[must_use]
    pub fn printed(self) -> Self {
        match self {
            Self::Default(expression) => Self::Default(expression.printed()),
            Self::Column(column) => Self::Column(column.printed()),
            Self::DomainConstraint(constraint) => Self::DomainConstraint(constraint.printed()),
            Self::Constraint(constraint) => Self::Constraint(constraint.printed()),
            Self::Index(index) => Self::Index(index.printed()),
            object => object,
        }
    }
}

/// Maps as a list of pairs, since JSON has only texts for keys.
pub(super) mod entries {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::catalog) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(in crate::catalog) fn deserialize<'de, K, V, D>(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

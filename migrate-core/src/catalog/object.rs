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
    Index(Box<Index>),
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
            (Self::Index(index), Self::Index(author)) => {
                Self::Index(Box::new(index.written_as(author)))
            }
            (object, _) => object,
        }
    }

    /// The same object with PostgreSQL's texts of its expressions.
    #[must_use]
    pub fn printed(mut self) -> Self {
        for expression in self.expressions_mut() {
            expression.written = None;
        }
        self
    }

    /// Whether another object is the same but for the texts of expressions.
    #[cfg(feature = "generate")]
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let [one, other] = [self, other].map(|object| {
            let mut object = object.clone();
            object.expressions_mut().into_iter().for_each(|expression| expression.deparsed.clear());
            object
        });
        one == other
    }

    fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            Self::Default(expression) => vec![expression],
            Self::Domain(domain) => domain.default.iter_mut().collect(),
            Self::DomainConstraint(constraint) => vec![&mut constraint.expression],
            Self::Column(column) => column.expressions_mut().collect(),
            Self::Constraint(constraint) => constraint.expressions_mut(),
            Self::Index(index) => index.expressions_mut().collect(),
            Self::Schema
            | Self::Extension(_)
            | Self::Enum(_)
            | Self::Composite(_)
            | Self::Sequence(_)
            | Self::Table(_)
            | Self::Comment(_)
            | Self::Dependent(_) => Vec::new(),
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

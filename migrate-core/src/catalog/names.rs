//! Which names an object takes up, so that what blocks a name goes before what wants it.

use super::{Dependent, Ident, MAX_IDENT_BYTES, Object, ObjectKey, QualifiedName};

/// A space of names in which no two objects can be alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Tables, views, sequences and indexes of a schema.
    Relation,
    /// Types of a schema, row types of tables among them.
    Type,
    /// Constraints of a table or domain.
    Constraint,
    /// Columns of a table.
    Column,
}

/// A name that is taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OccupiedName {
    /// The space.
    pub namespace: Namespace,
    /// The schema, or the table for constraints and columns.
    pub within: Option<QualifiedName>,
    /// The name.
    pub name: Ident,
}

impl Object {
    /// The name that this object has among the relations of a schema, where it is or brings one.
    fn relation_name(&self, key: &ObjectKey) -> Option<QualifiedName> {
        self.given_relation_name(key).or_else(|| match (key, self) {
            (ObjectKey::Column { table, name }, Self::Column(column)) => {
                column.identity.is_some().then(|| identity_sequence(table, name))
            }
            _ => None,
        })
    }

    /// The same, but for the names that PostgreSQL gives to the sequences of identity columns.
    pub(crate) fn given_relation_name(&self, key: &ObjectKey) -> Option<QualifiedName> {
        match (key, self) {
            (
                ObjectKey::Table { name }
                | ObjectKey::View { name }
                | ObjectKey::MaterializedView { name }
                | ObjectKey::Sequence { name }
                | ObjectKey::Index { name }
                | ObjectKey::Composite { name },
                _,
            ) => Some(name.clone()),
            (ObjectKey::Constraint { table, name }, Self::Constraint(constraint)) => {
                constraint.has_index().then(|| table.sibling(name.clone()))
            }
            (ObjectKey::Column { .. }, Self::Column(column)) => {
                column.identity.as_ref()?.sequence.clone()
            }
            _ => None,
        }
    }

    /// The names that this object takes up under its key.
    pub fn occupied_names(&self, key: &ObjectKey) -> impl Iterator<Item = OccupiedName> {
        let own = match key {
            ObjectKey::Table { name }
            | ObjectKey::View { name }
            | ObjectKey::MaterializedView { name }
            | ObjectKey::Composite { name }
            | ObjectKey::Enum { name }
            | ObjectKey::Domain { name } => Some(in_schema(Namespace::Type, name)),
            ObjectKey::Constraint { table: owner, name }
            | ObjectKey::DomainConstraint { domain: owner, name } => {
                Some(within(Namespace::Constraint, owner, name))
            }
            ObjectKey::Column { table, name } => Some(within(Namespace::Column, table, name)),
            _ => None,
        };
        let relation = self.relation_name(key);
        let relations = relation.into_iter().chain(self.indexes_of_view(key));
        own.into_iter().chain(relations.map(|name| in_schema(Namespace::Relation, &name)))
    }

    /// The names of the indexes that a materialized view brings.
    fn indexes_of_view(&self, key: &ObjectKey) -> impl Iterator<Item = QualifiedName> {
        let view = match (self, key) {
            (Self::Dependent(view), ObjectKey::MaterializedView { name }) => Some((view, name)),
            _ => None,
        };
        view.into_iter().flat_map(|(Dependent { indexes, .. }, name)| {
            indexes.iter().map(|index| name.sibling(index.clone()))
        })
    }
}

/// The name that PostgreSQL gives to the sequence of an identity column.
pub(crate) fn identity_sequence(table: &QualifiedName, column: &Ident) -> QualifiedName {
    table.sibling(object_name(&table.name, column, "seq"))
}

/// The name that PostgreSQL gives to what belongs to a column: `table_column_label`. Where it is too
/// long, the longer of the two names in it is cut until it fits (`makeObjectName`).
pub(crate) fn object_name(table: &Ident, column: &Ident, label: &str) -> String {
    let (table, column) = (table.as_str(), column.as_str());
    let (mut first, mut second) = (table.len(), column.len());
    while first + second + label.len() + "__".len() > MAX_IDENT_BYTES {
        let longer = if first > second { &mut first } else { &mut second };
        *longer -= 1;
    }
    let cut = |name: &str, end| name[..name.floor_char_boundary(end)].to_owned();
    format!("{}_{}_{label}", cut(table, first), cut(column, second))
}

/// The same of what belongs to a domain: `domain_label`.
pub(crate) fn domain_object_name(domain: &Ident, label: &str) -> String {
    let room = MAX_IDENT_BYTES - label.len() - "_".len();
    let domain = domain.as_str();
    format!("{}_{label}", &domain[..domain.floor_char_boundary(room)])
}

fn in_schema(namespace: Namespace, name: &QualifiedName) -> OccupiedName {
    let within = name.schema.clone().map(|schema| QualifiedName { schema: None, name: schema });
    OccupiedName { namespace, within, name: name.name.clone() }
}

fn within(namespace: Namespace, table: &QualifiedName, name: &Ident) -> OccupiedName {
    OccupiedName { namespace, within: Some(table.clone()), name: name.clone() }
}

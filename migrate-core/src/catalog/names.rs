//! Which names an object takes up, so that what blocks a name goes before what wants it.

use super::{ConstraintKind, Ident, Object, ObjectKey, QualifiedName};

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

impl OccupiedName {
    /// The name of a table, view, sequence or index.
    pub fn relation(name: &QualifiedName) -> Self {
        in_schema(Namespace::Relation, name)
    }
}

impl Object {
    /// Whether the name of a relation is among the names that this object takes up.
    pub(crate) fn names_relation(&self, key: &ObjectKey) -> bool {
        match (key, self) {
            (
                ObjectKey::Table { .. }
                | ObjectKey::View { .. }
                | ObjectKey::MaterializedView { .. }
                | ObjectKey::Sequence { .. }
                | ObjectKey::Index { .. }
                | ObjectKey::Composite { .. },
                _,
            ) => true,
            (ObjectKey::Constraint { .. }, Self::Constraint(constraint)) => constraint.has_index(),
            (ObjectKey::Column { .. }, Self::Column(column)) => column.identity.is_some(),
            _ => false,
        }
    }

    /// The names that this object takes up under its key.
    pub fn occupied_names(&self, key: &ObjectKey) -> Vec<OccupiedName> {
        match key {
            ObjectKey::Table { name }
            | ObjectKey::View { name }
            | ObjectKey::MaterializedView { name } => {
                vec![OccupiedName::relation(name), in_schema(Namespace::Type, name)]
            }
            ObjectKey::Sequence { name } | ObjectKey::Index { name } => {
                vec![OccupiedName::relation(name)]
            }
            ObjectKey::Composite { name } => {
                vec![OccupiedName::relation(name), in_schema(Namespace::Type, name)]
            }
            ObjectKey::Enum { name } | ObjectKey::Domain { name } => {
                vec![in_schema(Namespace::Type, name)]
            }
            ObjectKey::Constraint { table, name } => self.constraint_names(table, name),
            ObjectKey::DomainConstraint { domain, name } => {
                vec![within(Namespace::Constraint, domain, name)]
            }
            ObjectKey::Column { table, name } => self.column_names(table, name),
            _ => Vec::new(),
        }
    }

    fn column_names(&self, table: &QualifiedName, name: &Ident) -> Vec<OccupiedName> {
        let mut names = vec![within(Namespace::Column, table, name)];
        if let Self::Column(column) = self
            && let Some(identity) = &column.identity
        {
            let default = || identity_sequence(table, name);
            names.push(OccupiedName::relation(&identity.sequence.clone().unwrap_or_else(default)));
        }
        names
    }

    fn constraint_names(&self, table: &QualifiedName, name: &Ident) -> Vec<OccupiedName> {
        let mut names = vec![within(Namespace::Constraint, table, name)];
        if let Self::Constraint(constraint) = self
            && !matches!(
                constraint.kind,
                ConstraintKind::Check { .. } | ConstraintKind::ForeignKey { .. }
            )
        {
            names.push(OccupiedName::relation(&table.sibling(name.clone())));
        }
        names
    }
}

/// The name that PostgreSQL gives to the sequence of an identity column.
pub(crate) fn identity_sequence(table: &QualifiedName, column: &Ident) -> QualifiedName {
    table.sibling(format!("{}_{}_seq", table.name.as_str(), column.as_str()))
}

fn in_schema(namespace: Namespace, name: &QualifiedName) -> OccupiedName {
    let within = name.schema.clone().map(|schema| QualifiedName { schema: None, name: schema });
    OccupiedName { namespace, within, name: name.name.clone() }
}

fn within(namespace: Namespace, table: &QualifiedName, name: &Ident) -> OccupiedName {
    OccupiedName { namespace, within: Some(table.clone()), name: name.clone() }
}

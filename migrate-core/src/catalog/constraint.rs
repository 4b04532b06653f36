//! Constraints of tables.

use serde::{Deserialize, Serialize};

use super::expression::optional_written_as;
use super::index::elements_written_as;
use super::{Expression, Ident, IndexElement, Options, QualifiedName};

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deferrable {
    /// At the end of each statement, always.
    #[default]
    No,
    /// At the end of each statement, until a transaction defers it.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}

/// What happens to referencing rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ForeignKeyAction {
    /// `NO ACTION`.
    #[default]
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`, of all columns where none are named.
    SetNull(Vec<Ident>),
    /// `SET DEFAULT`, of all columns where none are named.
    SetDefault(Vec<Ident>),
}

/// How the index behind a constraint is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexStorage {
    /// Storage parameters.
    pub options: Options,
    /// The tablespace, where it isn't the database's.
    pub tablespace: Option<Ident>,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// What it demands.
    pub kind: ConstraintKind,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Whether rows that exist have been checked.
    pub validated: bool,
}

/// What a constraint demands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey { columns: Vec<Ident>, include: Vec<Ident>, storage: IndexStorage },
    /// `UNIQUE`.
    Unique {
        columns: Vec<Ident>,
        include: Vec<Ident>,
        nulls_not_distinct: bool,
        storage: IndexStorage,
    },
    /// `FOREIGN KEY`.
    ForeignKey {
        columns: Vec<Ident>,
        table: QualifiedName,
        target: Vec<Ident>,
        on_delete: ForeignKeyAction,
        on_update: ForeignKeyAction,
        match_full: bool,
    },
    /// `CHECK`.
    Check { expression: Expression, no_inherit: bool },
    /// `EXCLUDE`: elements, each with its operator.
    Exclusion {
        method: Ident,
        elements: Vec<(IndexElement, String)>,
        include: Vec<Ident>,
        predicate: Option<Expression>,
        storage: IndexStorage,
    },
}

impl Constraint {
    /// A validated constraint that is checked at once.
    pub fn of(kind: ConstraintKind) -> Self {
        Self { kind, deferrable: Deferrable::No, validated: true }
    }

    /// Whether an index stands behind it.
    pub fn has_index(&self) -> bool {
        match self.kind {
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::Exclusion { .. } => true,
            ConstraintKind::ForeignKey { .. } | ConstraintKind::Check { .. } => false,
        }
    }

    /// The table that a foreign key references.
    pub fn referenced_table(&self) -> Option<&QualifiedName> {
        match &self.kind {
            ConstraintKind::ForeignKey { table, .. } => Some(table),
            _ => None,
        }
    }
}

impl Constraint {
    /// Its expressions.
    pub(super) fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        match &mut self.kind {
            ConstraintKind::Check { expression, .. } => vec![expression],
            ConstraintKind::Exclusion { elements, predicate, .. } => {
                let elements = elements.iter_mut();
                elements.filter_map(|(one, _)| one.expression_mut()).chain(predicate).collect()
            }
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::ForeignKey { .. } => Vec::new(),
        }
    }

    /// The same constraint with the author's texts of its expressions.
    pub(super) fn written_as(mut self, author: &Self) -> Self {
        match (&mut self.kind, &author.kind) {
            (
                ConstraintKind::Check { expression, .. },
                ConstraintKind::Check { expression: author, .. },
            ) => *expression = expression.clone().written_as(author),
            (
                ConstraintKind::Exclusion { elements, predicate, .. },
                ConstraintKind::Exclusion { elements: author, predicate: author_predicate, .. },
            ) => {
                *predicate = optional_written_as(predicate.take(), author_predicate.as_ref());
                let authors = author.iter().map(|(element, _)| element);
                elements_written_as(elements.iter_mut().map(|(element, _)| element), authors);
            }
            _ => {}
        }
        self
    }
}

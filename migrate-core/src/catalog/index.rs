//! Indexes that no constraint owns.

use serde::{Deserialize, Serialize};

use super::expression::optional_written_as;
use super::{Expression, Ident, IndexStorage, QualifiedName};

/// What an index element sorts by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexTerm {
    /// A column.
    Column(Ident),
    /// An expression.
    Expression(Expression),
}

/// One element of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexElement {
    /// What it sorts by.
    pub term: IndexTerm,
    /// A collation other than the term's own.
    pub collation: Option<QualifiedName>,
    /// An operator class other than the type's default, with its schema where it isn't visible.
    pub opclass: Option<QualifiedName>,
    /// The operator class's options.
    pub opclass_options: Vec<(String, String)>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`: the default where descending.
    pub nulls_first: bool,
}

impl IndexElement {
    /// A term in the default order.
    pub fn of(term: IndexTerm) -> Self {
        Self {
            term,
            collation: None,
            opclass: None,
            opclass_options: Vec::new(),
            descending: false,
            nulls_first: false,
        }
    }
}

impl IndexElement {
    /// Its expression, where it sorts by one.
    pub(super) fn expression_mut(&mut self) -> Option<&mut Expression> {
        match &mut self.term {
            IndexTerm::Column(_) => None,
            IndexTerm::Expression(expression) => Some(expression),
        }
    }
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The table.
    pub table: QualifiedName,
    /// `UNIQUE`.
    pub unique: bool,
    /// The index method.
    pub method: Ident,
    /// Elements in order.
    pub elements: Vec<IndexElement>,
    /// `INCLUDE` columns.
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WHERE`.
    pub predicate: Option<Expression>,
    /// How it is stored.
    pub storage: IndexStorage,
    /// Whether it is usable; a concurrent build that failed leaves one that isn't.
    pub valid: bool,
}

impl Index {
    /// Its expressions.
    pub(super) fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        self.elements.iter_mut().filter_map(IndexElement::expression_mut).chain(&mut self.predicate)
    }

    /// The same index with the author's texts of its expressions.
    pub(super) fn written_as(mut self, author: &Self) -> Self {
        self.predicate = optional_written_as(self.predicate, author.predicate.as_ref());
        elements_written_as(self.elements.iter_mut(), author.elements.iter());
        self
    }
}

/// Gives elements that are expressions their author's texts.
pub(super) fn elements_written_as<'a>(
    elements: impl Iterator<Item = &'a mut IndexElement>,
    authors: impl Iterator<Item = &'a IndexElement>,
) {
    for (element, author) in elements.zip(authors) {
        if let (IndexTerm::Expression(expression), IndexTerm::Expression(author)) =
            (&mut element.term, &author.term)
        {
            *expression = expression.clone().written_as(author);
        }
    }
}

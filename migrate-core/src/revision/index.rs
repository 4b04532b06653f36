//! Indexes as revisions write them.

use crate::catalog::{self, Ident, IndexStorage, IndexTerm, QualifiedName};

/// A B-tree index on a table, unless it says otherwise.
///
/// ```
/// use migrate_core::revision::{Index, IndexElement};
/// let index = Index::on("article", ["author_id".into(), IndexElement::column("created_at").desc()])
///     .filter("published_at is not null");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index(catalog::Index);

/// One element of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexElement(catalog::IndexElement);

impl From<&str> for IndexElement {
    fn from(column: &str) -> Self {
        Self::column(column)
    }
}

impl IndexElement {
    /// A column.
    pub fn column(name: &str) -> Self {
        Self(catalog::IndexElement::of(IndexTerm::Column(name.into())))
    }

    /// An expression.
    pub fn expression(sql: &str) -> Self {
        Self(catalog::IndexElement::of(IndexTerm::Expression(sql.into())))
    }

    /// `DESC`, with nulls first.
    #[must_use]
    pub fn desc(mut self) -> Self {
        self.0.descending = true;
        self.0.nulls_first = true;
        self
    }

    /// `NULLS FIRST`.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.0.nulls_first = true;
        self
    }

    /// `NULLS LAST`.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.0.nulls_first = false;
        self
    }

    /// `COLLATE`.
    #[must_use]
    pub fn collation(mut self, collation: impl Into<QualifiedName>) -> Self {
        self.0.collation = Some(collation.into());
        self
    }

    /// An operator class.
    #[must_use]
    pub fn opclass(mut self, opclass: impl Into<QualifiedName>) -> Self {
        self.0.opclass = Some(opclass.into());
        self
    }

    /// An option of the operator class.
    #[must_use]
    pub fn opclass_option(mut self, name: &str, value: &str) -> Self {
        self.0.opclass_options.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn into_element(self) -> catalog::IndexElement {
        self.0
    }
}

impl Index {
    /// An index on these elements.
    pub fn on<E: Into<IndexElement>>(
        table: impl Into<QualifiedName>,
        elements: impl IntoIterator<Item = E>,
    ) -> Self {
        Self(catalog::Index {
            table: table.into(),
            unique: false,
            method: "btree".into(),
            elements: elements.into_iter().map(|element| element.into().0).collect(),
            include: Vec::new(),
            nulls_not_distinct: false,
            predicate: None,
            storage: IndexStorage::default(),
            valid: true,
        })
    }

    /// `UNIQUE`.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.0.unique = true;
        self
    }

    /// `USING`.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.0.method = method.into();
        self
    }

    /// `INCLUDE`.
    #[must_use]
    pub fn include<'a>(mut self, columns: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.include = columns.into_iter().map(Ident::new).collect();
        self
    }

    /// `NULLS NOT DISTINCT`, from PostgreSQL 15.
    #[must_use]
    pub fn nulls_not_distinct(mut self) -> Self {
        self.0.nulls_not_distinct = true;
        self
    }

    /// `WHERE`.
    #[must_use]
    pub fn filter(mut self, predicate: &str) -> Self {
        self.0.predicate = Some(predicate.into());
        self
    }

    /// A storage parameter.
    #[must_use]
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.0.storage.options.insert(name.to_owned(), value.to_owned());
        self
    }

    /// `TABLESPACE`.
    #[must_use]
    pub fn tablespace(mut self, tablespace: &str) -> Self {
        self.0.storage.tablespace = Some(tablespace.into());
        self
    }

    pub(super) fn into_index(self) -> catalog::Index {
        self.0
    }
}

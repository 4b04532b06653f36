//! Keys, checks, exclusions and indexes as a model declares them.

use super::TableName;

/// Something a model declares on its table beside columns.
#[derive(Debug)]
pub enum TableItemMeta {
    /// `PRIMARY KEY`.
    PrimaryKey(KeyMeta),
    /// `UNIQUE`.
    Unique(KeyMeta),
    /// `FOREIGN KEY`.
    ForeignKey(ForeignKeyMeta),
    /// `CHECK`.
    Check(CheckMeta),
    /// `EXCLUDE`.
    Exclusion(ExclusionMeta),
    /// An index.
    Index(IndexMeta),
}

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeferrableMeta {
    /// At the end of each statement, always.
    NotDeferrable,
    /// At the end of each statement, until a transaction defers it.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}

/// A primary key or a unique constraint.
#[derive(Debug)]
pub struct KeyMeta {
    /// The name; PostgreSQL's default where there is none.
    pub name: Option<&'static str>,
    /// The columns in order.
    pub columns: &'static [&'static str],
    /// `INCLUDE` columns.
    pub include: &'static [&'static str],
    /// `NULLS NOT DISTINCT` (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferrable: DeferrableMeta,
}

impl KeyMeta {
    /// A plain key over these columns.
    pub const fn new(columns: &'static [&'static str]) -> Self {
        Self {
            name: None,
            columns,
            include: &[],
            nulls_not_distinct: false,
            deferrable: DeferrableMeta::NotDeferrable,
        }
    }
}

/// What happens to referencing rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferentialAction {
    /// `NO ACTION`.
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`, of these columns where any are named (PostgreSQL 15).
    SetNull(&'static [&'static str]),
    /// `SET DEFAULT`, of these columns where any are named (PostgreSQL 15).
    SetDefault(&'static [&'static str]),
}

/// A foreign key.
#[derive(Debug)]
pub struct ForeignKeyMeta {
    /// The name; PostgreSQL's default where there is none.
    pub name: Option<&'static str>,
    /// The referencing columns in order.
    pub columns: &'static [&'static str],
    /// The referenced table.
    pub table: TableName,
    /// The referenced columns, paired with `columns`.
    pub target: &'static [&'static str],
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// `MATCH FULL`.
    pub match_full: bool,
    /// When it is checked.
    pub deferrable: DeferrableMeta,
    /// `NOT VALID`: rows that exist are not checked.
    pub not_valid: bool,
}

impl ForeignKeyMeta {
    /// A plain foreign key.
    pub const fn new(
        columns: &'static [&'static str],
        table: TableName,
        target: &'static [&'static str],
    ) -> Self {
        Self {
            name: None,
            columns,
            table,
            target,
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            match_full: false,
            deferrable: DeferrableMeta::NotDeferrable,
            not_valid: false,
        }
    }

    /// The primary key of a model as the target of a foreign key over `columns` columns.
    ///
    /// # Panics
    ///
    /// At compile time, when the primary key has another number of columns.
    #[track_caller]
    pub const fn pair(
        primary_key: &'static [&'static str],
        columns: usize,
    ) -> &'static [&'static str] {
        assert!(
            primary_key.len() == columns,
            "the referenced model has no primary key, or one of another number of columns; name the columns to reference"
        );
        primary_key
    }
}

/// A check constraint.
#[derive(Debug)]
pub struct CheckMeta {
    /// The name; a default from the columns where there is none.
    pub name: Option<&'static str>,
    /// The column whose field carries it, for the default name.
    pub column: Option<&'static str>,
    /// The expression.
    pub expression: &'static str,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// `NOT VALID`: rows that exist are not checked.
    pub not_valid: bool,
}

/// An exclusion constraint.
#[derive(Debug)]
pub struct ExclusionMeta {
    /// The name; PostgreSQL's default where there is none.
    pub name: Option<&'static str>,
    /// The index method, such as `gist`.
    pub method: &'static str,
    /// Elements, each with its operator.
    pub elements: &'static [(IndexElementMeta, &'static str)],
    /// `INCLUDE` columns.
    pub include: &'static [&'static str],
    /// `WHERE`.
    pub predicate: Option<&'static str>,
    /// When it is checked.
    pub deferrable: DeferrableMeta,
}

/// An index.
#[derive(Debug)]
pub struct IndexMeta {
    /// The name; PostgreSQL's default where there is none.
    pub name: Option<&'static str>,
    /// The index's earlier name, when it was renamed.
    pub renamed_from: Option<&'static str>,
    /// `UNIQUE`.
    pub unique: bool,
    /// The index method.
    pub method: &'static str,
    /// Elements in order.
    pub elements: &'static [IndexElementMeta],
    /// `INCLUDE` columns.
    pub include: &'static [&'static str],
    /// `NULLS NOT DISTINCT` (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// `WHERE`.
    pub predicate: Option<&'static str>,
    /// Storage parameters.
    pub options: &'static [(&'static str, &'static str)],
    /// The tablespace, where the model names one.
    pub tablespace: Option<&'static str>,
}

impl IndexMeta {
    /// A plain B-tree index.
    pub const fn new(elements: &'static [IndexElementMeta]) -> Self {
        Self {
            name: None,
            renamed_from: None,
            unique: false,
            method: "btree",
            elements,
            include: &[],
            nulls_not_distinct: false,
            predicate: None,
            options: &[],
            tablespace: None,
        }
    }
}

/// One element of an index or exclusion constraint.
#[derive(Debug)]
pub struct IndexElementMeta {
    /// The column, or the expression where `expression` is set.
    pub text: &'static str,
    /// Whether `text` is an expression.
    pub expression: bool,
    /// A collation other than the column's own.
    pub collation: Option<&'static str>,
    /// An operator class other than the type's default.
    pub opclass: Option<&'static str>,
    /// The operator class's options.
    pub opclass_options: &'static [(&'static str, &'static str)],
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`, where it isn't the order's default.
    pub nulls_first: Option<bool>,
}

impl IndexElementMeta {
    /// A column in the default order.
    pub const fn column(name: &'static str) -> Self {
        Self {
            text: name,
            expression: false,
            collation: None,
            opclass: None,
            opclass_options: &[],
            descending: false,
            nulls_first: None,
        }
    }

    /// An expression in the default order.
    pub const fn expression(text: &'static str) -> Self {
        let mut element = Self::column(text);
        element.expression = true;
        element
    }
}

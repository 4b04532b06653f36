//! The const data that one derive emits: a model, its columns, enums, domains and composites.

use super::{ColumnMeta, ColumnType, SqlType, TableItemMeta};

/// A table's name; without a schema it lives in the target schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    /// The schema, where the model names one.
    pub schema: Option<&'static str>,
    /// The table's own name.
    pub name: &'static str,
}

/// Where in the source a model stands, for errors that name it.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The package that holds the struct.
    pub package: &'static str,
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line of the derive.
    pub line: u32,
}

/// A struct with `#[derive(DbModel)]`.
#[derive(Debug)]
pub struct ModelMeta {
    /// The table.
    pub table: TableName,
    /// The table's earlier name, when it was renamed.
    pub renamed_from: Option<&'static str>,
    /// The struct's fields and what they bring with them.
    pub fields: FieldsMeta,
    /// Keys, checks and indexes that the struct itself declares.
    pub items: &'static [TableItemMeta],
    /// Sequences that the struct declares.
    pub sequences: &'static [SequenceMeta],
    /// The comment on the table.
    pub comment: Option<&'static str>,
    /// Storage parameters, such as `fillfactor`.
    pub options: &'static [(&'static str, &'static str)],
    /// Whether the table is unlogged.
    pub unlogged: bool,
    /// The tablespace, where the model names one.
    pub tablespace: Option<&'static str>,
    /// Where the struct stands.
    pub source: Source,
}

/// The fields of a struct, and the keys, checks and indexes written on them.
#[derive(Debug, Clone, Copy)]
pub struct FieldsMeta {
    /// Columns and flattened structs, in the order of the source.
    pub fields: &'static [FieldMeta],
    /// What the fields' attributes declare on the table.
    pub items: &'static [TableItemMeta],
}

/// One field: a column, or a struct whose columns stand in its place.
#[derive(Debug)]
pub enum FieldMeta {
    /// A column.
    Column(ColumnMeta),
    /// `#[sqlx(flatten)]`: the columns of another struct.
    Flatten(FieldsMeta),
}

impl FieldMeta {
    /// A column of which its field says nothing but the type.
    pub const fn plain(name: &'static str, column_type: &'static ColumnType) -> Self {
        Self::Column(ColumnMeta { name, column_type, options: &[] })
    }
}

/// Where a column's default comes from.
#[derive(Debug, Clone, Copy)]
pub enum DefaultMeta {
    /// No default.
    None,
    /// SQL as the author wrote it.
    Sql(&'static str),
    /// A Rust value, written as an SQL literal when the registry is read.
    Value(fn() -> String),
    /// `serial`: the next value of a sequence that the column owns.
    Serial,
}

/// An identity column's options; what is `None` is PostgreSQL's default.
#[derive(Debug, Clone, Copy)]
pub struct IdentityMeta {
    /// `ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// The options of the sequence behind it.
    pub sequence: SequenceMeta,
}

/// A generated column.
#[derive(Debug, Clone, Copy)]
pub struct GeneratedMeta {
    /// The expression.
    pub expression: &'static str,
    /// `STORED` rather than `VIRTUAL` (PostgreSQL 18).
    pub stored: bool,
}

/// A sequence; what is `None` is PostgreSQL's default.
#[derive(Debug, Clone, Copy)]
pub struct SequenceMeta {
    /// The name; empty for the sequence of an identity column.
    pub name: &'static str,
    /// `smallint`, `integer` or `bigint`.
    pub data_type: Option<&'static str>,
    /// The first value.
    pub start: Option<i64>,
    /// The distance between values.
    pub increment: Option<i64>,
    /// The smallest value.
    pub min: Option<i64>,
    /// The largest value.
    pub max: Option<i64>,
    /// How many values a session takes at once.
    pub cache: Option<i64>,
    /// Whether it starts again at its end.
    pub cycle: bool,
}

impl SequenceMeta {
    /// A sequence with PostgreSQL's defaults.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            data_type: None,
            start: None,
            increment: None,
            min: None,
            max: None,
            cache: None,
            cycle: false,
        }
    }
}

/// An enum with `#[derive(DbEnum)]`.
#[derive(Debug)]
pub struct EnumMeta {
    /// The type's name.
    pub name: TableName,
    /// The type's earlier name, when it was renamed.
    pub renamed_from: Option<&'static str>,
    /// The labels in order.
    pub labels: &'static [LabelMeta],
    /// Labels that are gone, each with the label that its rows get.
    pub removed: &'static [(&'static str, &'static str)],
    /// The comment on the type.
    pub comment: Option<&'static str>,
}

/// One label of an enum.
#[derive(Debug)]
pub struct LabelMeta {
    /// The label.
    pub name: &'static str,
    /// Its earlier name, when it was renamed.
    pub renamed_from: Option<&'static str>,
}

/// A domain over another type.
#[derive(Debug)]
pub struct DomainMeta {
    /// The domain's name.
    pub name: TableName,
    /// The domain's earlier name, when it was renamed.
    pub renamed_from: Option<&'static str>,
    /// The type below.
    pub base: &'static SqlType,
    /// A collation other than the base type's own.
    pub collation: Option<&'static str>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// The default.
    pub default: DefaultMeta,
    /// Checks: a name, empty for PostgreSQL's default, and an expression over `VALUE`.
    pub checks: &'static [(&'static str, &'static str)],
    /// The comment on the domain.
    pub comment: Option<&'static str>,
}

/// A composite type.
#[derive(Debug)]
pub struct CompositeMeta {
    /// The type's name.
    pub name: TableName,
    /// The type's earlier name, when it was renamed.
    pub renamed_from: Option<&'static str>,
    /// Attributes in order.
    pub attributes: &'static [AttributeMeta],
    /// The comment on the type.
    pub comment: Option<&'static str>,
}

/// An attribute of a composite type.
#[derive(Debug)]
pub struct AttributeMeta {
    /// The attribute's name.
    pub name: &'static str,
    /// The name that it had before.
    pub renamed_from: Option<&'static str>,
    /// The attribute's type.
    pub sql_type: SqlType,
    /// The comment on the attribute.
    pub comment: Option<&'static str>,
}

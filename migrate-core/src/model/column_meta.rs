//! What a field says about its column: const data that is small, since a program has many of it.

use super::{DefaultMeta, GeneratedMeta, IdentityMeta, SqlType};

/// One column.
#[derive(Debug)]
pub struct ColumnMeta {
    /// The column's name.
    pub name: &'static str,
    /// What it holds.
    pub column_type: &'static ColumnType,
    /// What else its field says, each at most once.
    pub options: &'static [ColumnOption],
}

/// What a column holds.
#[derive(Debug)]
pub struct ColumnType {
    /// The type.
    pub sql_type: SqlType,
    /// Whether the column takes nulls.
    pub nullable: bool,
}

/// Something that a field says about its column beside name and type.
#[derive(Debug)]
pub enum ColumnOption {
    /// The default.
    Default(DefaultMeta),
    /// `GENERATED … AS IDENTITY`.
    Identity(IdentityMeta),
    /// `GENERATED ALWAYS AS (…)`.
    Generated(GeneratedMeta),
    /// A collation other than the type's own.
    Collation(&'static str),
    /// `plain`, `external`, `extended` or `main`.
    Storage(&'static str),
    /// `pglz` or `lz4`.
    Compression(&'static str),
    /// The statistics target, 0 to 10000.
    Statistics(i16),
    /// The comment on the column.
    Comment(&'static str),
    /// The column's earlier name, when it was renamed.
    RenamedFrom(&'static str),
}

macro_rules! options {
    ($($(#[$doc:meta])* $name:ident: $variant:ident -> $type:ty;)*) => {
        impl ColumnMeta {$(
            $(#[$doc])*
            pub fn $name(&self) -> Option<$type> {
                self.options.iter().find_map(|option| match option {
                    ColumnOption::$variant(value) => Some(*value),
                    _ => None,
                })
            }
        )*}
    };
}

options! {
    /// The default.
    default: Default -> DefaultMeta;
    /// `GENERATED … AS IDENTITY`.
    identity: Identity -> IdentityMeta;
    /// `GENERATED ALWAYS AS (…)`.
    generated: Generated -> GeneratedMeta;
    /// A collation other than the type's own.
    collation: Collation -> &'static str;
    /// `plain`, `external`, `extended` or `main`.
    storage: Storage -> &'static str;
    /// `pglz` or `lz4`.
    compression: Compression -> &'static str;
    /// The statistics target.
    statistics: Statistics -> i16;
    /// The comment on the column.
    comment: Comment -> &'static str;
    /// The column's earlier name.
    renamed_from: RenamedFrom -> &'static str;
}

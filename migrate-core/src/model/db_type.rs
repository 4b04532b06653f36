//! How a Rust type says which PostgreSQL type it is stored in.

use super::{ColumnType, CompositeMeta, DomainMeta, EnumMeta, FieldsMeta, ModelMeta, TableName};

/// A PostgreSQL type as a Rust type declares it.
#[derive(Debug, Clone, Copy)]
pub enum SqlType {
    /// A type of `pg_catalog`, by the name that PostgreSQL prints.
    Builtin(&'static str),
    /// A type of an extension, which the model then brings with it.
    Extension {
        /// The extension.
        extension: &'static str,
        /// The type's name.
        name: &'static str,
    },
    /// `type = "…"`: as the author wrote it.
    Written(&'static str),
    /// An enum.
    Enum(&'static EnumMeta),
    /// A domain.
    Domain(&'static DomainMeta),
    /// A composite type.
    Composite(&'static CompositeMeta),
    /// An array of a type.
    Array(&'static SqlType),
}

/// A Rust type that a column can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no PostgreSQL type",
    label = "no column type for this field",
    note = "derive `DbEnum` or `DbType` for it, enable the feature of its crate in migrate-core, or write `#[db(type = \"…\")]`"
)]
pub trait DbType {
    /// The type in PostgreSQL.
    const SQL_TYPE: SqlType;
    /// Whether values may be null.
    const NULLABLE: bool = false;
    /// Both, for the columns that hold it.
    #[doc(hidden)]
    const COLUMN: &'static ColumnType =
        &ColumnType { sql_type: Self::SQL_TYPE, nullable: Self::NULLABLE };
}

/// A Rust type that an array can hold. `u8` is none, so that `Vec<u8>` is `bytea`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the element of a PostgreSQL array",
    label = "no array type for this element",
    note = "write `#[db(type = \"…[]\")]` where the array type exists all the same"
)]
pub trait DbArrayElement: DbType {}

/// The columns of a struct, for `flatten`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no columns to flatten",
    label = "cannot be flattened",
    note = "derive `DbModel` for it, with `#[db(no_table)]` where it isn't a table of its own"
)]
pub trait DbFields {
    /// The fields.
    const FIELDS: FieldsMeta;

    /// The names of fields and of their columns, without those of flattened structs. It is apart
    /// from the fields, which name what others reference.
    const COLUMNS: &'static [(&'static str, &'static str)];
}

/// The column of a field of another model, which is looked up while a program is compiled.
///
/// # Panics
///
/// With the given words, where there is no such field.
#[track_caller]
pub const fn column_of<T: DbFields>(field: &str, missing: &str) -> &'static str {
    let mut columns = T::COLUMNS;
    while let [(name, column), others @ ..] = columns {
        if is_same(name.as_bytes(), field.as_bytes()) {
            return column;
        }
        columns = others;
    }
    panic!("{}", missing)
}

const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, one_rest @ ..], [second, other_rest @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (one_rest, other_rest);
    }
    one.len() == other.len()
}

/// A struct that is a table. Other models read only `TABLE` and `PRIMARY_KEY`, so that two models
/// can reference each other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a table",
    note = "derive `DbModel` for it, or name the table: `references(table = \"…\", column = \"…\")`"
)]
pub trait DbModel: DbFields {
    /// The table.
    const TABLE: TableName;
    /// The columns of the primary key.
    const PRIMARY_KEY: &'static [&'static str];
    /// Everything.
    const META: ModelMeta;
}

impl<T: DbType> DbType for Option<T> {
    const SQL_TYPE: SqlType = T::SQL_TYPE;
    const NULLABLE: bool = true;
}

impl<T: DbArrayElement> DbArrayElement for Option<T> {}

impl<T: DbArrayElement> DbType for Vec<T> {
    const SQL_TYPE: SqlType = SqlType::Array(&T::SQL_TYPE);
}

impl<T: DbArrayElement> DbType for Box<[T]> {
    const SQL_TYPE: SqlType = SqlType::Array(&T::SQL_TYPE);
}

impl<T: DbArrayElement, const N: usize> DbType for [T; N] {
    const SQL_TYPE: SqlType = SqlType::Array(&T::SQL_TYPE);
}

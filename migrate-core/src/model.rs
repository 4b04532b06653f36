//! What derives say about tables, enums and types, and the registry that gathers it.
//!
//! Everything here is const data or a function pointer, so that thousands of models compile fast;
//! [`objects`] turns it into the same catalog that introspection reads.

mod column_meta;
mod db_type;
mod literal;
mod meta;
pub mod objects;
mod part;
mod probe;
mod registry;
mod table_item;
mod types;

pub use column_meta::{ColumnMeta, ColumnOption, ColumnType};
pub use db_type::{DbArrayElement, DbFields, DbModel, DbType, SqlType, column_of};
pub use literal::{SqlLiteral, quote_literal};
pub use meta::{
    AttributeMeta, CompositeMeta, DefaultMeta, DomainMeta, EnumMeta, FieldMeta, FieldsMeta,
    GeneratedMeta, IdentityMeta, LabelMeta, ModelMeta, SequenceMeta, Source, TableName,
};
pub use part::Part;
pub use probe::{NotOption, Probe};
pub use registry::{Registered, RegisteredExtension, Registry, RegistryError};
pub use table_item::{
    CheckMeta, DeferrableMeta, ExclusionMeta, ForeignKeyMeta, IndexElementMeta, IndexMeta, KeyMeta,
    ReferentialAction, TableItemMeta,
};

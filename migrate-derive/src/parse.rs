//! Attributes read into plain structs, each fact with its span. A list goes on after an error, so
//! that all errors of a struct are reported at once.

mod column;
mod column_ref;
mod constraint;
mod custom_type;
mod default;
mod element;
mod entry;
mod enumeration;
mod exclusion;
mod foreign_key;
mod index;
mod item;
mod key;
mod model;
mod name;
mod sequence;
mod slot;
mod source;
mod stored_type;
mod table;
mod value;

pub(crate) use column::{Column, Field, FieldKind};
pub(crate) use column_ref::ColumnRef;
pub(crate) use constraint::{Check, Deferrable};
pub(crate) use custom_type::{Composite, CustomType, Newtype, Shape};
pub(crate) use default::DefaultValue;
pub(crate) use element::{Element, ElementKind};
pub(crate) use enumeration::{Enumeration, Removed, Variant};
pub(crate) use exclusion::Exclusion;
pub(crate) use foreign_key::{Action, ForeignKey, TargetColumn};
pub(crate) use index::Index;
pub(crate) use item::{Item, ItemKind};
pub(crate) use key::Key;
pub(crate) use model::Model;
pub(crate) use name::{Name, QualifiedName};
pub(crate) use sequence::{Identity, Sequence};
pub(crate) use slot::Slot;
pub(crate) use source::{default_name, unrawed};
pub(crate) use stored_type::{StoredType, WrittenType};
pub(crate) use table::{StorageParameter, Table};
pub(crate) use value::Number;

//! The attributes of a field.

use syn::{Ident, Type};

use super::entry::{Entry, Keys, read_db, read_sqlx};
use super::source::doc_comment;
use super::stored_type::is_nullable_json;
use super::{
    Check, DefaultValue, ForeignKey, Identity, Index, Item, ItemKind, Key, Name, Slot, StoredType,
};
use crate::scope::Scope;

/// A field of a struct.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) rust_type: Type,
    pub(crate) doc: Option<String>,
    pub(crate) column: Column,
}

/// What a field is in the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Column,
    Flatten,
    Skip,
}

/// What a field says about its column.
#[derive(Default)]
pub(crate) struct Column {
    pub(crate) name: Slot<Name>,
    pub(crate) renamed_from: Slot<Name>,
    pub(crate) stored: StoredType,
    pub(crate) nullable: Slot<bool>,
    pub(crate) primary_key: Slot<bool>,
    pub(crate) identity: Slot<Identity>,
    pub(crate) serial: Slot<bool>,
    pub(crate) default: Slot<DefaultValue>,
    pub(crate) generated: Slot<String>,
    pub(crate) is_virtual: Slot<bool>,
    pub(crate) collation: Slot<String>,
    pub(crate) storage: Slot<&'static str>,
    pub(crate) compression: Slot<&'static str>,
    pub(crate) statistics: Slot<i16>,
    pub(crate) comment: Slot<String>,
    pub(crate) skip: Slot<bool>,
    pub(crate) flatten: Slot<bool>,
    pub(crate) items: Vec<Item>,
}

const COLUMN: &Keys<Column> = &[
    ("column", |column, entry| column.name.set(&entry.key, entry.name()?)),
    ("rename", |column, entry| column.name.set(&entry.key, entry.name()?)),
    ("renamed_from", |column, entry| column.renamed_from.set(&entry.key, entry.name()?)),
    ("primary_key", |column, entry| column.primary_key.set(&entry.key, entry.flag()?)),
    ("identity", |column, entry| column.identity.set(&entry.key, Identity::parse(entry)?)),
    ("serial", |column, entry| column.serial.set(&entry.key, entry.flag()?)),
    ("unique", |column, entry| {
        column.declare(entry, Key::parse_on_field(entry).map(ItemKind::Unique))
    }),
    ("index", |column, entry| {
        column.declare(entry, Index::parse_on_field(entry).map(ItemKind::Index))
    }),
    ("references", |column, entry| {
        column.declare(entry, ForeignKey::parse_on_field(entry).map(ItemKind::ForeignKey))
    }),
    ("check", |column, entry| {
        column.declare(entry, Check::parse_on_field(entry).map(ItemKind::Check))
    }),
    ("default", |column, entry| column.default.set(&entry.key, DefaultValue::parse(entry)?)),
    ("type", |column, entry| column.stored.read_type(entry)),
    ("varchar", |column, entry| column.stored.read_varchar(entry)),
    ("char", |column, entry| column.stored.read_char(entry)),
    ("numeric", |column, entry| column.stored.read_numeric(entry)),
    ("json", |column, entry| {
        if is_nullable_json(entry)? {
            column.nullable.set(&entry.key, true)?;
        }
        column.stored.read_json(entry)
    }),
    ("collate", |column, entry| column.collation.set(&entry.key, entry.text()?)),
    ("generated", |column, entry| column.generated.set(&entry.key, entry.text()?)),
    ("virtual", |column, entry| column.is_virtual.set(&entry.key, entry.flag()?)),
    ("storage", |column, entry| {
        let storage = entry.one_of(&["plain", "external", "extended", "main"])?;
        column.storage.set(&entry.key, storage)
    }),
    ("compression", |column, entry| {
        column.compression.set(&entry.key, entry.one_of(&["pglz", "lz4"])?)
    }),
    ("statistics", |column, entry| {
        column.statistics.set(&entry.key, entry.number_within(0..=10_000)?)
    }),
    ("comment", |column, entry| column.comment.set(&entry.key, entry.text()?)),
    ("nullable", |column, entry| column.nullable.set(&entry.key, entry.flag()?)),
    ("not_null", |column, entry| column.nullable.set(&entry.key, !entry.flag()?)),
    ("skip", |column, entry| column.skip.set(&entry.key, entry.flag()?)),
    ("flatten", |column, entry| column.flatten.set(&entry.key, entry.flag()?)),
];

/// `default` stands in sqlx for a missing column and is no default of the database.
const SQLX_COLUMN: &Keys<Column> = &[
    ("rename", Column::fill_name),
    ("skip", |column, entry| {
        column.skip.fill(&entry.key, true);
        Ok(())
    }),
    ("flatten", |column, entry| {
        column.flatten.fill(&entry.key, true);
        Ok(())
    }),
    // It reads no null, even into an `Option`.
    ("json", |column, entry| {
        column.nullable.fill(&entry.key, is_nullable_json(entry)?);
        column.stored.fill_json(entry);
        Ok(())
    }),
    ("try_from", |column, entry| column.stored.fill_through(entry)),
];

impl Field {
    /// A named field; others are not parsed.
    pub(crate) fn parse(field: &syn::Field, scope: &Scope) -> Option<Self> {
        let ident = field.ident.clone()?;
        let mut column = Column::default();
        read_db(&mut column, &field.attrs, COLUMN, scope);
        read_sqlx(&mut column, &field.attrs, SQLX_COLUMN, scope);
        for item in &mut column.items {
            item.place_on(&ident);
        }
        let doc = doc_comment(&field.attrs);
        Some(Self { ident, rust_type: field.ty.clone(), doc, column })
    }

    pub(crate) fn kind(&self) -> FieldKind {
        if self.column.skip.is_true() {
            return FieldKind::Skip;
        }
        if self.column.flatten.is_true() {
            return FieldKind::Flatten;
        }
        FieldKind::Column
    }

    /// The Rust type whose column type counts.
    pub(crate) fn stored_type(&self) -> &Type {
        self.column.stored.through.value().unwrap_or(&self.rust_type)
    }
}

impl Column {
    /// The keys that describe a column, as none of them may stand on a field that is no column.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Ident> {
        let slots = [
            self.name.key(),
            self.renamed_from.key(),
            self.stored.written.key(),
            self.nullable.key(),
            self.primary_key.key(),
            self.identity.key(),
            self.serial.key(),
            self.default.key(),
            self.generated.key(),
            self.is_virtual.key(),
            self.collation.key(),
            self.storage.key(),
            self.compression.key(),
            self.statistics.key(),
            self.comment.key(),
        ];
        slots.into_iter().flatten().chain(self.items.iter().map(|item| &item.key))
    }

    fn declare(&mut self, entry: &Entry<'_>, kind: syn::Result<ItemKind>) -> syn::Result<()> {
        self.items.push(Item::new(entry, kind?));
        Ok(())
    }

    fn fill_name(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        let name = entry.name()?;
        match self.name.value() {
            Some(first) if first.text != name.text => {
                let message = format!(
                    "`#[db]` names this column `{}`, and sqlx would read `{}`; remove one of them",
                    first.text, name.text,
                );
                Err(syn::Error::new(name.span, message))
            }
            _ => {
                self.name.fill(&entry.key, name);
                Ok(())
            }
        }
    }
}

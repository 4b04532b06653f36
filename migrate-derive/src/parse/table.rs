//! The attributes of a struct that is a table.

use proc_macro2::TokenTree;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Path, Token};

use super::entry::{Entry, Keys, read_entries};
use super::{Check, Exclusion, ForeignKey, Index, Item, ItemKind, Key, Name, Sequence, Slot};
use crate::casing::Casing;

/// What a struct says about its table.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) krate: Slot<Path>,
    pub(crate) name: Slot<Name>,
    pub(crate) schema: Slot<Name>,
    pub(crate) renamed_from: Slot<Name>,
    pub(crate) rename_all: Slot<Casing>,
    pub(crate) columns_only: Slot<bool>,
    pub(crate) items: Vec<Item>,
    pub(crate) sequences: Vec<(Ident, Sequence)>,
    pub(crate) options: Slot<Vec<StorageParameter>>,
    pub(crate) unlogged: Slot<bool>,
    pub(crate) tablespace: Slot<Name>,
    pub(crate) comment: Slot<String>,
    pub(crate) comments: Slot<bool>,
}

/// A storage parameter: `fillfactor = 70`.
pub(crate) struct StorageParameter {
    pub(crate) name: String,
    pub(crate) value: String,
}

pub(crate) const TABLE: &Keys<Table> = &[
    ("table", |table, entry| table.name.set(&entry.key, entry.name_without_schema()?)),
    ("schema", |table, entry| table.schema.set(&entry.key, entry.name()?)),
    ("renamed_from", |table, entry| {
        table.renamed_from.set(&entry.key, entry.name_without_schema()?)
    }),
    ("rename_all", |table, entry| table.rename_all.set(&entry.key, entry.casing()?)),
    ("no_table", |table, entry| table.columns_only.set(&entry.key, entry.flag()?)),
    ("primary_key", |table, entry| {
        table.declare(entry, Key::parse_primary(entry).map(ItemKind::PrimaryKey))
    }),
    ("unique", |table, entry| table.declare(entry, Key::parse_unique(entry).map(ItemKind::Unique))),
    ("foreign_key", |table, entry| {
        table.declare(entry, ForeignKey::parse(entry).map(ItemKind::ForeignKey))
    }),
    ("check", |table, entry| table.declare(entry, Check::parse(entry).map(ItemKind::Check))),
    ("exclude", |table, entry| {
        table.declare(entry, Exclusion::parse(entry).map(ItemKind::Exclusion))
    }),
    ("index", |table, entry| table.declare(entry, Index::parse(entry).map(ItemKind::Index))),
    ("sequence", |table, entry| {
        table.sequences.push((entry.key.clone(), Sequence::parse(entry)?));
        Ok(())
    }),
    ("with", |table, entry| table.options.set(&entry.key, entry.parameters()?)),
    ("unlogged", |table, entry| table.unlogged.set(&entry.key, entry.flag()?)),
    ("tablespace", |table, entry| table.tablespace.set(&entry.key, entry.name()?)),
    ("comment", |table, entry| table.comment.set(&entry.key, entry.text()?)),
    ("comments", |table, entry| table.comments.set(&entry.key, entry.flag()?)),
    ("crate", |table, entry| table.krate.set(&entry.key, entry.path()?)),
];

/// Of sqlx's keys only this one concerns a table.
pub(crate) const SQLX_TABLE: &Keys<Table> = &[("rename_all", |table, entry| {
    table.rename_all.fill(&entry.key, entry.casing()?);
    Ok(())
})];

impl Table {
    fn declare(&mut self, entry: &Entry<'_>, kind: syn::Result<ItemKind>) -> syn::Result<()> {
        self.items.push(Item::new(entry, kind?));
        Ok(())
    }
}

impl Entry<'_> {
    /// `= "path"` or `= path`.
    pub(crate) fn path(&self) -> syn::Result<Path> {
        self.equals()?;
        if self.input.peek(LitStr) {
            return self.input.parse::<LitStr>()?.parse_with(Path::parse_mod_style);
        }
        self.input.call(Path::parse_mod_style)
    }

    /// `(fillfactor = 70, "toast.autovacuum_enabled" = false)`.
    pub(crate) fn parameters(&self) -> syn::Result<Vec<StorageParameter>> {
        let mut parameters = Vec::new();
        self.parens(|input| {
            read_entries(input, self.scope, |input| {
                parameters.push(parameter(input)?);
                Ok(())
            });
            Ok(())
        })?;
        Ok(parameters)
    }
}

pub(crate) fn parameter(input: ParseStream<'_>) -> syn::Result<StorageParameter> {
    let name = if input.peek(LitStr) {
        input.parse::<LitStr>()?.value()
    } else {
        input.call(Ident::parse_any)?.to_string()
    };
    input.parse::<Token![=]>()?;
    Ok(StorageParameter { name, value: parameter_value(input)? })
}

/// A word, a number or a text.
fn parameter_value(input: ParseStream<'_>) -> syn::Result<String> {
    if input.peek(LitStr) {
        return input.parse::<LitStr>().map(|literal| literal.value());
    }
    let minus: Option<Token![-]> = input.parse()?;
    let sign = if minus.is_some() { "-" } else { "" };
    match input.parse()? {
        TokenTree::Ident(word) => Ok(format!("{sign}{word}")),
        TokenTree::Literal(number) => Ok(format!("{sign}{number}").replace('_', "")),
        other => Err(syn::Error::new(other.span(), "a parameter is a word, a number or a string")),
    }
}

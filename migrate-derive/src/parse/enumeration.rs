//! An enum with `#[derive(DbEnum)]`.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Data, DeriveInput, Generics, Ident, LitStr, Path, Token};

use super::entry::{Entry, Keys, read_db, read_entries, read_sqlx};
use super::source::{default_crate, doc_comment};
use super::{Name, QualifiedName, Slot, default_name, unrawed};
use crate::casing::Casing;
use crate::scope::Scope;

/// An enum and its variants.
pub(crate) struct Enumeration {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) doc: Option<String>,
    pub(crate) attributes: Attributes,
    /// The integer of `#[repr(i32)]`.
    pub(crate) repr: Option<Ident>,
    pub(crate) variants: Vec<Variant>,
}

/// What the enum's attributes say.
#[derive(Default)]
pub(crate) struct Attributes {
    pub(crate) krate: Slot<Path>,
    pub(crate) name: Slot<Name>,
    pub(crate) schema: Slot<Name>,
    pub(crate) sqlx_name: Slot<QualifiedName>,
    pub(crate) renamed_from: Slot<Name>,
    pub(crate) rename_all: Slot<Casing>,
    pub(crate) removed: Vec<Removed>,
    pub(crate) comment: Slot<String>,
    pub(crate) comments: Slot<bool>,
}

/// A label that is gone, and the variant whose label its rows get.
pub(crate) struct Removed {
    pub(crate) key: Ident,
    pub(crate) label: LitStr,
    pub(crate) successor: Ident,
}

/// A variant, which is a label.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    /// False only after an error.
    pub(crate) is_unit: bool,
    pub(crate) label: Label,
}

/// What a variant's attributes say.
#[derive(Default)]
pub(crate) struct Label {
    pub(crate) name: Slot<Name>,
    pub(crate) renamed_from: Slot<Name>,
}

const ENUM: &Keys<Attributes> = &[
    ("name", |attributes, entry| attributes.name.set(&entry.key, entry.name_without_schema()?)),
    ("schema", |attributes, entry| attributes.schema.set(&entry.key, entry.name()?)),
    ("renamed_from", |attributes, entry| {
        attributes.renamed_from.set(&entry.key, entry.name_without_schema()?)
    }),
    ("rename_all", |attributes, entry| attributes.rename_all.set(&entry.key, entry.casing()?)),
    ("removed", Attributes::read_removed),
    ("comment", |attributes, entry| attributes.comment.set(&entry.key, entry.text()?)),
    ("comments", |attributes, entry| attributes.comments.set(&entry.key, entry.flag()?)),
    ("crate", |attributes, entry| attributes.krate.set(&entry.key, entry.path()?)),
];

const SQLX_ENUM: &Keys<Attributes> = &[
    ("type_name", |attributes, entry| {
        attributes.sqlx_name.set(&entry.key, entry.qualified_name()?)
    }),
    ("rename_all", |attributes, entry| {
        attributes.rename_all.fill(&entry.key, entry.casing()?);
        Ok(())
    }),
];

const LABEL: &Keys<Label> = &[
    ("rename", |label, entry| label.name.set(&entry.key, entry.name()?)),
    ("renamed_from", |label, entry| label.renamed_from.set(&entry.key, entry.name()?)),
];

const SQLX_LABEL: &Keys<Label> = &[("rename", |label, entry| {
    label.name.fill(&entry.key, entry.name()?);
    Ok(())
})];

impl Enumeration {
    pub(crate) fn parse(input: &DeriveInput, scope: &Scope) -> Self {
        let mut attributes = Attributes::default();
        read_db(&mut attributes, &input.attrs, ENUM, scope);
        read_sqlx(&mut attributes, &input.attrs, SQLX_ENUM, scope);
        Self {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            doc: doc_comment(&input.attrs),
            attributes,
            repr: integer_repr(&input.attrs),
            variants: variants(input, scope),
        }
    }

    pub(crate) fn krate(&self) -> Path {
        self.attributes.krate.value().cloned().unwrap_or_else(default_crate)
    }

    /// The integer that stores it: sqlx does so where there is a `repr` and no type's name.
    pub(crate) fn integer(&self) -> Option<&Ident> {
        let named = self.attributes.name.is_set() || self.attributes.sqlx_name.is_set();
        self.repr.as_ref().filter(|_| !named)
    }

    pub(crate) fn name(&self) -> QualifiedName {
        let sqlx_name = self.attributes.sqlx_name.value();
        let name = self.attributes.name.value().or_else(|| sqlx_name.map(|name| &name.name));
        let schema = self.attributes.schema.value();
        QualifiedName {
            schema: schema.or_else(|| sqlx_name.and_then(|name| name.schema.as_ref())).cloned(),
            name: name.cloned().unwrap_or_else(|| default_name(&self.ident)),
        }
    }

    pub(crate) fn label(&self, variant: &Variant) -> Name {
        if let Some(name) = variant.label.name.value() {
            return name.clone();
        }
        let plain = unrawed(&variant.ident);
        let casing = self.attributes.rename_all.value();
        Name {
            text: casing.map_or_else(|| plain.clone(), |casing| casing.apply(&plain)),
            span: variant.ident.span(),
        }
    }

    pub(crate) fn variant(&self, ident: &Ident) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.ident == *ident)
    }
}

impl Attributes {
    /// `removed("old" = Successor, …)`.
    fn read_removed(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        entry.parens(|input| {
            read_entries(input, entry.scope, |input| {
                let label = input.parse()?;
                input.parse::<Token![=]>()?;
                let successor = input.call(Ident::parse_any)?;
                self.removed.push(Removed { key: entry.key.clone(), label, successor });
                Ok(())
            });
            Ok(())
        })
    }
}

fn variants(input: &DeriveInput, scope: &Scope) -> Vec<Variant> {
    let Data::Enum(data) = &input.data else {
        let message = "`DbEnum` is for enums; derive `DbModel` for a table, or `DbType` for a type";
        scope.error(input.ident.span(), message);
        return Vec::new();
    };
    if data.variants.is_empty() {
        scope.error(input.ident.span(), "an enum without variants has no values; give it some");
    }
    data.variants.iter().map(|variant| self::variant(variant, scope)).collect()
}

fn variant(variant: &syn::Variant, scope: &Scope) -> Variant {
    let is_unit = matches!(variant.fields, syn::Fields::Unit);
    if !is_unit {
        let message =
            "a label carries no data; use a unit variant, or store the enum as `sqlx(json)`";
        scope.error(variant.ident.span(), message);
    }
    let mut label = Label::default();
    read_db(&mut label, &variant.attrs, LABEL, scope);
    read_sqlx(&mut label, &variant.attrs, SQLX_LABEL, scope);
    Variant { ident: variant.ident.clone(), is_unit, label }
}

/// The first word of a `repr` that is an integer.
fn integer_repr(attributes: &[Attribute]) -> Option<Ident> {
    let integers =
        ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];
    let words = |input: ParseStream<'_>| {
        let mut words = Vec::new();
        while !input.is_empty() {
            if let Ok(proc_macro2::TokenTree::Ident(word)) = input.parse() {
                words.push(word);
            }
        }
        Ok(words)
    };
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("repr"))
        .filter_map(|attribute| attribute.parse_args_with(words).ok())
        .flatten()
        .find(|word| integers.iter().any(|integer| word == integer))
}

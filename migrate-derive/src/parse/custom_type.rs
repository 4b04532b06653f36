//! A struct with `#[derive(DbType)]`.

use proc_macro2::TokenTree;
use syn::{
    Attribute, Data, DeriveInput, Fields, Generics, Ident, LitStr, Member, Meta, Path, Type,
};

use super::constraint::named_expression;
use super::entry::{Entry, Keys, read_db, read_sqlx};
use super::source::{default_crate, doc_comment};
use super::{DefaultValue, Name, QualifiedName, Slot, StoredType, default_name, unrawed};
use crate::casing::Casing;
use crate::scope::Scope;

/// A type of its own.
pub(crate) struct CustomType {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) doc: Option<String>,
    pub(crate) shape: Shape,
}

/// What the struct is in PostgreSQL.
pub(crate) enum Shape {
    Newtype(Box<Newtype>),
    Composite(Box<Composite>),
    /// Neither, which has been reported.
    Unusable,
}

/// A struct around one value: the value's type, or a domain over it.
pub(crate) struct Newtype {
    pub(crate) inner: Type,
    pub(crate) member: Member,
    pub(crate) domain: Domain,
    /// What the field says of the type.
    pub(crate) stored: StoredType,
}

/// What a newtype's attributes say.
#[derive(Default)]
pub(crate) struct Domain {
    pub(crate) krate: Slot<Path>,
    pub(crate) transparent: Slot<bool>,
    pub(crate) sqlx_name: Slot<LitStr>,
    pub(crate) name: Slot<Name>,
    pub(crate) schema: Slot<Name>,
    pub(crate) renamed_from: Slot<Name>,
    pub(crate) checks: Vec<(Ident, Option<Name>, LitStr)>,
    pub(crate) not_null: Slot<bool>,
    pub(crate) default: Slot<DefaultValue>,
    pub(crate) collation: Slot<String>,
    pub(crate) comment: Slot<String>,
    pub(crate) comments: Slot<bool>,
}

/// A composite type.
#[derive(Default)]
pub(crate) struct Composite {
    pub(crate) krate: Slot<Path>,
    pub(crate) name: Slot<Name>,
    pub(crate) schema: Slot<Name>,
    pub(crate) sqlx_name: Slot<QualifiedName>,
    pub(crate) renamed_from: Slot<Name>,
    pub(crate) rename_all: Slot<Casing>,
    pub(crate) comment: Slot<String>,
    pub(crate) comments: Slot<bool>,
    pub(crate) fields: Vec<CompositeField>,
}

/// A field of a composite type.
pub(crate) struct CompositeField {
    pub(crate) ident: Ident,
    pub(crate) doc: Option<String>,
    pub(crate) rust_type: Type,
    pub(crate) attribute: CompositeAttribute,
}

/// What a composite type's field says.
#[derive(Default)]
pub(crate) struct CompositeAttribute {
    pub(crate) name: Slot<Name>,
    pub(crate) renamed_from: Slot<Name>,
    pub(crate) comment: Slot<String>,
    pub(crate) stored: StoredType,
}

const DOMAIN: &Keys<Domain> = &[
    ("domain", |domain, entry| domain.name.set(&entry.key, entry.name_without_schema()?)),
    ("transparent", |domain, entry| domain.transparent.set(&entry.key, entry.flag()?)),
    ("schema", |domain, entry| domain.schema.set(&entry.key, entry.name()?)),
    ("renamed_from", |domain, entry| {
        domain.renamed_from.set(&entry.key, entry.name_without_schema()?)
    }),
    ("check", |domain, entry| {
        let (name, expression) = entry.parens(named_expression)?;
        domain.checks.push((entry.key.clone(), name, expression));
        Ok(())
    }),
    ("not_null", |domain, entry| domain.not_null.set(&entry.key, entry.flag()?)),
    ("default", |domain, entry| domain.default.set(&entry.key, DefaultValue::parse(entry)?)),
    ("collate", |domain, entry| domain.collation.set(&entry.key, entry.text()?)),
    ("comment", |domain, entry| domain.comment.set(&entry.key, entry.text()?)),
    ("comments", |domain, entry| domain.comments.set(&entry.key, entry.flag()?)),
    ("crate", |domain, entry| domain.krate.set(&entry.key, entry.path()?)),
];

const SQLX_DOMAIN: &Keys<Domain> = &[
    ("transparent", |domain, entry| {
        domain.transparent.fill(&entry.key, true);
        Ok(())
    }),
    ("type_name", |domain, entry| domain.sqlx_name.set(&entry.key, entry.literal()?)),
];

/// On the field of a newtype.
const VALUE: &Keys<StoredType> = &[
    ("type", StoredType::read_type),
    ("varchar", StoredType::read_varchar),
    ("char", StoredType::read_char),
    ("numeric", StoredType::read_numeric),
    ("json", StoredType::read_json),
];

const COMPOSITE: &Keys<Composite> = &[
    ("name", |composite, entry| composite.name.set(&entry.key, entry.name_without_schema()?)),
    ("schema", |composite, entry| composite.schema.set(&entry.key, entry.name()?)),
    ("renamed_from", |composite, entry| {
        composite.renamed_from.set(&entry.key, entry.name_without_schema()?)
    }),
    ("rename_all", |composite, entry| composite.rename_all.set(&entry.key, entry.casing()?)),
    ("comment", |composite, entry| composite.comment.set(&entry.key, entry.text()?)),
    ("comments", |composite, entry| composite.comments.set(&entry.key, entry.flag()?)),
    ("crate", |composite, entry| composite.krate.set(&entry.key, entry.path()?)),
    ("transparent", |_, entry| Err(too_many_fields(entry))),
    ("domain", |_, entry| Err(too_many_fields(entry))),
];

const SQLX_COMPOSITE: &Keys<Composite> = &[("type_name", |composite, entry| {
    composite.sqlx_name.set(&entry.key, entry.qualified_name()?)
})];

const COMPOSITE_ATTRIBUTE: &Keys<CompositeAttribute> = &[
    ("column", |attribute, entry| attribute.name.set(&entry.key, entry.name()?)),
    ("rename", |attribute, entry| attribute.name.set(&entry.key, entry.name()?)),
    ("renamed_from", |attribute, entry| attribute.renamed_from.set(&entry.key, entry.name()?)),
    ("comment", |attribute, entry| attribute.comment.set(&entry.key, entry.text()?)),
    ("type", |attribute, entry| attribute.stored.read_type(entry)),
    ("varchar", |attribute, entry| attribute.stored.read_varchar(entry)),
    ("char", |attribute, entry| attribute.stored.read_char(entry)),
    ("numeric", |attribute, entry| attribute.stored.read_numeric(entry)),
    ("json", |attribute, entry| attribute.stored.read_json(entry)),
];

impl CustomType {
    pub(crate) fn parse(input: &DeriveInput, scope: &Scope) -> Self {
        Self {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            doc: doc_comment(&input.attrs),
            shape: Shape::parse(input, scope),
        }
    }

    pub(crate) fn krate(&self) -> Path {
        let krate = match &self.shape {
            Shape::Newtype(newtype) => newtype.domain.krate.value(),
            Shape::Composite(composite) => composite.krate.value(),
            Shape::Unusable => None,
        };
        krate.cloned().unwrap_or_else(default_crate)
    }
}

impl Shape {
    fn parse(input: &DeriveInput, scope: &Scope) -> Self {
        let refused = |message: &str| {
            scope.error(input.ident.span(), message);
            Self::Unusable
        };
        let Data::Struct(data) = &input.data else {
            return refused("`DbType` is for structs; derive `DbEnum` for an enum");
        };
        let transparent = is_transparent(&input.attrs);
        match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                Self::Newtype(Box::new(Newtype::parse(&fields.unnamed[0], input, scope)))
            }
            Fields::Named(fields) if transparent && fields.named.len() == 1 => {
                Self::Newtype(Box::new(Newtype::parse(&fields.named[0], input, scope)))
            }
            Fields::Named(_) => {
                Self::Composite(Box::new(Composite::parse(&data.fields, input, scope)))
            }
            Fields::Unnamed(_) => refused("a composite type has names; name the struct's fields"),
            Fields::Unit => refused("a type needs a value; give the struct a field"),
        }
    }
}

impl Newtype {
    fn parse(field: &syn::Field, input: &DeriveInput, scope: &Scope) -> Self {
        let mut domain = Domain::default();
        read_db(&mut domain, &input.attrs, DOMAIN, scope);
        read_sqlx(&mut domain, &input.attrs, SQLX_DOMAIN, scope);
        let mut stored = StoredType::default();
        read_db(&mut stored, &field.attrs, VALUE, scope);
        let member = field.ident.clone().map_or(Member::from(0), Member::from);
        Self { inner: field.ty.clone(), member, domain, stored }
    }
}

impl Domain {
    /// The keys that say something about a domain only.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Ident> {
        let slots = [
            self.schema.key(),
            self.renamed_from.key(),
            self.not_null.key(),
            self.default.key(),
            self.collation.key(),
            self.comment.key(),
            self.comments.key(),
        ];
        slots.into_iter().flatten().chain(self.checks.iter().map(|(key, _, _)| key))
    }
}

impl Composite {
    fn parse(fields: &Fields, input: &DeriveInput, scope: &Scope) -> Self {
        let mut composite = Self::default();
        read_db(&mut composite, &input.attrs, COMPOSITE, scope);
        read_sqlx(&mut composite, &input.attrs, SQLX_COMPOSITE, scope);
        composite.fields =
            fields.iter().filter_map(|field| CompositeField::parse(field, scope)).collect();
        composite
    }

    pub(crate) fn name(&self, ident: &Ident) -> QualifiedName {
        let sqlx_name = self.sqlx_name.value();
        let name = self.name.value().or_else(|| sqlx_name.map(|name| &name.name));
        let schema = self.schema.value();
        QualifiedName {
            schema: schema.or_else(|| sqlx_name.and_then(|name| name.schema.as_ref())).cloned(),
            name: name.cloned().unwrap_or_else(|| default_name(ident)),
        }
    }

    pub(crate) fn attribute_name(&self, field: &CompositeField) -> Name {
        if let Some(name) = field.attribute.name.value() {
            return name.clone();
        }
        let plain = unrawed(&field.ident);
        Name {
            text: self
                .rename_all
                .value()
                .map_or_else(|| plain.clone(), |casing| casing.apply(&plain)),
            span: field.ident.span(),
        }
    }
}

impl CompositeField {
    fn parse(field: &syn::Field, scope: &Scope) -> Option<Self> {
        let mut attribute = CompositeAttribute::default();
        read_db(&mut attribute, &field.attrs, COMPOSITE_ATTRIBUTE, scope);
        let doc = doc_comment(&field.attrs);
        Some(Self { ident: field.ident.clone()?, doc, rust_type: field.ty.clone(), attribute })
    }
}

/// Whether `transparent` stands in an attribute: it decides what the other keys can be.
fn is_transparent(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("db") || list.path.is_ident("sqlx") => list
            .tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(word) if word == "transparent")),
        _ => false,
    })
}

fn too_many_fields(entry: &Entry<'_>) -> syn::Error {
    let message = format!("`{}` is for a struct around one value; use a tuple struct", entry.key);
    syn::Error::new(entry.key.span(), message)
}

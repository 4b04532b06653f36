//! A struct with `#[derive(DbModel)]`.

use syn::{Data, DeriveInput, Fields, Generics, Ident, Path};

use super::entry::{read_db, read_sqlx};
use super::source::{default_crate, doc_comment};
use super::table::{SQLX_TABLE, TABLE};
use super::{ColumnRef, Field, FieldKind, Name, Table, default_name, unrawed};
use crate::scope::Scope;

/// A table and its fields.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) doc: Option<String>,
    pub(crate) table: Table,
    pub(crate) fields: Vec<Field>,
}

impl Model {
    pub(crate) fn parse(input: &DeriveInput, scope: &Scope) -> Self {
        let mut table = Table::default();
        read_db(&mut table, &input.attrs, TABLE, scope);
        read_sqlx(&mut table, &input.attrs, SQLX_TABLE, scope);
        let fields = named_fields(input)
            .map(|fields| fields.iter().filter_map(|field| Field::parse(field, scope)).collect());
        Self {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            doc: doc_comment(&input.attrs),
            table,
            fields: fields.unwrap_or_else(|error| {
                scope.push(error);
                Vec::new()
            }),
        }
    }

    pub(crate) fn krate(&self) -> Path {
        self.table.krate.value().cloned().unwrap_or_else(default_crate)
    }

    pub(crate) fn table_name(&self) -> Name {
        self.table.name.value().cloned().unwrap_or_else(|| default_name(&self.ident))
    }

    /// The fields that are columns.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.kind() == FieldKind::Column)
    }

    pub(crate) fn column_name(&self, field: &Field) -> Name {
        if let Some(name) = field.column.name.value() {
            return name.clone();
        }
        let plain = unrawed(&field.ident);
        let casing = self.table.rename_all.value();
        Name {
            text: casing.map_or_else(|| plain.clone(), |casing| casing.apply(&plain)),
            span: field.ident.span(),
        }
    }

    /// The field that a key names, whatever it is in the table.
    pub(crate) fn field(&self, ident: &Ident) -> Option<&Field> {
        let name = unrawed(ident);
        self.fields.iter().find(|field| unrawed(&field.ident) == name)
    }

    /// The name of the column that a key names.
    pub(crate) fn resolve(&self, column: &ColumnRef) -> Name {
        match column {
            ColumnRef::Named(name) => name.clone(),
            ColumnRef::Field(ident) => match self.field(ident) {
                Some(field) => self.column_name(field),
                None => Name { text: unrawed(ident), span: ident.span() },
            },
        }
    }

    /// The fields with `primary_key`.
    pub(crate) fn key_fields(&self) -> impl Iterator<Item = &Field> {
        self.columns().filter(|field| field.column.primary_key.is_true())
    }
}

fn named_fields(input: &DeriveInput) -> syn::Result<&Fields> {
    let refused = |message: &str| Err(syn::Error::new(input.ident.span(), message));
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(_) => Ok(&data.fields),
            Fields::Unnamed(_) => refused(
                "a tuple struct has no column names; name its fields, or derive `DbType` for a newtype",
            ),
            Fields::Unit => refused("a table needs columns; give the struct named fields"),
        },
        Data::Enum(_) => refused("an enum is no table; derive `DbEnum` for it"),
        Data::Union(_) => refused("a union is no table; make it a struct"),
    }
}

//! A struct as a table.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::column::{field, is_probed};
use super::item::items;
use super::literal::{columns, comment, option, parameters, table_name};
use super::sequence::sequence;
use super::{enclosed, fields_in_use};
use crate::parse::{FieldKind, Item, ItemKind, Model, QualifiedName, unrawed};

pub(crate) fn model(model: &Model) -> TokenStream {
    let is_probed = model.fields.iter().any(is_probed);
    let mut impls = if is_probed { probe_import() } else { TokenStream::new() };
    impls.extend(db_fields(model));
    impls.extend(fields_in_use(&model.ident, table_fields(model)));
    if !model.table.columns_only.is_true() {
        impls.extend(db_model(model));
        impls.extend(registration(model));
    }
    enclosed(&model.krate(), &impls)
}

/// What lets a probe answer for types that are no `Option`.
pub(super) fn probe_import() -> TokenStream {
    quote!(
        #[allow(unused_imports)]
        use __model::NotOption as _;
    )
}

/// The columns with their fields, by whose names other models' foreign keys look them up.
fn columns_of_fields(model: &Model) -> TokenStream {
    let columns = model.columns().map(|field| {
        let (ident, name) = (unrawed(&field.ident), model.column_name(field));
        quote!((#ident, #name))
    });
    quote!(&[#(#columns),*])
}

fn db_fields(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let fields = model.fields.iter().filter_map(|declared| field(declared, model));
    let items = field_items(model);
    let columns = columns_of_fields(model);
    quote! {
        #[automatically_derived]
        impl __model::DbFields for #ident {
            const FIELDS: __model::FieldsMeta = __model::FieldsMeta {
                fields: &[#(#fields),*],
                items: &[#(#items),*],
            };
            const COLUMNS: &'static [(&'static str, &'static str)] = #columns;
        }
    }
}

fn table_fields(model: &Model) -> impl Iterator<Item = &Ident> {
    model.fields.iter().filter(|field| field.kind() != FieldKind::Skip).map(|field| &field.ident)
}

/// What the fields declare; without a table, what the struct declares too.
fn field_items(model: &Model) -> Vec<TokenStream> {
    let mut declared = Vec::new();
    if model.key_fields().next().is_some() {
        let key = field_key(model);
        declared.push(quote!(__model::TableItemMeta::PrimaryKey(__model::KeyMeta::new(#key))));
    }
    declared.extend(items(model.columns().flat_map(|field| &field.column.items), model));
    if model.table.columns_only.is_true() {
        declared.extend(items(&model.table.items, model));
    }
    declared
}

fn db_model(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let table = table_name(&QualifiedName {
        schema: model.table.schema.value().cloned(),
        name: model.table_name(),
    });
    let primary_key = primary_key(model);
    let meta = meta(model);
    quote! {
        #[automatically_derived]
        impl __model::DbModel for #ident {
            const TABLE: __model::TableName = #table;
            const PRIMARY_KEY: &'static [&'static str] = #primary_key;
            const META: __model::ModelMeta = #meta;
        }
    }
}

fn meta(model: &Model) -> TokenStream {
    let table = &model.table;
    let renamed_from = option(table.renamed_from.value());
    let items = items(&table.items, model);
    let sequences = table.sequences.iter().map(|(_, declared)| sequence(declared));
    let comment = option(comment(&table.comment, &table.comments, model.doc.as_ref()));
    let options = parameters(table.options.value().map_or(&[], Vec::as_slice));
    let unlogged = table.unlogged.is_true();
    let tablespace = option(table.tablespace.value());
    quote! {
        __model::ModelMeta {
            table: <Self as __model::DbModel>::TABLE,
            renamed_from: #renamed_from,
            fields: <Self as __model::DbFields>::FIELDS,
            items: &[#(#items),*],
            sequences: &[#(#sequences),*],
            comment: #comment,
            options: #options,
            unlogged: #unlogged,
            tablespace: #tablespace,
            source: __model::Source {
                package: ::core::env!("CARGO_PKG_NAME"),
                file: ::core::file!(),
                line: ::core::line!(),
            },
        }
    }
}

/// The columns of the key that the struct declares, or those of its fields.
fn primary_key(model: &Model) -> TokenStream {
    let declared = model.table.items.iter().find_map(|Item { kind, .. }| match kind {
        ItemKind::PrimaryKey(key) => Some(columns(&key.columns, model)),
        _ => None,
    });
    declared.unwrap_or_else(|| field_key(model))
}

fn field_key(model: &Model) -> TokenStream {
    let names = model.key_fields().map(|field| model.column_name(field));
    quote!(&[#(#names),*])
}

fn registration(model: &Model) -> TokenStream {
    let (krate, ident) = (model.krate(), &model.ident);
    quote! {
        #krate::__private::inventory::submit! {
            __model::Registered(&<#ident as __model::DbModel>::META)
        }
    }
}

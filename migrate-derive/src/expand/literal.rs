//! Options, lists and names as Rust literals.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::parse::{ColumnRef, DefaultValue, Model, QualifiedName, Slot, StorageParameter};

pub(super) fn option(value: Option<impl ToTokens>) -> TokenStream {
    let Some(value) = value else {
        return quote!(::core::option::Option::None);
    };
    quote!(::core::option::Option::Some(#value))
}

pub(super) fn table_name(name: &QualifiedName) -> TokenStream {
    let schema = option(name.schema.as_ref());
    let name = &name.name;
    quote!(__model::TableName { schema: #schema, name: #name })
}

/// The names of columns.
pub(super) fn columns(columns: &[ColumnRef], model: &Model) -> TokenStream {
    let names = columns.iter().map(|column| model.resolve(column));
    quote!(&[#(#names),*])
}

pub(super) fn parameters(parameters: &[StorageParameter]) -> TokenStream {
    let pairs = parameters.iter().map(|StorageParameter { name, value }| quote!((#name, #value)));
    quote!(&[#(#pairs),*])
}

pub(super) fn default(value: &DefaultValue) -> TokenStream {
    match value {
        DefaultValue::Sql(sql) => quote!(__model::DefaultMeta::Sql(#sql)),
        DefaultValue::Rust(value) => {
            let literal = quote_spanned! {value.span()=> __model::SqlLiteral::sql_literal(&value)};
            quote!(__model::DefaultMeta::Value(|| { let value = #value; #literal }))
        }
    }
}

/// The comment that is written, or the doc comment where those are asked for.
pub(super) fn comment<'a>(
    written: &'a Slot<String>,
    comments: &Slot<bool>,
    doc: Option<&'a String>,
) -> Option<&'a String> {
    written.value().or_else(|| doc.filter(|_| comments.is_true()))
}

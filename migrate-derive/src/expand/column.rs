//! Fields as columns.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use super::literal::{comment, default};
use super::sequence::identity;
use crate::parse::{Column, Field, FieldKind, Model, StoredType, WrittenType};

/// A field's entry in the model, which a skipped field has none of.
pub(super) fn field(field: &Field, model: &Model) -> Option<TokenStream> {
    match field.kind() {
        FieldKind::Skip => None,
        FieldKind::Flatten => {
            let flattened = field.stored_type();
            let fields =
                quote_spanned! {flattened.span()=> <#flattened as __model::DbFields>::FIELDS};
            Some(quote!(__model::FieldMeta::Flatten(#fields)))
        }
        FieldKind::Column => Some(column(field, model)),
    }
}

/// The type that a field or an attribute of a composite type has in PostgreSQL.
pub(super) fn sql_type(stored: &StoredType, rust_type: &Type) -> TokenStream {
    match stored.written.value() {
        Some(WrittenType::Any(written) | WrittenType::Scalar(written)) => {
            quote!(__model::SqlType::Written(#written))
        }
        Some(WrittenType::Json) => quote!(__model::SqlType::Builtin("jsonb")),
        None => quote_spanned! {rust_type.span()=> <#rust_type as __model::DbType>::SQL_TYPE},
    }
}

/// Whether the field's nullability is found out without asking its type for `DbType`.
pub(super) fn is_probed(field: &Field) -> bool {
    let column = &field.column;
    let written = column.stored.written.value();
    field.kind() == FieldKind::Column && written.is_some() && !column.nullable.is_set()
}

fn column(field: &Field, model: &Model) -> TokenStream {
    let name = model.column_name(field);
    let column_type = column_type(field);
    let options = options(field, model);
    // What is written here is compiled for every field of a program.
    if options.is_empty() {
        return quote!(__model::FieldMeta::plain(#name, #column_type));
    }
    quote! {
        __model::FieldMeta::Column(__model::ColumnMeta {
            name: #name,
            column_type: #column_type,
            options: &[#(#options),*],
        })
    }
}

/// What the field's type is, in one constant of the type where the attribute says nothing else.
fn column_type(field: &Field) -> TokenStream {
    let (column, rust_type) = (&field.column, field.stored_type());
    if column.stored.written.value().is_none() && !column.nullable.is_set() {
        return quote_spanned! {rust_type.span()=> <#rust_type as __model::DbType>::COLUMN};
    }
    let sql_type = sql_type(&column.stored, rust_type);
    let nullable = nullable(field);
    quote!(&__model::ColumnType { sql_type: #sql_type, nullable: #nullable })
}

fn options(field: &Field, model: &Model) -> Vec<TokenStream> {
    let column = &field.column;
    let comment = comment(&column.comment, &model.table.comments, field.doc.as_ref());
    let options = [
        option("Default", value(column)),
        option("Identity", column.identity.value().map(identity)),
        option("Generated", generated(column)),
        option("Collation", column.collation.value()),
        option("Storage", column.storage.value()),
        option("Compression", column.compression.value()),
        option("Statistics", column.statistics.value()),
        option("Comment", comment),
        option("RenamedFrom", column.renamed_from.value()),
    ];
    options.into_iter().flatten().collect()
}

fn option(variant: &str, value: Option<impl ToTokens>) -> Option<TokenStream> {
    let (variant, value) = (format_ident!("{variant}"), value?);
    Some(quote!(__model::ColumnOption::#variant(#value)))
}

/// What the column holds when a row doesn't say it.
fn value(column: &Column) -> Option<TokenStream> {
    if column.serial.is_true() {
        return Some(quote!(__model::DefaultMeta::Serial));
    }
    column.default.value().map(default)
}

fn generated(column: &Column) -> Option<TokenStream> {
    let stored = !column.is_virtual.is_true();
    let expression = column.generated.value()?;
    Some(quote!(__model::GeneratedMeta { expression: #expression, stored: #stored }))
}

fn nullable(field: &Field) -> TokenStream {
    let column = &field.column;
    if let Some(nullable) = column.nullable.value() {
        return nullable.to_token_stream();
    }
    let rust_type = field.stored_type();
    match column.stored.written.value() {
        Some(_) => quote!(<__model::Probe<#rust_type>>::NULLABLE),
        None => quote_spanned! {rust_type.span()=> <#rust_type as __model::DbType>::NULLABLE},
    }
}

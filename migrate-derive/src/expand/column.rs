//! Fields as columns.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use super::literal::{comment, default};
use super::sequence::identity;
use super::sparse::Sparse;
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
        FieldKind::Column => {
            let column = column(field, model);
            Some(quote!(__model::FieldMeta::Column(#column)))
        }
    }
}

/// The type that a field or an attribute of a composite type has in PostgreSQL.
pub(super) fn sql_type(stored: &StoredType, rust_type: &Type) -> TokenStream {
    match stored.written.value() {
        Some(WrittenType::Any(written) | WrittenType::Scalar(written)) => {
            quote!(__model::SqlType::Written(#written))
        }
        Some(WrittenType::Json { .. }) => quote!(__model::SqlType::Builtin("jsonb")),
        None => quote_spanned! {rust_type.span()=> <#rust_type as __model::DbType>::SQL_TYPE},
    }
}

/// Whether the field's nullability is found out without asking its type for `DbType`.
pub(super) fn is_probed(field: &Field) -> bool {
    let column = &field.column;
    let written = column.stored.written.value();
    let is_written = matches!(written, Some(WrittenType::Any(_) | WrittenType::Scalar(_)));
    field.kind() == FieldKind::Column && is_written && !column.nullable.is_set()
}

fn column(field: &Field, model: &Model) -> Sparse {
    let name = model.column_name(field);
    let sql_type = sql_type(&field.column.stored, field.stored_type());
    let nullable = nullable(field);
    let mut literal = Sparse::new(
        quote!(__model::ColumnMeta),
        quote!(__model::ColumnMeta::new(#name, #sql_type, #nullable)),
    );
    let column = &field.column;
    values(column, &mut literal);
    literal.some("collation", column.collation.value());
    literal.some("storage", column.storage.value());
    literal.some("compression", column.compression.value());
    literal.some("statistics", column.statistics.value());
    literal.some("comment", comment(&column.comment, &model.table.comments, field.doc.as_ref()));
    literal.some("renamed_from", column.renamed_from.value());
    literal
}

/// What the column holds when a row doesn't say it.
fn values(column: &Column, literal: &mut Sparse) {
    if column.serial.is_true() {
        literal.field("default", &quote!(__model::DefaultMeta::Serial));
    } else if let Some(value) = column.default.value() {
        literal.field("default", &default(value));
    }
    literal.some("identity", column.identity.value().map(identity));
    let stored = !column.is_virtual.is_true();
    let generated = column.generated.value().map(
        |expression| quote!(__model::GeneratedMeta { expression: #expression, stored: #stored }),
    );
    literal.some("generated", generated);
}

fn nullable(field: &Field) -> TokenStream {
    let column = &field.column;
    if let Some(nullable) = column.nullable.value() {
        return nullable.to_token_stream();
    }
    let rust_type = field.stored_type();
    match column.stored.written.value() {
        Some(WrittenType::Any(_) | WrittenType::Scalar(_)) => {
            quote!(<__model::Probe<#rust_type>>::NULLABLE)
        }
        Some(WrittenType::Json { nullable }) => nullable.to_token_stream(),
        None => quote_spanned! {rust_type.span()=> <#rust_type as __model::DbType>::NULLABLE},
    }
}

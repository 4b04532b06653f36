//! Indexes and their elements.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::literal::{columns, parameters};
use super::sparse::Sparse;
use crate::parse::{Element, ElementKind, Index, Model};

pub(super) fn index(index: &Index, model: &Model) -> TokenStream {
    let elements = index.elements.iter().map(|part| element(part, model));
    let mut literal =
        Sparse::new(quote!(__model::IndexMeta), quote!(__model::IndexMeta::new(&[#(#elements),*])));
    literal.some("name", index.name.value());
    literal.some("renamed_from", index.renamed_from.value());
    literal.flag("unique", &index.unique);
    if let Some(method) = index.method.value() {
        literal.field("method", &method.to_token_stream());
    }
    if let Some(include) = index.include.value() {
        literal.field("include", &columns(include, model));
    }
    literal.flag("nulls_not_distinct", &index.nulls_not_distinct);
    literal.some("predicate", index.predicate.value());
    if let Some(options) = index.options.value() {
        literal.field("options", &parameters(options));
    }
    literal.some("tablespace", index.tablespace.value());
    literal.into_token_stream()
}

pub(super) fn element(element: &Element, model: &Model) -> TokenStream {
    let mut literal = Sparse::new(quote!(__model::IndexElementMeta), target(&element.kind, model));
    let modifiers = &element.modifiers;
    literal.some("collation", modifiers.collation.value());
    if let Some(opclass) = modifiers.opclass.value() {
        literal.some("opclass", Some(&opclass.name));
        literal.field("opclass_options", &parameters(&opclass.options));
    }
    literal.flag("descending", &modifiers.descending);
    let descending = modifiers.descending.is_true();
    let nulls_first = modifiers.nulls_first.value().filter(|first| **first != descending);
    literal.some("nulls_first", nulls_first);
    literal.into_token_stream()
}

fn target(kind: &ElementKind, model: &Model) -> TokenStream {
    match kind {
        ElementKind::Column(column) => {
            let name = model.resolve(column);
            quote!(__model::IndexElementMeta::column(#name))
        }
        ElementKind::Expression(text) => quote!(__model::IndexElementMeta::expression(#text)),
    }
}

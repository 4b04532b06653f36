//! Keys, checks and exclusion constraints.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::index::element;
use super::literal::{columns, option};
use super::sparse::Sparse;
use crate::parse::{Check, Deferrable, Exclusion, Key, Model, Name};

pub(super) fn key(key: &Key, model: &Model) -> TokenStream {
    let names = columns(&key.columns, model);
    let mut literal = Sparse::new(quote!(__model::KeyMeta), quote!(__model::KeyMeta::new(#names)));
    literal.some("name", key.name.value());
    if let Some(include) = key.include.value() {
        literal.field("include", &columns(include, model));
    }
    literal.flag("nulls_not_distinct", &key.nulls_not_distinct);
    if key.deferrable.is_set() {
        literal.field("deferrable", &deferrable(&key.deferrable));
    }
    literal.into_token_stream()
}

/// A check, and the column whose field carries it.
pub(super) fn check(check: &Check, column: Option<&Name>) -> TokenStream {
    let Check { name, expression, no_inherit, not_valid } = check;
    let (name, column) = (option(name.as_ref()), option(column));
    let (no_inherit, not_valid) = (no_inherit.is_true(), not_valid.is_true());
    quote! {
        __model::CheckMeta {
            name: #name,
            column: #column,
            expression: #expression,
            no_inherit: #no_inherit,
            not_valid: #not_valid,
        }
    }
}

pub(super) fn exclusion(exclusion: &Exclusion, model: &Model) -> TokenStream {
    let name = option(exclusion.name.value());
    let method = exclusion.method.value().map_or("", String::as_str);
    let elements = exclusion.elements.iter().map(|(part, operator)| {
        let part = element(part, model);
        quote!((#part, #operator))
    });
    let include = columns(exclusion.include.value().map_or(&[], Vec::as_slice), model);
    let predicate = option(exclusion.predicate.value());
    let deferrable = deferrable(&exclusion.deferrable);
    quote! {
        __model::ExclusionMeta {
            name: #name,
            method: #method,
            elements: &[#(#elements),*],
            include: #include,
            predicate: #predicate,
            deferrable: #deferrable,
        }
    }
}

pub(super) fn deferrable(deferrable: &Deferrable) -> TokenStream {
    if deferrable.initially_deferred.is_true() {
        return quote!(__model::DeferrableMeta::InitiallyDeferred);
    }
    if deferrable.deferrable.is_true() {
        return quote!(__model::DeferrableMeta::InitiallyImmediate);
    }
    quote!(__model::DeferrableMeta::NotDeferrable)
}

//! The stages of each derive.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::parse::{CustomType, Enumeration, Model};
use crate::scope::Scope;
use crate::{check, expand};

pub(crate) fn model(input: &DeriveInput) -> TokenStream {
    let scope = Scope::of(input);
    let model = Model::parse(input, &scope);
    check::model(&model, &scope);
    scope.finish(expand_unless_generic(input, || expand::model(&model)))
}

pub(crate) fn enumeration(input: &DeriveInput) -> TokenStream {
    let scope = Scope::of(input);
    let enumeration = Enumeration::parse(input, &scope);
    check::enumeration(&enumeration, &scope);
    scope.finish(expand_unless_generic(input, || expand::enumeration(&enumeration)))
}

pub(crate) fn custom_type(input: &DeriveInput) -> TokenStream {
    let scope = Scope::of(input);
    let custom_type = CustomType::parse(input, &scope);
    check::custom_type(&custom_type, &scope);
    scope.finish(expand_unless_generic(input, || expand::custom_type(&custom_type)))
}

/// What is generic has been refused, and impls for it would only fail again, at its parameters.
fn expand_unless_generic(input: &DeriveInput, expand: impl FnOnce() -> TokenStream) -> TokenStream {
    if input.generics.params.is_empty() { expand() } else { TokenStream::new() }
}

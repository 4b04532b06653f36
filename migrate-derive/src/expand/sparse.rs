//! A struct literal that names only what differs from a constructor's value.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::literal::option;
use crate::parse::Slot;

/// A struct literal under way.
pub(super) struct Sparse {
    name: TokenStream,
    rest: TokenStream,
    fields: Vec<TokenStream>,
}

impl Sparse {
    pub(super) fn new(name: TokenStream, rest: TokenStream) -> Self {
        Self { name, rest, fields: Vec::new() }
    }

    pub(super) fn field(&mut self, name: &str, value: &TokenStream) {
        let name = format_ident!("{name}");
        self.fields.push(quote!(#name: #value));
    }

    /// A field of type `Option`, where there is a value.
    pub(super) fn some(&mut self, name: &str, value: Option<impl ToTokens>) {
        if value.is_some() {
            self.field(name, &option(value));
        }
    }

    /// A field of type `bool`, where it is true.
    pub(super) fn flag(&mut self, name: &str, flag: &Slot<bool>) {
        if flag.is_true() {
            self.field(name, &quote!(true));
        }
    }
}

impl ToTokens for Sparse {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { name, rest, fields } = self;
        if fields.is_empty() {
            return rest.to_tokens(tokens);
        }
        quote!(#name { #(#fields,)* ..#rest }).to_tokens(tokens);
    }
}

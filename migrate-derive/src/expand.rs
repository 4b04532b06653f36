//! Parsed attributes written as const data, in the terms of `migrate_core::model`.

mod column;
mod constraint;
mod custom_type;
mod enumeration;
mod foreign_key;
mod index;
mod item;
mod literal;
mod model;
mod sequence;
mod sparse;

pub(crate) use custom_type::custom_type;
pub(crate) use enumeration::enumeration;
pub(crate) use model::model;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Path};

/// Puts impls into a scope of their own, where `__model` is the interface they expand to.
fn enclosed(krate: &Path, impls: &TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            use #krate::model as __model;
            #impls
        };
    }
}

/// Names the fields in code that never runs: a field that is only a column is not dead, though no
/// Rust code reads it.
fn fields_in_use<'a>(ident: &Ident, fields: impl Iterator<Item = &'a Ident>) -> TokenStream {
    // One pattern compiles faster than a statement for each.
    let fields = fields.enumerate().map(|(number, field)| {
        let name = format_ident!("_field_{number}");
        quote!(#field: #name)
    });
    let fields: Vec<TokenStream> = fields.collect();
    if fields.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(dead_code)]
        fn fields_in_use(#ident { #(#fields,)* .. }: &#ident) {}
    }
}

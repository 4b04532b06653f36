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
use quote::quote;
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
    quote! {
        #[allow(dead_code)]
        fn fields_in_use(row: &#ident) {
            #(_ = &row.#fields;)*
        }
    }
}

//! An enum as an enum of labels, or as an integer.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::enclosed;
use super::literal::{comment, option, table_name};
use crate::parse::{Enumeration, Variant};

pub(crate) fn enumeration(enumeration: &Enumeration) -> TokenStream {
    let (sql_type, literal) = match enumeration.integer() {
        Some(integer) => (integer_type(integer), integer_literal(integer, enumeration)),
        None => (label_type(enumeration), label_literal(enumeration)),
    };
    // Without variants, which has been reported, there is nothing to match on.
    let literal = if enumeration.variants.is_empty() {
        quote!(::std::string::String::new())
    } else {
        literal
    };
    let ident = &enumeration.ident;
    let impls = quote! {
        #[automatically_derived]
        impl __model::DbType for #ident {
            const SQL_TYPE: __model::SqlType = #sql_type;
        }
        #[automatically_derived]
        impl __model::DbArrayElement for #ident {}
        #[automatically_derived]
        impl __model::SqlLiteral for #ident {
            fn sql_literal(&self) -> ::std::string::String {
                #literal
            }
        }
    };
    enclosed(&enumeration.krate(), &impls)
}

fn integer_type(integer: &Ident) -> TokenStream {
    let name = match integer.to_string().as_str() {
        "i16" => "smallint",
        "i64" => "bigint",
        _ => "integer",
    };
    quote!(__model::SqlType::Builtin(#name))
}

fn integer_literal(integer: &Ident, enumeration: &Enumeration) -> TokenStream {
    let arms = enumeration.variants.iter().map(|variant| {
        let (pattern, ident) = (pattern(variant), &variant.ident);
        if variant.is_unit {
            return quote!(#pattern => Self::#ident as #integer);
        }
        quote!(#pattern => 0)
    });
    quote! {
        let number: #integer = match *self { #(#arms,)* };
        ::std::string::ToString::to_string(&number)
    }
}

fn label_type(enumeration: &Enumeration) -> TokenStream {
    let attributes = &enumeration.attributes;
    let name = table_name(&enumeration.name());
    let renamed_from = option(attributes.renamed_from.value());
    let labels = enumeration.variants.iter().map(|variant| label(variant, enumeration));
    let removed = removed(enumeration);
    let doc = enumeration.doc.as_ref();
    let comment = option(comment(&attributes.comment, &attributes.comments, doc));
    quote! {
        __model::SqlType::Enum(&__model::EnumMeta {
            name: #name,
            renamed_from: #renamed_from,
            labels: &[#(#labels),*],
            removed: &[#(#removed),*],
            comment: #comment,
        })
    }
}

fn label(variant: &Variant, enumeration: &Enumeration) -> TokenStream {
    let name = enumeration.label(variant);
    let renamed_from = option(variant.label.renamed_from.value());
    quote!(__model::LabelMeta { name: #name, renamed_from: #renamed_from })
}

/// Each removed label with the label of its successor; unknown successors have been reported.
fn removed(enumeration: &Enumeration) -> impl Iterator<Item = TokenStream> {
    enumeration.attributes.removed.iter().filter_map(|removed| {
        let successor = enumeration.label(enumeration.variant(&removed.successor)?);
        let label = &removed.label;
        Some(quote!((#label, #successor)))
    })
}

fn label_literal(enumeration: &Enumeration) -> TokenStream {
    let arms = enumeration.variants.iter().map(|variant| {
        let (pattern, label) = (pattern(variant), enumeration.label(variant));
        quote!(#pattern => #label)
    });
    quote!(__model::quote_literal(match *self { #(#arms,)* }))
}

fn pattern(variant: &Variant) -> TokenStream {
    let ident = &variant.ident;
    if variant.is_unit {
        return quote!(Self::#ident);
    }
    quote!(Self::#ident { .. })
}

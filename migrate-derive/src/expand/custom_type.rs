//! Newtypes, domains and composite types.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::column::sql_type;
use super::literal::{comment, default, option, table_name};
use super::model::probe_import;
use super::{enclosed, fields_in_use};
use crate::parse::{Composite, CustomType, Name, Newtype, QualifiedName, Shape};

pub(crate) fn custom_type(custom_type: &CustomType) -> TokenStream {
    let impls = match &custom_type.shape {
        Shape::Newtype(newtype) => newtype_impls(custom_type, newtype),
        Shape::Composite(composite) => composite_impls(custom_type, composite),
        Shape::Unusable => return TokenStream::new(),
    };
    enclosed(&custom_type.krate(), &impls)
}

fn newtype_impls(custom_type: &CustomType, newtype: &Newtype) -> TokenStream {
    let inner = &newtype.inner;
    let is_written = newtype.stored.written.is_set();
    let (import, nullable) = match is_written {
        true => (probe_import(), quote!(<__model::Probe<#inner>>::NULLABLE)),
        false => {
            let asked = quote_spanned! {inner.span()=> <#inner as __model::DbType>::NULLABLE};
            (TokenStream::new(), asked)
        }
    };
    let (sql_type, array_bound) = match newtype.domain.name.value() {
        Some(name) => (domain_type(custom_type, newtype, name), TokenStream::new()),
        None => transparent_type(newtype),
    };
    let (ident, member) = (&custom_type.ident, &newtype.member);
    quote! {
        #import
        #[automatically_derived]
        impl __model::DbType for #ident {
            const SQL_TYPE: __model::SqlType = #sql_type;
            const NULLABLE: bool = #nullable;
        }
        #[automatically_derived]
        impl __model::DbArrayElement for #ident #array_bound {}
        #[automatically_derived]
        impl __model::SqlLiteral for #ident
        where
            for<'__value> #inner: __model::SqlLiteral,
        {
            fn sql_literal(&self) -> ::std::string::String {
                __model::SqlLiteral::sql_literal(&self.#member)
            }
        }
    }
}

/// The inner type, and the bound that makes arrays of the newtype depend on it: with the lifetime
/// the compiler takes the impl for conditional, where a bound without any parameter would be an
/// error in case it doesn't hold.
fn transparent_type(newtype: &Newtype) -> (TokenStream, TokenStream) {
    let inner = &newtype.inner;
    let bound = quote!(where for<'__value> #inner: __model::DbArrayElement);
    if let Some(name) = newtype.domain.sqlx_name.value() {
        return (quote!(__model::SqlType::Written(#name)), TokenStream::new());
    }
    match newtype.stored.written.is_set() {
        true => (sql_type(&newtype.stored, inner), TokenStream::new()),
        false => (sql_type(&newtype.stored, inner), bound),
    }
}

fn domain_type(custom_type: &CustomType, newtype: &Newtype, name: &Name) -> TokenStream {
    let (inner, domain) = (&newtype.inner, &newtype.domain);
    let name =
        table_name(&QualifiedName { schema: domain.schema.value().cloned(), name: name.clone() });
    let renamed_from = option(domain.renamed_from.value());
    let base = sql_type(&newtype.stored, inner);
    let collation = option(domain.collation.value());
    let not_null = domain.not_null.is_true();
    let default = domain.default.value().map_or(quote!(__model::DefaultMeta::None), default);
    let checks = domain.checks.iter().map(|(_, name, expression)| {
        let name = name.as_ref().map_or("", |name| &name.text);
        quote!((#name, #expression))
    });
    let comment = option(comment(&domain.comment, &domain.comments, custom_type.doc.as_ref()));
    quote! {
        __model::SqlType::Domain(&__model::DomainMeta {
            name: #name,
            renamed_from: #renamed_from,
            base: &#base,
            collation: #collation,
            not_null: #not_null,
            default: #default,
            checks: &[#(#checks),*],
            comment: #comment,
        })
    }
}

fn composite_impls(custom_type: &CustomType, composite: &Composite) -> TokenStream {
    let ident = &custom_type.ident;
    let name = table_name(&composite.name(ident));
    let renamed_from = option(composite.renamed_from.value());
    let attributes = composite.fields.iter().map(|field| {
        let name = composite.attribute_name(field);
        let renamed_from = option(field.attribute.renamed_from.value());
        let sql_type = sql_type(&field.attribute.stored, &field.rust_type);
        let written = &field.attribute.comment;
        let comment = option(comment(written, &composite.comments, field.doc.as_ref()));
        quote! {
            __model::AttributeMeta {
                name: #name,
                renamed_from: #renamed_from,
                sql_type: #sql_type,
                comment: #comment,
            }
        }
    });
    let fields = composite.fields.iter().map(|field| &field.ident);
    let fields_in_use = fields_in_use(ident, fields);
    let doc = custom_type.doc.as_ref();
    let comment = option(comment(&composite.comment, &composite.comments, doc));
    quote! {
        #[automatically_derived]
        impl __model::DbType for #ident {
            const SQL_TYPE: __model::SqlType = __model::SqlType::Composite(&__model::CompositeMeta {
                name: #name,
                renamed_from: #renamed_from,
                attributes: &[#(#attributes),*],
                comment: #comment,
            });
        }
        #[automatically_derived]
        impl __model::DbArrayElement for #ident {}
        #fields_in_use
    }
}

//! Names of database objects, as an author wrote them.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Ident, LitStr};

use super::unrawed;

/// PostgreSQL cuts longer names off.
const MAX_BYTES: usize = 63;

/// A name that PostgreSQL keeps whole.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Name {
    pub(crate) fn of_literal(literal: &LitStr) -> syn::Result<Self> {
        Self::checked(literal.value(), literal.span())
    }

    pub(crate) fn of_ident(ident: &Ident) -> syn::Result<Self> {
        Self::checked(unrawed(ident), ident.span())
    }

    /// The name of an object that also has a schema, which is a key of its own.
    pub(crate) fn without_schema(literal: &LitStr) -> syn::Result<Self> {
        let name = Self::of_literal(literal)?;
        let Some((schema, rest)) = name.text.split_once('.') else {
            return Ok(name);
        };
        let message =
            format!("the schema is a key of its own; write `\"{rest}\", schema = \"{schema}\"`");
        Err(syn::Error::new(name.span, message))
    }

    pub(crate) fn checked(text: String, span: Span) -> syn::Result<Self> {
        if text.is_empty() {
            return Err(syn::Error::new(span, "a name cannot be empty"));
        }
        let bytes = text.len();
        if bytes > MAX_BYTES {
            let message =
                format!("this name has {bytes} bytes and PostgreSQL keeps {MAX_BYTES}; shorten it");
            return Err(syn::Error::new(span, message));
        }
        Ok(Self { text, span })
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        LitStr::new(&self.text, self.span).to_tokens(tokens);
    }
}

/// A name with the schema before its dot, where it has one.
#[derive(Clone)]
pub(crate) struct QualifiedName {
    pub(crate) schema: Option<Name>,
    pub(crate) name: Name,
}

impl QualifiedName {
    pub(crate) fn of_literal(literal: &LitStr) -> syn::Result<Self> {
        let text = literal.value();
        let (schema, name) = match text.split_once('.') {
            Some((schema, name)) => (Some(schema.to_owned()), name.to_owned()),
            None => (None, text),
        };
        Ok(Self {
            schema: schema.map(|schema| Name::checked(schema, literal.span())).transpose()?,
            name: Name::checked(name, literal.span())?,
        })
    }
}

//! A column as keys and indexes name it.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, parenthesized, token};

use super::Name;
use super::entry::{Entry, read_entries};

/// A column, by its Rust field or, unchecked, by its name.
#[derive(Clone)]
pub(crate) enum ColumnRef {
    Field(Ident),
    Named(Name),
}

impl ColumnRef {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Field(ident) => ident.span(),
            Self::Named(name) => name.span,
        }
    }
}

impl Parse for ColumnRef {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if let Ok(literal) = input.fork().parse::<LitStr>() {
            let message =
                "name the field, without quotes; a column that is no field's is `column(\"…\")`";
            input.parse::<LitStr>()?;
            return Err(syn::Error::new(literal.span(), message));
        }
        let ident = input.call(Ident::parse_any)?;
        if ident != "column" || !input.peek(token::Paren) {
            return Ok(Self::Field(ident));
        }
        let content;
        parenthesized!(content in input);
        let literal: LitStr = content.parse()?;
        Name::of_literal(&literal).map(Self::Named)
    }
}

impl Entry<'_> {
    /// `(a, b)`.
    pub(crate) fn columns(&self) -> syn::Result<Vec<ColumnRef>> {
        let mut columns = Vec::new();
        self.parens(|input| {
            read_entries(input, self.scope, |input| {
                input.parse().map(|column| columns.push(column))
            });
            Ok(())
        })?;
        Ok(columns)
    }
}

//! The forms a value takes after its key.

use std::fmt::Display;
use std::ops::RangeInclusive;

use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitInt, LitStr, Token, parenthesized, token};

use super::entry::{Entry, Keys, read_keys};
use super::{Name, QualifiedName};
use crate::casing::Casing;
use crate::suggest;

/// An integer with its span.
#[derive(Clone, Copy)]
pub(crate) struct Number {
    pub(crate) value: i64,
    pub(crate) span: Span,
}

impl Entry<'_> {
    /// `= "text"`.
    pub(crate) fn literal(&self) -> syn::Result<LitStr> {
        self.equals()?;
        self.input.parse().map_err(|error| self.instead_of(&error, "= \"…\""))
    }

    /// `= "text"`, of which only the text counts.
    pub(crate) fn text(&self) -> syn::Result<String> {
        self.literal().map(|literal| literal.value())
    }

    /// `= "name"`.
    pub(crate) fn name(&self) -> syn::Result<Name> {
        Name::of_literal(&self.literal()?)
    }

    /// `= "name"` of an object whose schema is a key of its own.
    pub(crate) fn name_without_schema(&self) -> syn::Result<Name> {
        Name::without_schema(&self.literal()?)
    }

    /// `= "schema.name"`.
    pub(crate) fn qualified_name(&self) -> syn::Result<QualifiedName> {
        QualifiedName::of_literal(&self.literal()?)
    }

    /// A bare flag, `= true` or `= false`.
    pub(crate) fn flag(&self) -> syn::Result<bool> {
        if !self.input.peek(Token![=]) {
            return Ok(true);
        }
        self.equals()?;
        let literal = self.input.parse::<LitBool>();
        let literal = literal.map_err(|error| self.instead_of(&error, "= true"))?;
        Ok(literal.value())
    }

    /// `= word` or `= "word"`.
    pub(crate) fn word(&self) -> syn::Result<Ident> {
        self.equals()?;
        if !self.input.peek(LitStr) {
            return self.input.call(Ident::parse_any);
        }
        let literal: LitStr = self.input.parse()?;
        literal
            .parse_with(Ident::parse_any)
            .map_err(|_| syn::Error::new(literal.span(), "this must be one word"))
    }

    /// `= word`, one of a few.
    pub(crate) fn one_of(&self, known: &[&'static str]) -> syn::Result<&'static str> {
        let word = self.word()?;
        known.iter().copied().find(|known| word == known).ok_or_else(|| {
            suggest::unknown(format!("{} value", self.key), &word, known.iter().copied())
        })
    }

    /// `= -1`.
    pub(crate) fn number(&self) -> syn::Result<Number> {
        self.equals()?;
        number(self.input).map_err(|error| self.instead_of(&error, "= 1"))
    }

    /// `= 10`, within PostgreSQL's limits.
    pub(crate) fn number_within<T>(&self, limits: RangeInclusive<T>) -> syn::Result<T>
    where
        T: TryFrom<i64> + PartialOrd + Display,
    {
        self.equals()?;
        if !self.input.peek(LitInt) && !self.input.peek(Token![-]) {
            let error = self.input.error("expected integer literal");
            return Err(self.instead_of(&error, &format!("= {}", limits.start())));
        }
        number_within(self.input, limits)
    }

    /// `= "snake_case"` and the other ways to write words.
    pub(crate) fn casing(&self) -> syn::Result<Casing> {
        let literal = self.literal()?;
        let word = literal.value();
        let known = Casing::NAMES.iter();
        known.clone().find(|(name, _)| *name == word).map(|(_, casing)| *casing).ok_or_else(|| {
            let remedy = suggest::remedy(&word, known.map(|(name, _)| *name));
            syn::Error::new(literal.span(), format!("unknown casing `{word}`; {remedy}"))
        })
    }

    /// `(…)`, read by a function; what an error leaves unread is dropped.
    pub(crate) fn parens<T>(
        &self,
        read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    ) -> syn::Result<T> {
        if !self.has_parens() {
            return Err(self.instead_of(&self.input.error("expected parentheses"), "(…)"));
        }
        let content;
        parenthesized!(content in self.input);
        let value = read(&content).and_then(|value| {
            if content.is_empty() { Ok(value) } else { Err(content.error("unexpected token")) }
        });
        while content.parse::<TokenTree>().is_ok() {}
        value
    }

    /// `("text")`.
    pub(crate) fn literal_in_parens(&self) -> syn::Result<LitStr> {
        self.parens(<LitStr as Parse>::parse)
    }

    /// `(…)` of keys only.
    pub(crate) fn keys<T>(&self, target: &mut T, keys: &Keys<T>) -> syn::Result<()> {
        self.parens(|input| {
            read_keys(target, keys, input, self.scope);
            Ok(())
        })
    }

    /// Whether `(` follows.
    pub(crate) fn has_parens(&self) -> bool {
        self.input.peek(token::Paren)
    }

    pub(crate) fn equals(&self) -> syn::Result<()> {
        let equals = self.input.parse::<Token![=]>();
        equals.map(drop).map_err(|error| self.instead_of(&error, "= …"))
    }

    /// The error with the form that the key takes.
    fn instead_of(&self, error: &syn::Error, form: &str) -> syn::Error {
        let space = if form.starts_with('=') { " " } else { "" };
        let message = format!("{error}; write `{}{space}{form}`", self.key);
        syn::Error::new(error.span(), message)
    }
}

/// An integer, which may be negative.
pub(crate) fn number(input: ParseStream<'_>) -> syn::Result<Number> {
    let minus: Option<Token![-]> = input.parse()?;
    let literal: LitInt = input.parse()?;
    let sign = if minus.is_some() { "-" } else { "" };
    let value = format!("{sign}{}", literal.base10_digits()).parse();
    value
        .map(|value| Number { value, span: literal.span() })
        .map_err(|_| syn::Error::new(literal.span(), "this number doesn't fit into `bigint`"))
}

/// An integer within limits, of the type that the limits have.
pub(crate) fn number_within<T>(input: ParseStream<'_>, limits: RangeInclusive<T>) -> syn::Result<T>
where
    T: TryFrom<i64> + PartialOrd + Display,
{
    let number = number(input)?;
    let value = T::try_from(number.value).ok().filter(|value| limits.contains(value));
    value.ok_or_else(|| {
        let message = format!("this must lie between {} and {}", limits.start(), limits.end());
        syn::Error::new(number.span, message)
    })
}

//! Values as Rust literals: the only way for a name or a text into the source.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::catalog::{Expression, Ident, QualifiedName};

use super::doc::is_visible;
use super::margin::has_marker;

/// The most hashes that rustc takes around a raw string.
const MAX_HASHES: usize = 255;

/// A text: raw where it has several lines, which are then read as they are.
pub(super) fn text(text: &str) -> TokenStream {
    let raw = raw(text).filter(|_| text.contains('\n'));
    raw.unwrap_or_else(|| Literal::string(text)).into_token_stream()
}

/// The text as a raw string, where that can hold it and hides nothing.
fn raw(text: &str) -> Option<Literal> {
    let hashes = hashes(text);
    let is_readable = text.chars().all(|c| matches!(c, '\n' | '\t') || is_visible(c));
    if !is_readable || has_marker(text) || hashes > MAX_HASHES {
        return None;
    }
    let hashes = "#".repeat(hashes);
    format!("r{hashes}\"{text}\"{hashes}").parse().ok()
}

/// How many hashes keep every quote in the text from ending it.
fn hashes(text: &str) -> usize {
    let after_quotes = text.split('"').skip(1);
    let longest =
        after_quotes.map(|rest| rest.bytes().take_while(|byte| *byte == b'#').count()).max();
    longest.map_or(0, |longest| longest + 1)
}

/// A name.
pub(super) fn ident(ident: &Ident) -> TokenStream {
    text(ident.as_str())
}

/// A name of the target schema as a string, any other as a pair.
pub(super) fn name(name: &QualifiedName) -> TokenStream {
    let local = ident(&name.name);
    match name.schema.as_ref().map(ident) {
        Some(schema) => quote!((#schema, #local)),
        None => local,
    }
}

/// An expression in its author's words.
pub(super) fn expression(expression: &Expression) -> TokenStream {
    text(expression.text())
}

/// A number, with its digits in groups where it has many.
pub(super) fn number(number: i64) -> TokenStream {
    let digits = number.unsigned_abs().to_string();
    let grouped = if digits.len() > 4 { grouped(&digits) } else { digits };
    let literal: Literal = grouped.parse().expect("digits and underscores are a literal");
    if number < 0 { quote!(-#literal) } else { quote!(#literal) }
}

fn grouped(digits: &str) -> String {
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

/// An array.
pub(super) fn list(items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let items = items.into_iter();
    quote!([#(#items),*])
}

/// An array of names.
pub(super) fn idents(names: &[Ident]) -> TokenStream {
    list(names.iter().map(ident))
}

/// An array of texts.
pub(super) fn texts(texts: &[String]) -> TokenStream {
    list(texts.iter().map(|one| text(one)))
}

/// A pair.
pub(super) fn pair(first: impl ToTokens, second: impl ToTokens) -> TokenStream {
    quote!((#first, #second))
}

/// An array of names with their values.
pub(super) fn pairs(options: &BTreeMap<String, String>) -> TokenStream {
    list(options.iter().map(|(name, value)| pair(text(name), text(value))))
}

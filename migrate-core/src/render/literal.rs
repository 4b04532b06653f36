//! Values as Rust literals: the only way for a name or a text into the source.

use proc_macro2::Literal;

use crate::catalog::{Expression, Ident, Options, QualifiedName};

use super::code::Code;
use super::doc::is_visible;

/// The most hashes that rustc takes around a raw string.
const MAX_HASHES: usize = 255;

/// A text.
pub(super) fn text(text: &str) -> Code {
    Code::Word(quoted(text).into())
}

/// A text as a literal: raw where it has several lines, which are then read as they are.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if text.bytes().all(is_plain) {
        return ["\"", text, "\""].concat();
    }
    let raw = raw(text).filter(|_| text.contains('\n'));
    raw.unwrap_or_else(|| Literal::string(text).to_string())
}

/// The text as a raw string, where that can hold it and hides nothing.
fn raw(text: &str) -> Option<String> {
    let hashes = hashes(text);
    let is_readable = text.chars().all(|c| matches!(c, '\n' | '\t') || is_visible(c));
    if !is_readable || hashes > MAX_HASHES {
        return None;
    }
    let hashes = "#".repeat(hashes);
    Some(format!("r{hashes}\"{text}\"{hashes}"))
}

/// How many hashes keep every quote in the text from ending it.
fn hashes(text: &str) -> usize {
    let after_quotes = text.split('"').skip(1);
    let longest =
        after_quotes.map(|rest| rest.bytes().take_while(|byte| *byte == b'#').count()).max();
    longest.map_or(0, |longest| longest + 1)
}

/// A name.
pub(super) fn ident(ident: &Ident) -> Code {
    text(ident.as_str())
}

/// A name of the target schema as a string, any other as a pair.
pub(super) fn name(name: &QualifiedName) -> Code {
    let local = ident(&name.name);
    match name.schema.as_ref().map(ident) {
        Some(schema) => pair(schema, local),
        None => local,
    }
}

/// An expression in its author's words.
pub(super) fn expression(expression: &Expression) -> Code {
    text(expression.text())
}

/// A number, with its digits in groups where it has many.
pub(super) fn number(number: i64) -> Code {
    Code::Word(written(number).into())
}

/// A range with both ends.
pub(super) fn range(from: i64, to: i64) -> Code {
    Code::Word(format!("{}..={}", written(from), written(to)).into())
}

fn written(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let grouped = if digits.len() > 4 { grouped(&digits) } else { digits };
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{grouped}")
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
pub(super) fn list(items: impl IntoIterator<Item = Code>) -> Code {
    Code::Array(items.into_iter().collect())
}

/// An array of names.
pub(super) fn idents(names: &[Ident]) -> Code {
    list(names.iter().map(ident))
}

/// An array of texts.
pub(super) fn texts(texts: &[String]) -> Code {
    list(texts.iter().map(|one| text(one)))
}

/// A pair.
pub(super) fn pair(first: Code, second: Code) -> Code {
    Code::Tuple(vec![first, second])
}

/// An array of names with their values.
pub(super) fn pairs(options: &Options) -> Code {
    list(options.iter().map(|(name, value)| pair(text(name), text(value))))
}

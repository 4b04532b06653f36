//! The checksum of a revision's file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use proc_macro2::{TokenStream, TokenTree};
use sha2::{Digest, Sha256};
use squawk_lexer::{TokenKind, tokenize};

/// A hash of the tokens, without comments and layout, so that `cargo fmt` edits nothing.
///
/// ```
/// use migrate_core::revision::checksum;
/// assert_eq!(checksum("fn up() {}"), checksum("// a comment\nfn up()  { }"));
/// assert_ne!(checksum("fn up() {}"), checksum("fn down() {}"));
/// ```
pub fn checksum(source: &str) -> String {
    let mut hasher = Sha256::new();
    let source = with_line_feeds(source);
    match TokenStream::from_str(&source) {
        Ok(tokens) => hash(tokens, &mut hasher),
        Err(_) => hasher.update(source.as_bytes()),
    }
    hex(hasher)
}

/// The same of a SQL file.
///
/// ```
/// use migrate_core::revision::sql_checksum;
/// assert_eq!(sql_checksum("SELECT  1;"), sql_checksum("-- a comment\nSELECT 1 ;"));
/// assert_ne!(sql_checksum("SELECT 'a b'"), sql_checksum("SELECT 'a  b'"));
/// assert_eq!(sql_checksum("DO $$\nEND $$"), sql_checksum("DO $$\r\nEND $$"));
/// ```
pub fn sql_checksum(source: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(sql_tokens(source));
    hex(hasher)
}

/// The tokens of SQL, without comments and layout, each with a sign behind it that ends it.
pub(crate) fn sql_tokens(source: &str) -> String {
    let source = with_line_feeds(source);
    let mut tokens = String::with_capacity(source.len());
    let mut offset = 0;
    for token in tokenize(&source) {
        let text = &source[offset..offset + token.len as usize];
        offset += token.len as usize;
        match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            _ => {
                tokens += text;
                tokens.push('\u{0}');
            }
        }
    }
    tokens
}

/// How a system ends its lines is no edit, also not within quotes.
fn with_line_feeds(source: &str) -> Cow<'_, str> {
    match source.contains("\r\n") {
        true => Cow::Owned(source.replace("\r\n", "\n")),
        false => Cow::Borrowed(source),
    }
}

/// A checksum that is asked for once for each target and made once for each text.
pub(super) fn remembered(source: &'static str, of: fn(&str) -> String) -> &'static str {
    static KNOWN: Mutex<BTreeMap<&str, &str>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(source).or_insert_with(|| of(source).leak())
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(tokens: TokenStream, hasher: &mut Sha256) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                hasher.update(format!("{:?}", group.delimiter()));
                hash(group.stream(), hasher);
                hasher.update("\u{1}");
            }
            TokenTree::Punct(punct) if punct.as_char() == '#' => skip_doc(&mut tokens, hasher),
            TokenTree::Punct(punct) if punct.as_char() == ',' && tokens.peek().is_none() => {}
            other => hasher.update(format!("{other}\u{0}")),
        }
    }
}

/// Doc comments are comments too; other attributes count.
fn skip_doc(
    tokens: &mut std::iter::Peekable<proc_macro2::token_stream::IntoIter>,
    hasher: &mut Sha256,
) {
    tokens.next_if(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '!'));
    let is_doc = |token: &TokenTree| {
        matches!(token, TokenTree::Group(group) if group.stream().to_string().starts_with("doc ")
            || group.stream().to_string().starts_with("doc="))
    };
    if tokens.next_if(is_doc).is_none() {
        hasher.update("#");
    }
}

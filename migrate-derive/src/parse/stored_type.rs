//! The keys that say a column's type: `type`, `varchar`, `char`, `numeric`, `json`, `try_from`.

use syn::parse::Parse as _;
use syn::{Ident, Token, Type};

use super::Slot;
use super::entry::Entry;
use super::value::number_within;

/// PostgreSQL's limit for `varchar(n)` and `char(n)`.
const MAX_CHARACTERS: i64 = 10_485_760;

/// Where a column's type comes from, other than its field's Rust type.
#[derive(Default)]
pub(crate) struct StoredType {
    pub(crate) written: Slot<WrittenType>,
    /// The type that sqlx reads before it converts into the field's.
    pub(crate) through: Slot<Type>,
}

/// A type in the author's words.
pub(crate) enum WrittenType {
    /// A type that only a scalar field can have.
    Scalar(String),
    /// Whatever `type` says.
    Any(String),
    /// `jsonb` of any value.
    Json,
}

impl StoredType {
    pub(crate) fn read_type(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        let literal = entry.literal()?;
        if literal.value().trim().is_empty() {
            return Err(syn::Error::new(literal.span(), "a type cannot be empty"));
        }
        self.written.set(&entry.key, WrittenType::Any(literal.value()))
    }

    pub(crate) fn read_varchar(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        let written = if entry.input.peek(Token![=]) {
            format!("character varying({})", entry.number_within(1..=MAX_CHARACTERS)?)
        } else {
            "character varying".to_owned()
        };
        self.written.set(&entry.key, WrittenType::Scalar(written))
    }

    pub(crate) fn read_char(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        let written = format!("character({})", entry.number_within(1..=MAX_CHARACTERS)?);
        self.written.set(&entry.key, WrittenType::Scalar(written))
    }

    pub(crate) fn read_numeric(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        let written = entry.parens(|input| {
            let precision = number_within(input, 1..=1000_i64)?;
            if input.is_empty() {
                return Ok(format!("numeric({precision})"));
            }
            input.parse::<Token![,]>()?;
            Ok(format!("numeric({precision},{})", number_within(input, -1000..=1000_i64)?))
        })?;
        self.written.set(&entry.key, WrittenType::Scalar(written))
    }

    pub(crate) fn read_json(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        self.written.set(&entry.key, WrittenType::Json)
    }

    /// `#[sqlx(json)]`, which `#[db(type = …)]` may say more exactly.
    pub(crate) fn fill_json(&mut self, entry: &Entry<'_>) {
        self.written.fill(&entry.key, WrittenType::Json);
    }

    pub(crate) fn fill_through(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        self.through.set(&entry.key, entry.literal()?.parse()?)
    }
}

/// Whether `json(nullable)` is written.
pub(crate) fn is_nullable_json(entry: &Entry<'_>) -> syn::Result<bool> {
    if !entry.has_parens() {
        return Ok(false);
    }
    let word: Ident = entry.parens(Ident::parse)?;
    if word == "nullable" {
        return Ok(true);
    }
    Err(syn::Error::new(word.span(), "`json` knows only `json(nullable)`"))
}

//! What constraints have in common, and `check(…)`.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use super::entry::{Entry, Keys, read_keys};
use super::{Name, Slot};

/// When a constraint is checked.
#[derive(Default)]
pub(crate) struct Deferrable {
    pub(crate) deferrable: Slot<bool>,
    pub(crate) initially_deferred: Slot<bool>,
}

impl Deferrable {
    pub(crate) fn is_set(&self) -> bool {
        self.deferrable.is_set() || self.initially_deferred.is_set()
    }
}

/// A check constraint.
pub(crate) struct Check {
    pub(crate) name: Option<Name>,
    pub(crate) expression: LitStr,
    pub(crate) no_inherit: Slot<bool>,
    pub(crate) not_valid: Slot<bool>,
}

const CHECK: &Keys<Check> = &[
    ("no_inherit", |check, entry| check.no_inherit.set(&entry.key, entry.flag()?)),
    ("not_valid", |check, entry| check.not_valid.set(&entry.key, entry.flag()?)),
];

impl Check {
    /// `check("expr")`, `check(name = "expr")`, and flags behind.
    pub(crate) fn parse(entry: &Entry<'_>) -> syn::Result<Self> {
        entry.parens(|input| {
            let (name, expression) = named_expression(input)?;
            let mut check = Self::plain(name, expression);
            if input.parse::<Option<Token![,]>>()?.is_some() {
                read_keys(&mut check, CHECK, input, entry.scope);
            }
            Ok(check)
        })
    }

    /// `check = "expr"` too, on a field.
    pub(crate) fn parse_on_field(entry: &Entry<'_>) -> syn::Result<Self> {
        if entry.has_parens() {
            return Self::parse(entry);
        }
        Ok(Self::plain(None, entry.literal()?))
    }

    fn plain(name: Option<Name>, expression: LitStr) -> Self {
        Self { name, expression, no_inherit: Slot::default(), not_valid: Slot::default() }
    }
}

/// `"expr"`, `name = "expr"` or `"name" = "expr"`.
pub(crate) fn named_expression(input: ParseStream<'_>) -> syn::Result<(Option<Name>, LitStr)> {
    let name = if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        if !input.peek(Token![=]) {
            return Ok((None, literal));
        }
        Name::of_literal(&literal)?
    } else {
        Name::of_ident(&input.call(Ident::parse_any)?)?
    };
    input.parse::<Token![=]>()?;
    Ok((Some(name), input.parse()?))
}

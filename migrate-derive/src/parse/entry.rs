//! Comma-separated entries of an attribute, read by a table of keys.

use proc_macro2::TokenTree;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Token, token};

use crate::scope::Scope;
use crate::suggest;

/// A key and what follows it.
pub(crate) struct Entry<'a> {
    pub(crate) key: Ident,
    pub(crate) input: ParseStream<'a>,
    pub(crate) scope: &'a Scope,
}

/// Every key that is known at one place, each with what it sets.
pub(crate) type Keys<T> = [(&'static str, fn(&mut T, &Entry<'_>) -> syn::Result<()>)];

/// Reads all `#[db(…)]`.
pub(crate) fn read_db<T>(target: &mut T, attributes: &[Attribute], keys: &Keys<T>, scope: &Scope) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("db")) {
        let read = attribute.parse_args_with(|input: ParseStream<'_>| {
            read_keys(target, keys, input, scope);
            Ok(())
        });
        if let Err(error) = read {
            scope.push(error);
        }
    }
}

/// Reads the attributes of sqlx, which has more keys than those that say something about a column.
pub(crate) fn read_sqlx<T>(
    target: &mut T,
    attributes: &[Attribute],
    keys: &Keys<T>,
    scope: &Scope,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("sqlx")) {
        let read = attribute.parse_args_with(|input: ParseStream<'_>| {
            read_entries(input, scope, |input| read_known_key(target, keys, input, scope));
            Ok(())
        });
        if let Err(error) = read {
            scope.push(error);
        }
    }
}

/// Reads entries that all begin with a key.
pub(crate) fn read_keys<T>(target: &mut T, keys: &Keys<T>, input: ParseStream<'_>, scope: &Scope) {
    read_entries(input, scope, |input| read_key(target, keys, input, scope));
}

/// Reads entries of which some are elements, such as columns, and the others begin with a key.
pub(crate) fn read_list<T>(
    target: &mut T,
    keys: &Keys<T>,
    input: ParseStream<'_>,
    scope: &Scope,
    element: impl Fn(&mut T, ParseStream<'_>) -> syn::Result<()>,
) {
    read_entries(input, scope, |input| {
        if begins_with_key(keys, input, scope) {
            return read_key(target, keys, input, scope);
        }
        element(target, input)
    });
}

/// Reads one key and its value.
pub(crate) fn read_key<T>(
    target: &mut T,
    keys: &Keys<T>,
    input: ParseStream<'_>,
    scope: &Scope,
) -> syn::Result<()> {
    let key = input.call(Ident::parse_any)?;
    match keys.iter().find(|(name, _)| key == name) {
        Some((_, read)) => read(target, &Entry { key, input, scope }),
        None => Err(suggest::unknown("key", &key, names(keys))),
    }
}

/// Reads entries to the end; what has an error is reported and passed over.
pub(crate) fn read_entries(
    input: ParseStream<'_>,
    scope: &Scope,
    mut entry: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = entry(input).and_then(|()| end_of_entry(input)) {
            scope.push(error);
            pass_over(input);
        }
    }
}

/// Whether the input stands at the end of an entry.
pub(crate) fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn read_known_key<T>(
    target: &mut T,
    keys: &Keys<T>,
    input: ParseStream<'_>,
    scope: &Scope,
) -> syn::Result<()> {
    let key = input.fork().call(Ident::parse_any)?;
    if keys.iter().any(|(name, _)| key == name) {
        return read_key(target, keys, input, scope);
    }
    leave_entry(input);
    Ok(())
}

/// Whether the next entry is an option rather than a column: it has a value, or it is a flag, or
/// it is nearer to one than to any field.
fn begins_with_key<T>(keys: &Keys<T>, input: ParseStream<'_>, scope: &Scope) -> bool {
    let ahead = input.fork();
    let Ok(ident) = ahead.call(Ident::parse_any) else {
        return false;
    };
    if ahead.peek(Token![=]) {
        return true;
    }
    if ahead.peek(token::Paren) {
        return ident != "column";
    }
    if scope.has_field(&ident) {
        return false;
    }
    let word = ident.to_string();
    suggest::nearest(&word, names(keys)).is_some()
        && suggest::nearest(&word, scope.fields()).is_none()
}

fn names<T>(keys: &Keys<T>) -> impl Iterator<Item = &'static str> {
    keys.iter().map(|(name, _)| *name)
}

fn end_of_entry(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    let instead = match () {
        () if input.peek(token::Paren) => "expected `,`; what stands before takes no parentheses",
        () if input.peek(Token![=]) => "expected `,`; what stands before takes no value",
        () => return input.parse::<Token![,]>().map(drop),
    };
    Err(input.error(instead))
}

/// Drops what is left of an entry.
pub(crate) fn leave_entry(input: ParseStream<'_>) {
    while !at_end(input) {
        drop(input.parse::<TokenTree>());
    }
}

fn pass_over(input: ParseStream<'_>) {
    leave_entry(input);
    drop(input.parse::<Option<Token![,]>>());
}

//! Types that a field's Rust type contradicts, as far as its spelling shows.

use syn::spanned::Spanned as _;
use syn::{GenericArgument, Ident, PathArguments, Type};

use crate::parse::{StoredType, WrittenType};
use crate::scope::Scope;

/// A length or precision is of a scalar; an array's type is written out.
pub(super) fn check_stored_type(stored: &StoredType, rust_type: &Type, scope: &Scope) {
    let Some(WrittenType::Scalar(written)) = stored.written.value() else {
        return;
    };
    let scalar = option_argument(rust_type).unwrap_or(rust_type);
    if last_word(scalar).is_some_and(|word| word == "Vec") {
        let message = format!("this field is an array; write `type = \"{written}[]\"`");
        scope.error(stored.written.span().unwrap_or_else(|| scalar.span()), message);
    }
}

/// Whether the type is spelt `Option<…>`.
pub(super) fn is_option(rust_type: &Type) -> bool {
    last_word(rust_type).is_some_and(|word| word == "Option")
}

fn option_argument(rust_type: &Type) -> Option<&Type> {
    let Type::Path(path) = rust_type else {
        return None;
    };
    let segment = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(argument)) => Some(argument),
        _ => None,
    }
}

fn last_word(rust_type: &Type) -> Option<&Ident> {
    match rust_type {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

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
    let read = stored.through.value().unwrap_or(scalar);
    if let Some(word) = last_word(read)
        && let Some(fitting) = fitting(written, &word.to_string())
    {
        let message = format!("`{written}` is read as {fitting}, and not as `{word}`");
        scope.error(stored.written.span().unwrap_or_else(|| scalar.span()), message);
    }
}

/// What reads values of a type that a primitive type doesn't.
fn fitting(written: &str, primitive: &str) -> Option<&'static str> {
    let is_number = matches!(
        primitive,
        "bool" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "f32" | "f64"
    );
    if written.starts_with("numeric") {
        return (is_number || primitive == "String").then_some("`Decimal` or `BigDecimal`");
    }
    is_number.then_some("`String`")
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

//! Contradictions on one field.

use syn::Ident;
use syn::spanned::Spanned as _;

use super::sequence::check_sequence;
use super::stored_type::{check_stored_type, is_option};
use crate::parse::{Column, Field, FieldKind};
use crate::scope::Scope;

pub(super) fn check_field(field: &Field, scope: &Scope) {
    match field.kind() {
        FieldKind::Column => check_column(field, scope),
        FieldKind::Flatten => check_no_column(field, "flattened", scope),
        FieldKind::Skip => check_no_column(field, "skipped", scope),
    }
}

fn check_column(field: &Field, scope: &Scope) {
    let column = &field.column;
    check_one_value(column, scope);
    check_virtual(column, scope);
    check_nullable(field, scope);
    check_stored_type(&column.stored, field.stored_type(), scope);
    if let Some(identity) = column.identity.value() {
        check_sequence(&identity.sequence, scope);
    }
}

fn check_no_column(field: &Field, what: &str, scope: &Scope) {
    for key in field.column.keys() {
        let message = format!("this field is {what} and no column; remove `{key}`");
        scope.error(key.span(), message);
    }
    let (skip, flatten) = (&field.column.skip, &field.column.flatten);
    if let (Some(flatten), true) = (flatten.key(), skip.is_true()) {
        scope.error(flatten.span(), "a field cannot be skipped and flattened; remove one of them");
    }
}

/// Only one thing can say what a column holds when a row doesn't.
fn check_one_value(column: &Column, scope: &Scope) {
    let sources =
        [column.generated.key(), column.identity.key(), column.serial.key(), column.default.key()];
    let mut sources = sources.into_iter().flatten();
    let Some(first) = sources.next() else {
        return;
    };
    for second in sources {
        let message = format!("`{second}` contradicts `{first}`; remove one of them");
        scope.error(second.span(), message);
    }
}

fn check_virtual(column: &Column, scope: &Scope) {
    if let Some(key) = column.is_virtual.key()
        && !column.generated.is_set()
    {
        scope.error(key.span(), "`virtual` is a kind of generated column; add `generated = \"…\"`");
    }
}

/// Keys, identities and serials take no nulls.
fn check_nullable(field: &Field, scope: &Scope) {
    let Some(key) = key_without_nulls(&field.column) else {
        return;
    };
    let nullable = &field.column.nullable;
    match nullable.key() {
        Some(flag) if nullable.is_true() => {
            scope.error(flag.span(), format!("`{key}` takes no nulls; remove `{flag}`"));
        }
        None if is_option(field.stored_type()) => {
            let span = field.stored_type().span();
            scope.error(span, format!("`{key}` takes no nulls; remove the `Option`"));
        }
        _ => {}
    }
}

fn key_without_nulls(column: &Column) -> Option<&Ident> {
    [column.primary_key.key(), column.identity.key(), column.serial.key()]
        .into_iter()
        .flatten()
        .next()
}

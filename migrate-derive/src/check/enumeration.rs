//! An enum's labels.

use std::collections::BTreeSet;

use syn::Ident;

use super::name::{check_distinct, check_length, check_not_generic};
use crate::parse::{Enumeration, Name, Removed};
use crate::scope::Scope;
use crate::suggest;

pub(crate) fn enumeration(enumeration: &Enumeration, scope: &Scope) {
    check_not_generic(&enumeration.generics, "type", scope);
    if let Some(integer) = enumeration.integer() {
        return check_integer(integer, enumeration, scope);
    }
    check_length(&enumeration.name().name, scope);
    check_distinct("label", labels(enumeration), scope);
    check_removed(enumeration, scope);
}

fn labels(enumeration: &Enumeration) -> impl Iterator<Item = Name> {
    enumeration.variants.iter().map(|variant| enumeration.label(variant))
}

fn check_integer(integer: &Ident, enumeration: &Enumeration, scope: &Scope) {
    if !["i16", "i32", "i64"].iter().any(|known| integer == known) {
        let message = format!(
            "PostgreSQL has no `{integer}`; use `i16`, `i32` or `i64`, or name the type for an enum of labels"
        );
        scope.error(integer.span(), message);
    }
    for key in label_keys(enumeration) {
        let message = format!(
            "`#[repr({integer})]` stores this enum as an integer, without labels; remove `{key}` or name the type"
        );
        scope.error(key.span(), message);
    }
}

fn label_keys(enumeration: &Enumeration) -> impl Iterator<Item = &Ident> {
    let attributes = &enumeration.attributes;
    let slots = [
        attributes.schema.key(),
        attributes.renamed_from.key(),
        attributes.rename_all.key(),
        attributes.comment.key(),
        attributes.comments.key(),
    ];
    let of_variants = enumeration
        .variants
        .iter()
        .flat_map(|variant| [variant.label.name.key(), variant.label.renamed_from.key()]);
    let removed = attributes.removed.iter().map(|removed| &removed.key);
    slots.into_iter().chain(of_variants).flatten().chain(removed)
}

fn check_removed(enumeration: &Enumeration, scope: &Scope) {
    let present: BTreeSet<String> = labels(enumeration).map(|label| label.text).collect();
    let mut removed_labels = BTreeSet::new();
    for removed in &enumeration.attributes.removed {
        check_removed_label(removed, &present, scope);
        check_successor(removed, enumeration, scope);
        if !removed_labels.insert(removed.label.value()) {
            scope.error(removed.label.span(), "this label is removed twice; keep one of them");
        }
    }
}

fn check_removed_label(removed: &Removed, present: &BTreeSet<String>, scope: &Scope) {
    let label = removed.label.value();
    if present.contains(&label) {
        let message = format!("label `{label}` still exists; remove its variant, or this entry");
        scope.error(removed.label.span(), message);
    }
}

fn check_successor(removed: &Removed, enumeration: &Enumeration, scope: &Scope) {
    if enumeration.variant(&removed.successor).is_some() {
        return;
    }
    let variants: Vec<String> =
        enumeration.variants.iter().map(|variant| variant.ident.to_string()).collect();
    let known = variants.iter().map(String::as_str);
    scope.push(suggest::unknown("variant", &removed.successor, known));
}

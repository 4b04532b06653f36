//! Newtypes, domains and composite types.

use super::name::{check_distinct, check_length, check_not_generic};
use super::stored_type::check_stored_type;
use crate::parse::{Composite, CustomType, Newtype, Shape};
use crate::scope::Scope;

pub(crate) fn custom_type(custom_type: &CustomType, scope: &Scope) {
    check_not_generic(&custom_type.generics, "type", scope);
    match &custom_type.shape {
        Shape::Newtype(newtype) => check_newtype(newtype, scope),
        Shape::Composite(composite) => check_composite(custom_type, composite, scope),
        Shape::Unusable => {}
    }
}

fn check_newtype(newtype: &Newtype, scope: &Scope) {
    let domain = &newtype.domain;
    if !domain.name.is_set() {
        for key in domain.keys() {
            let message = format!("`{key}` is of a domain; add `domain = \"…\"`");
            scope.error(key.span(), message);
        }
    }
    check_stored_type(&newtype.stored, &newtype.inner, scope);
    let names = domain.checks.iter().filter_map(|(_, name, _)| name.clone());
    check_distinct("check", names, scope);
}

fn check_composite(custom_type: &CustomType, composite: &Composite, scope: &Scope) {
    check_length(&composite.name(&custom_type.ident).name, scope);
    let names = composite.fields.iter().map(|field| composite.attribute_name(field));
    check_distinct("attribute", names, scope);
    for field in &composite.fields {
        check_stored_type(&field.attribute.stored, &field.rust_type, scope);
    }
}

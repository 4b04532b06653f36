//! Names that come from an identifier, and generics, which no database object can have.

use std::collections::BTreeSet;

use syn::Generics;

use crate::parse::Name;
use crate::scope::Scope;

/// A name that was taken from an identifier, which parsing hasn't measured.
pub(super) fn check_length(name: &Name, scope: &Scope) {
    if let Err(error) = Name::checked(name.text.clone(), name.span) {
        scope.push(error);
    }
}

/// Names that must differ; what they name stands in the message.
pub(super) fn check_distinct(what: &str, names: impl Iterator<Item = Name>, scope: &Scope) {
    let mut seen = BTreeSet::new();
    for name in names {
        check_length(&name, scope);
        if !seen.insert(name.text.clone()) {
            let message = format!("{what} `{}` is there twice; rename one of them", name.text);
            scope.error(name.span, message);
        }
    }
}

pub(super) fn check_not_generic(generics: &Generics, what: &str, scope: &Scope) {
    if let Some(parameter) = generics.params.first() {
        let message = format!("a generic type is no single {what}; write one type for each");
        scope.push(syn::Error::new_spanned(parameter, message));
    }
}

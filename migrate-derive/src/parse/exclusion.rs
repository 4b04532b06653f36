//! `exclude(…)`.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitStr};

use super::entry::{Entry, Keys, read_list};
use super::{ColumnRef, Deferrable, Element, Name, Slot};
use crate::scope::Scope;

/// An exclusion constraint.
#[derive(Default)]
pub(crate) struct Exclusion {
    pub(crate) name: Slot<Name>,
    pub(crate) method: Slot<String>,
    pub(crate) elements: Vec<(Element, LitStr)>,
    pub(crate) include: Slot<Vec<ColumnRef>>,
    pub(crate) predicate: Slot<String>,
    pub(crate) deferrable: Deferrable,
}

const EXCLUSION: &Keys<Exclusion> = &[
    ("using", |exclusion, entry| exclusion.method.set(&entry.key, entry.word()?.to_string())),
    ("name", |exclusion, entry| exclusion.name.set(&entry.key, entry.name()?)),
    ("include", |exclusion, entry| exclusion.include.set(&entry.key, entry.columns()?)),
    ("where", |exclusion, entry| exclusion.predicate.set(&entry.key, entry.text()?)),
    ("deferrable", |exclusion, entry| {
        exclusion.deferrable.deferrable.set(&entry.key, entry.flag()?)
    }),
    ("initially_deferred", |exclusion, entry| {
        exclusion.deferrable.initially_deferred.set(&entry.key, entry.flag()?)
    }),
];

impl Exclusion {
    pub(crate) fn parse(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut exclusion = Self::default();
        entry.parens(|input| {
            read_list(&mut exclusion, EXCLUSION, input, entry.scope, |exclusion, input| {
                exclusion.elements.push(element(input, entry.scope)?);
                Ok(())
            });
            Ok(())
        })?;
        Ok(exclusion)
    }
}

/// `room with "="`.
fn element(input: ParseStream<'_>, scope: &Scope) -> syn::Result<(Element, LitStr)> {
    let start = input.span();
    let element = Element::parse(input, scope)?;
    let operator = input
        .call(Ident::parse_any)
        .ok()
        .filter(|word| word == "with")
        .and_then(|_| input.parse().ok());
    let operator = operator.unwrap_or_else(|| {
        scope.error(start, "an element needs its operator; write `… with \"=\"`");
        LitStr::new("=", start)
    });
    Ok((element, operator))
}

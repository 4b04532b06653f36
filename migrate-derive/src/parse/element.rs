//! An element of an index or an exclusion constraint, with its modifiers.

use syn::LitStr;
use syn::parse::ParseStream;

use super::entry::{Entry, Keys, at_end, leave_entry, read_entries, read_key};
use super::table::{StorageParameter, parameter};
use super::{ColumnRef, Slot};
use crate::scope::Scope;

/// An element of an index.
pub(crate) struct Element {
    pub(crate) kind: ElementKind,
    pub(crate) modifiers: Modifiers,
}

/// What an element indexes.
pub(crate) enum ElementKind {
    Column(ColumnRef),
    Expression(LitStr),
}

/// How an element is ordered and compared.
#[derive(Default)]
pub(crate) struct Modifiers {
    pub(crate) descending: Slot<bool>,
    pub(crate) nulls_first: Slot<bool>,
    pub(crate) collation: Slot<String>,
    pub(crate) opclass: Slot<OperatorClass>,
}

/// An operator class and its options.
pub(crate) struct OperatorClass {
    pub(crate) name: LitStr,
    pub(crate) options: Vec<StorageParameter>,
}

pub(crate) const MODIFIERS: &Keys<Modifiers> = &[
    ("asc", |modifiers, entry| modifiers.descending.set(&entry.key, false)),
    ("desc", |modifiers, entry| modifiers.descending.set(&entry.key, true)),
    ("nulls_first", |modifiers, entry| modifiers.nulls_first.set(&entry.key, true)),
    ("nulls_last", |modifiers, entry| modifiers.nulls_first.set(&entry.key, false)),
    ("collate", |modifiers, entry| {
        modifiers.collation.set(&entry.key, entry.literal_in_parens()?.value())
    }),
    ("opclass", |modifiers, entry| modifiers.opclass.set(&entry.key, operator_class(entry)?)),
];

impl Element {
    pub(crate) fn parse(input: ParseStream<'_>, scope: &Scope) -> syn::Result<Self> {
        let kind = if input.peek(LitStr) {
            ElementKind::Expression(input.parse()?)
        } else {
            ElementKind::Column(input.parse()?)
        };
        let mut modifiers = Modifiers::default();
        while !at_end(input) && !at_operator(input) {
            if let Err(error) = read_key(&mut modifiers, MODIFIERS, input, scope) {
                scope.push(error);
                leave_entry(input);
            }
        }
        Ok(Self { kind, modifiers })
    }
}

/// Whether the `with` of an exclusion constraint follows.
fn at_operator(input: ParseStream<'_>) -> bool {
    let word = input.fork().parse::<syn::Ident>();
    word.is_ok_and(|word| word == "with")
}

fn operator_class(entry: &Entry<'_>) -> syn::Result<OperatorClass> {
    entry.parens(|input| {
        let name = input.parse()?;
        let mut options = Vec::new();
        input.parse::<Option<syn::Token![,]>>()?;
        read_entries(input, entry.scope, |input| {
            parameter(input).map(|option| options.push(option))
        });
        Ok(OperatorClass { name, options })
    })
}

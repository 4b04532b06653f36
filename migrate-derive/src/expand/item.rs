//! Constraints and indexes, whatever their kind.

use proc_macro2::TokenStream;
use quote::quote;

use super::constraint::{check, exclusion, key};
use super::foreign_key::foreign_key;
use super::index::index;
use crate::parse::{Item, ItemKind, Model};

pub(super) fn items<'a>(
    items: impl IntoIterator<Item = &'a Item>,
    model: &Model,
) -> Vec<TokenStream> {
    items.into_iter().filter_map(|declared| item(declared, model)).collect()
}

fn item(item: &Item, model: &Model) -> Option<TokenStream> {
    let (kind, meta) = match &item.kind {
        ItemKind::PrimaryKey(primary) => (quote!(PrimaryKey), key(primary, model)),
        ItemKind::Unique(unique) => (quote!(Unique), key(unique, model)),
        ItemKind::ForeignKey(foreign) => (quote!(ForeignKey), foreign_key(foreign, model)?),
        ItemKind::Check(constraint) => {
            let field = item.field.as_ref().and_then(|ident| model.field(ident));
            let column = field.map(|field| model.column_name(field));
            (quote!(Check), check(constraint, column.as_ref()))
        }
        ItemKind::Exclusion(constraint) => (quote!(Exclusion), exclusion(constraint, model)),
        ItemKind::Index(declared) => (quote!(Index), index(declared, model)),
    };
    Some(quote!(__model::TableItemMeta::#kind(#meta)))
}

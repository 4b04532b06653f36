//! What a comment is on.

use proc_macro2::TokenStream;
use quote::quote;

use crate::catalog::ObjectKey;

use super::literal::{ident, name, text};

/// `On::table(…)` and its like.
pub(super) fn on(key: &ObjectKey) -> TokenStream {
    let member = |function: TokenStream, owner, one| {
        let (owner, one) = (name(owner), ident(one));
        quote!(On::#function(#owner, #one))
    };
    let named = |function: TokenStream, one| {
        let one = name(one);
        quote!(On::#function(#one))
    };
    match key {
        ObjectKey::Schema { name } => {
            let schema = ident(name);
            quote!(On::schema(#schema))
        }
        ObjectKey::Extension { name } => {
            let extension = ident(name);
            quote!(On::extension(#extension))
        }
        ObjectKey::Enum { name } => named(quote!(enum_type), name),
        ObjectKey::Composite { name } => named(quote!(composite), name),
        ObjectKey::Domain { name } => named(quote!(domain), name),
        ObjectKey::DomainConstraint { domain, name } => {
            member(quote!(domain_constraint), domain, name)
        }
        ObjectKey::Sequence { name } => named(quote!(sequence), name),
        ObjectKey::Table { name } => named(quote!(table), name),
        ObjectKey::Column { table, name } => member(quote!(column), table, name),
        ObjectKey::Default { table, column } => member(quote!(column), table, column),
        ObjectKey::Constraint { table, name } => member(quote!(constraint), table, name),
        ObjectKey::Index { name } => named(quote!(index), name),
        ObjectKey::Function { signature } => {
            let (function, arguments) = (name(&signature.name), text(&signature.arguments));
            quote!(On::function(#function, #arguments))
        }
        ObjectKey::View { name } => named(quote!(view), name),
        ObjectKey::MaterializedView { name } => named(quote!(materialized_view), name),
        ObjectKey::Rule { table, name } => member(quote!(rule), table, name),
        ObjectKey::Trigger { table, name } => member(quote!(trigger), table, name),
        ObjectKey::Policy { table, name } => member(quote!(policy), table, name),
        ObjectKey::Comment { on: commented } => on(commented),
    }
}

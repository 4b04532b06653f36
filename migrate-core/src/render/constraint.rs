//! Constraints of tables.

use proc_macro2::TokenStream;
use quote::quote;

use crate::catalog::{
    Constraint, ConstraintKind, Deferrable, ForeignKeyAction, Ident, IndexStorage,
};

use super::chain::Chain;
use super::index::{element, options, some_idents};
use super::literal::{expression, ident, idents, list, name, pair, text};

/// `Constraint::primary_key(…)` and its like.
pub(super) fn constraint(constraint: &Constraint) -> TokenStream {
    let demand = kind(&constraint.kind);
    let timed = match constraint.deferrable {
        Deferrable::No => demand,
        Deferrable::InitiallyImmediate => demand.call("deferrable", []),
        Deferrable::InitiallyDeferred => demand.call("initially_deferred", []),
    };
    let chain = timed.flag("not_valid", !constraint.validated);
    quote!(#chain)
}

fn kind(kind: &ConstraintKind) -> Chain {
    match kind {
        ConstraintKind::PrimaryKey { columns, include, storage } => {
            let key = Chain::function("Constraint", "primary_key", [idents(columns)]);
            stored(key.optional("include", some_idents(include)), storage)
        }
        ConstraintKind::Unique { columns, include, nulls_not_distinct, storage } => {
            let key = Chain::function("Constraint", "unique", [idents(columns)])
                .optional("include", some_idents(include))
                .flag("nulls_not_distinct", *nulls_not_distinct);
            stored(key, storage)
        }
        ConstraintKind::ForeignKey { columns, table, target, on_delete, on_update, match_full } => {
            let arguments = [idents(columns), name(table), idents(target)];
            Chain::function("Constraint", "foreign_key", arguments)
                .flag("match_full", *match_full)
                .optional("on_delete", foreign_key_action(on_delete))
                .optional("on_update", foreign_key_action(on_update))
        }
        ConstraintKind::Check { expression: check, no_inherit } => {
            Chain::function("Constraint", "check", [expression(check)])
                .flag("no_inherit", *no_inherit)
        }
        ConstraintKind::Exclusion { method, elements, include, predicate, storage } => {
            let elements =
                elements.iter().map(|(one, operator)| pair(element(one), text(operator)));
            let exclusion =
                Chain::function("Constraint", "exclusion", [ident(method), list(elements)])
                    .optional("include", some_idents(include))
                    .optional("filter", predicate.as_ref().map(expression));
            stored(exclusion, storage)
        }
    }
}

fn stored(chain: Chain, storage: &IndexStorage) -> Chain {
    chain
        .each("option", options(&storage.options))
        .optional("tablespace", storage.tablespace.as_ref().map(ident))
}

fn foreign_key_action(action: &ForeignKeyAction) -> Option<TokenStream> {
    match action {
        ForeignKeyAction::NoAction => None,
        ForeignKeyAction::Restrict => Some(quote!(ForeignKeyAction::Restrict)),
        ForeignKeyAction::Cascade => Some(quote!(ForeignKeyAction::Cascade)),
        ForeignKeyAction::SetNull(columns) => {
            let columns = owned(columns);
            Some(quote!(ForeignKeyAction::SetNull(#columns)))
        }
        ForeignKeyAction::SetDefault(columns) => {
            let columns = owned(columns);
            Some(quote!(ForeignKeyAction::SetDefault(#columns)))
        }
    }
}

fn owned(columns: &[Ident]) -> TokenStream {
    let columns = columns.iter().map(ident);
    quote!(vec![#(#columns.into()),*])
}

/// `Deferrable::No` and its like.
pub(super) fn deferrable(deferrable: Deferrable) -> TokenStream {
    match deferrable {
        Deferrable::No => quote!(Deferrable::No),
        Deferrable::InitiallyImmediate => quote!(Deferrable::InitiallyImmediate),
        Deferrable::InitiallyDeferred => quote!(Deferrable::InitiallyDeferred),
    }
}

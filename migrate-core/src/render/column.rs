//! Columns.

use proc_macro2::TokenStream;
use quote::quote;

use crate::catalog::{Identity, IdentityMode, SequenceOptions, SequenceType};
use crate::plan::ColumnDefinition;

use super::chain::Chain;
use super::literal::{expression, ident, name, text};
use super::sequence::sequence;

/// `Column::new(…)`.
pub(super) fn column(definition: &ColumnDefinition) -> TokenStream {
    let column = &definition.column;
    let identity = column.identity.as_ref().map(|one| identity(one, &column.sql_type));
    let generated = |stored: bool| {
        let generated = column.generated.as_ref().filter(|one| one.stored == stored);
        generated.map(|one| expression(&one.expression))
    };
    let chain = Chain::function("Column", "new", [ident(&definition.name), text(&column.sql_type)])
        .optional("storage", column.storage.as_deref().map(text))
        .optional("compression", column.compression.as_deref().map(text))
        .optional("collation", column.collation.as_ref().map(name))
        .flag("not_null", column.not_null && identity.is_none())
        .optional("default", definition.default.as_ref().map(expression))
        .optional("stored", generated(true))
        .optional("virtual_", generated(false))
        .optional("identity", identity);
    quote!(#chain)
}

/// `Identity::always()`, with its sequence where it isn't the one that the column's type has.
pub(super) fn identity(identity: &Identity, sql_type: &str) -> TokenStream {
    let usual = SequenceOptions::defaults(SequenceType::named(sql_type), 1);
    let mode = match identity.mode {
        IdentityMode::Always => "always",
        IdentityMode::ByDefault => "by_default",
    };
    let unusual = (identity.options != usual).then(|| sequence(&identity.options));
    let chain = Chain::function("Identity", mode, [])
        .optional("sequence", unusual)
        .optional("named", identity.sequence.as_ref().map(name));
    quote!(#chain)
}

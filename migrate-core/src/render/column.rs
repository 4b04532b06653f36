//! Columns.

use crate::catalog::{Identity, IdentityMode, SequenceOptions, SequenceType};
use crate::plan::ColumnDefinition;

use super::code::Code;
use super::literal::{expression, ident, name, text};
use super::sequence::sequence;

/// `Column::new(…)`.
pub(super) fn column(definition: &ColumnDefinition) -> Code {
    let column = &definition.column;
    let identity = column.identity.as_ref().map(|one| identity(one, &column.sql_type));
    let generated = |stored: bool| {
        let generated = column.generated.as_ref().filter(|one| one.stored == stored);
        generated.map(|one| expression(&one.expression))
    };
    Code::function("Column::new", [ident(&definition.name), text(&column.sql_type)])
        .optional("storage", column.storage.as_deref().map(text))
        .optional("compression", column.compression.as_deref().map(text))
        .optional("collation", column.collation.as_ref().map(name))
        .flag("not_null", column.not_null && identity.is_none())
        .optional("default", definition.default.as_ref().map(expression))
        .optional("stored", generated(true))
        .optional("virtual_", generated(false))
        .optional("identity", identity)
}

/// `Identity::always()`, with its sequence where it isn't the one that the column's type has.
pub(super) fn identity(identity: &Identity, sql_type: &str) -> Code {
    let usual = SequenceOptions::defaults(SequenceType::named(sql_type), 1);
    let mode = match identity.mode {
        IdentityMode::Always => "Identity::always",
        IdentityMode::ByDefault => "Identity::by_default",
    };
    let unusual = (identity.options != usual).then(|| sequence(&identity.options));
    Code::function(mode, [])
        .optional("sequence", unusual)
        .optional("named", identity.sequence.as_ref().map(name))
}

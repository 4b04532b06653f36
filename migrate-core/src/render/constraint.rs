//! Constraints of tables.

use crate::catalog::{
    Constraint, ConstraintKind, Deferrable, ForeignKeyAction, Ident, IndexStorage,
};

use super::code::Code;
use super::index::{element, options, some_idents};
use super::literal::{expression, ident, idents, list, name, pair, quoted, text};

/// `Constraint::primary_key(…)` and its like.
pub(super) fn constraint(constraint: &Constraint) -> Code {
    let demand = kind(&constraint.kind);
    let timed = match constraint.deferrable {
        Deferrable::No => demand,
        Deferrable::InitiallyImmediate => demand.call("deferrable", []),
        Deferrable::InitiallyDeferred => demand.call("initially_deferred", []),
    };
    timed.flag("not_valid", !constraint.validated)
}

fn kind(kind: &ConstraintKind) -> Code {
    match kind {
        ConstraintKind::PrimaryKey { columns, include, storage } => {
            let key = Code::function("Constraint::primary_key", [idents(columns)]);
            stored(key.optional("include", some_idents(include)), storage)
        }
        ConstraintKind::Unique { columns, include, nulls_not_distinct, storage } => {
            let key = Code::function("Constraint::unique", [idents(columns)])
                .optional("include", some_idents(include))
                .flag("nulls_not_distinct", *nulls_not_distinct);
            stored(key, storage)
        }
        ConstraintKind::ForeignKey { columns, table, target, on_delete, on_update, match_full } => {
            let arguments = [idents(columns), name(table), idents(target)];
            Code::function("Constraint::foreign_key", arguments)
                .flag("match_full", *match_full)
                .optional("on_delete", foreign_key_action(on_delete))
                .optional("on_update", foreign_key_action(on_update))
        }
        ConstraintKind::Check { expression: check, no_inherit } => {
            Code::function("Constraint::check", [expression(check)]).flag("no_inherit", *no_inherit)
        }
        ConstraintKind::Exclusion { method, elements, include, predicate, storage } => {
            let elements =
                elements.iter().map(|(one, operator)| pair(element(one), text(operator)));
            let exclusion =
                Code::function("Constraint::exclusion", [ident(method), list(elements)])
                    .optional("include", some_idents(include))
                    .optional("filter", predicate.as_ref().map(expression));
            stored(exclusion, storage)
        }
    }
}

fn stored(chain: Code, storage: &IndexStorage) -> Code {
    chain
        .each("option", options(&storage.options))
        .optional("tablespace", storage.tablespace.as_ref().map(ident))
}

fn foreign_key_action(action: &ForeignKeyAction) -> Option<Code> {
    match action {
        ForeignKeyAction::NoAction => None,
        ForeignKeyAction::Restrict => Some(Code::word("ForeignKeyAction::Restrict")),
        ForeignKeyAction::Cascade => Some(Code::word("ForeignKeyAction::Cascade")),
        ForeignKeyAction::SetNull(columns) => {
            Some(Code::function("ForeignKeyAction::SetNull", [owned(columns)]))
        }
        ForeignKeyAction::SetDefault(columns) => {
            Some(Code::function("ForeignKeyAction::SetDefault", [owned(columns)]))
        }
    }
}

fn owned(columns: &[Ident]) -> Code {
    let columns: Vec<String> =
        columns.iter().map(|column| format!("{}.into()", quoted(column.as_str()))).collect();
    Code::Word(format!("vec![{}]", columns.join(", ")).into())
}

/// `Deferrable::No` and its like.
pub(super) fn deferrable(deferrable: Deferrable) -> Code {
    match deferrable {
        Deferrable::No => Code::word("Deferrable::No"),
        Deferrable::InitiallyImmediate => Code::word("Deferrable::InitiallyImmediate"),
        Deferrable::InitiallyDeferred => Code::word("Deferrable::InitiallyDeferred"),
    }
}

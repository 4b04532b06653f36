//! What a comment is on.

use crate::catalog::ObjectKey;

use super::code::Code;
use super::literal::{ident, name, text};

/// `On::table(…)` and its like.
pub(super) fn on(key: &ObjectKey) -> Code {
    let member = |function, owner, one| Code::function(function, [name(owner), ident(one)]);
    let named = |function, one| Code::function(function, [name(one)]);
    match key {
        ObjectKey::Schema { name } => Code::function("On::schema", [ident(name)]),
        ObjectKey::Extension { name } => Code::function("On::extension", [ident(name)]),
        ObjectKey::Enum { name } => named("On::enum_type", name),
        ObjectKey::Composite { name } => named("On::composite", name),
        ObjectKey::Domain { name } => named("On::domain", name),
        ObjectKey::DomainConstraint { domain, name } => {
            member("On::domain_constraint", domain, name)
        }
        ObjectKey::Sequence { name } => named("On::sequence", name),
        ObjectKey::Table { name } => named("On::table", name),
        ObjectKey::Column { table, name } => member("On::column", table, name),
        ObjectKey::Default { table, column } => member("On::column", table, column),
        ObjectKey::Constraint { table, name } => member("On::constraint", table, name),
        ObjectKey::Index { name } => named("On::index", name),
        ObjectKey::Function { signature } => {
            Code::function("On::function", [name(&signature.name), text(&signature.arguments)])
        }
        ObjectKey::View { name } => named("On::view", name),
        ObjectKey::MaterializedView { name } => named("On::materialized_view", name),
        ObjectKey::Statistics { table, name: one } => {
            Code::function("On::statistics", [name(table), name(one)])
        }
        ObjectKey::Rule { table, name } => member("On::rule", table, name),
        ObjectKey::Trigger { table, name } => member("On::trigger", table, name),
        ObjectKey::Policy { table, name } => member("On::policy", table, name),
        ObjectKey::RowSecurity { table } => named("On::table", table),
        ObjectKey::Privileges { on: inner } | ObjectKey::Comment { on: inner } => on(inner),
    }
}

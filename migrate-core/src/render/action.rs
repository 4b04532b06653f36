//! One action, its verbs.

use proc_macro2::TokenStream;
use quote::quote;

use crate::catalog::{Domain, Ident, QualifiedName};
use crate::plan::{Action, AttributeChange, EnumColumn, IndexBuild, LabelPosition};

use super::chain::Chain;
use super::index::index;
use super::literal::{expression, ident, list, name, number, pair, text, texts};
use super::on::on;
use super::sequence::sequence;
use super::table;

/// The calls that build an action: one, but for a dependent that several statements make.
#[expect(clippy::too_many_lines, reason = "one short arm for each action reads best in one list")]
pub(super) fn chains(action: &Action) -> Vec<Chain> {
    let chain = match action {
        Action::CreateSchema { name } => Chain::verb("create_schema", [ident(name)]),
        Action::DropSchema { name } => Chain::verb("drop_schema", [ident(name)]),
        Action::CreateExtension { name, extension } => match &extension.schema {
            Some(schema) => Chain::verb("create_extension_in", [ident(name), ident(schema)]),
            None => Chain::verb("create_extension", [ident(name)]),
        },
        Action::DropExtension { name } => Chain::verb("drop_extension", [ident(name)]),
        Action::MoveExtension { name, schema } => {
            Chain::verb("move_extension", [ident(name), optional(schema.as_ref())])
        }
        Action::CreateEnum { name: enum_name, definition } => {
            Chain::verb("create_enum", [name(enum_name), texts(&definition.labels)])
        }
        Action::AddEnumValue { name, value, position } => add_enum_value(name, value, position),
        Action::RenameEnumValue { name: enum_name, current, desired } => {
            Chain::verb("rename_enum_value", [name(enum_name), text(current), text(desired)])
        }
        Action::ReplaceEnum { name: enum_name, definition, mapping, columns } => {
            let replace = Chain::verb("replace_enum", [name(enum_name), texts(&definition.labels)]);
            let mapping = mapping.iter().map(|(removed, kept)| [text(removed), text(kept)]);
            columns.iter().fold(replace, enum_column).each("map", mapping)
        }
        Action::CreateComposite { name: composite, definition } => {
            let attributes = definition.attributes.iter();
            let attributes = attributes.map(|(name, sql_type)| pair(ident(name), text(sql_type)));
            Chain::verb("create_composite", [name(composite), list(attributes)])
        }
        Action::AlterComposite { name, changes } => alter_composite(name, changes),
        Action::DropType { name: dropped } => Chain::verb("drop_type", [name(dropped)]),
        Action::RenameType { name: current, desired } => {
            Chain::verb("rename_type", [name(current), ident(desired)])
        }
        Action::CreateDomain { name: created, definition } => {
            Chain::verb("create_domain", [name(created), domain(definition)])
        }
        Action::SetDomainDefault { name: domain, default } => match default {
            Some(default) => Chain::verb("set_domain_default", [name(domain), expression(default)]),
            None => Chain::verb("drop_domain_default", [name(domain)]),
        },
        Action::SetDomainNotNull { name: domain } => {
            Chain::verb("set_domain_not_null", [name(domain)])
        }
        Action::DropDomainNotNull { name: domain } => {
            Chain::verb("drop_domain_not_null", [name(domain)])
        }
        Action::AddDomainConstraint { domain, name: added, constraint } => {
            let verb = if constraint.validated {
                "add_domain_check"
            } else {
                "add_domain_check_not_valid"
            };
            Chain::verb(verb, [name(domain), ident(added), expression(&constraint.expression)])
        }
        Action::ValidateDomainConstraint { domain, name: validated } => {
            Chain::verb("validate_domain_constraint", [name(domain), ident(validated)])
        }
        Action::DropDomainConstraint { domain, name: dropped } => {
            Chain::verb("drop_domain_constraint", [name(domain), ident(dropped)])
        }
        Action::RenameDomainConstraint { domain, name: current, desired } => {
            Chain::verb("rename_domain_constraint", [name(domain), ident(current), ident(desired)])
        }
        Action::DropDomain { name: dropped } => Chain::verb("drop_domain", [name(dropped)]),
        Action::CreateSequence { name: created, options } => {
            Chain::verb("create_sequence", [name(created), sequence(options)])
        }
        Action::AlterSequence { name: altered, options } => {
            Chain::verb("alter_sequence", [name(altered), sequence(options)])
        }
        Action::SetSequenceOwner { name: owned, owner } => match owner {
            Some((table, column)) => {
                Chain::verb("set_sequence_owner", [name(owned), name(table), ident(column)])
            }
            None => Chain::verb("drop_sequence_owner", [name(owned)]),
        },
        Action::SetSequenceLogged { name: set } => Chain::verb("set_sequence_logged", [name(set)]),
        Action::SetSequenceUnlogged { name: set } => {
            Chain::verb("set_sequence_unlogged", [name(set)])
        }
        Action::RenameSequence { name: current, desired } => {
            Chain::verb("rename_sequence", [name(current), ident(desired)])
        }
        Action::RestartSequence { name: restarted, start, min, max } => {
            let (start, min, max) = (number(*start), number(*min), number(*max));
            Chain::verb("restart_sequence_outside", [name(restarted), quote!(#min..=#max), start])
        }
        Action::SyncSequence { table, column } => {
            Chain::verb("sync_sequence", [name(table), ident(column)])
        }
        Action::DropSequence { name: dropped } => Chain::verb("drop_sequence", [name(dropped)]),
        Action::CreateTable { name, definition } => table::create(name, definition),
        Action::AlterTable { table, changes } => table::alter(table, changes),
        Action::RenameTable { name: current, desired } => {
            Chain::verb("rename_table", [name(current), ident(desired)])
        }
        Action::RenameColumn { table, name: current, desired } => {
            Chain::verb("rename_column", [name(table), ident(current), ident(desired)])
        }
        Action::RenameConstraint { table, name: current, desired } => {
            Chain::verb("rename_constraint", [name(table), ident(current), ident(desired)])
        }
        Action::DropTable { name: dropped } => Chain::verb("drop_table", [name(dropped)]),
        Action::CreateIndex { name: created, index: definition, build } => {
            let verb = match build {
                IndexBuild::Plain => "create_index",
                IndexBuild::Concurrently => "create_index_concurrently",
            };
            Chain::verb(verb, [name(created), index(definition)])
        }
        Action::RenameIndex { name: current, desired } => {
            Chain::verb("rename_index", [name(current), ident(desired)])
        }
        Action::DropIndex { name: dropped, build } => match build {
            IndexBuild::Plain => Chain::verb("drop_index", [name(dropped)]),
            IndexBuild::Concurrently => Chain::verb("drop_index_concurrently", [name(dropped)]),
        },
        Action::SetComment { on: target, text: comment } => match comment {
            Some(comment) => Chain::verb("set_comment", [on(target), text(comment)]),
            None => Chain::verb("drop_comment", [on(target)]),
        },
        Action::Backfill { table, column, value } => {
            Chain::verb("backfill", [name(table), ident(column), expression(value)])
        }
        Action::CreateDependent { statements, .. } => {
            return statements.iter().map(|statement| execute(statement)).collect();
        }
        Action::DropDependent { statement, .. } => execute(statement),
    };
    vec![chain]
}

fn execute(statement: &str) -> Chain {
    Chain::verb("execute", [text(statement)])
}

fn optional(name: Option<&Ident>) -> TokenStream {
    name.map(ident).map_or_else(|| quote!(None), |name| quote!(Some(#name)))
}

fn add_enum_value(enum_name: &QualifiedName, value: &str, position: &LabelPosition) -> Chain {
    let add = Chain::verb("add_enum_value", [name(enum_name), text(value)]);
    match position {
        LabelPosition::Last => add,
        LabelPosition::Before(label) => add.call("before", [text(label)]),
        LabelPosition::After(label) => add.call("after", [text(label)]),
    }
}

fn enum_column(replace: Chain, column: &EnumColumn) -> Chain {
    let method = if column.array { "array_column" } else { "column" };
    replace.call(method, [name(&column.table), ident(&column.column)])
}

fn alter_composite(composite: &QualifiedName, changes: &[AttributeChange]) -> Chain {
    if let [change] = changes {
        let (verb, arguments) = attribute_change(change);
        return Chain::verb(verb, [name(composite)].into_iter().chain(arguments));
    }
    let alter = Chain::verb("alter_composite", [name(composite)]);
    changes.iter().fold(alter, |alter, change| {
        let (method, arguments) = attribute_change(change);
        alter.call(method, arguments)
    })
}

fn attribute_change(change: &AttributeChange) -> (&'static str, Vec<TokenStream>) {
    match change {
        AttributeChange::Add { name, sql_type } => {
            ("add_attribute", vec![ident(name), text(sql_type)])
        }
        AttributeChange::Drop { name } => ("drop_attribute", vec![ident(name)]),
        AttributeChange::SetType { name, sql_type } => {
            ("set_attribute_type", vec![ident(name), text(sql_type)])
        }
    }
}

fn domain(domain: &Domain) -> TokenStream {
    let domain = Chain::function("Domain", "new", [text(&domain.base)])
        .optional("collation", domain.collation.as_ref().map(name))
        .flag("not_null", domain.not_null)
        .optional("default", domain.default.as_ref().map(expression));
    quote!(#domain)
}

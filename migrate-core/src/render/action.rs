//! One action, its verbs.

use crate::catalog::{Domain, Ident, QualifiedName};
use crate::plan::{Action, AttributeChange, EnumColumn, IndexBuild, LabelPath, LabelPosition};

use super::code::Code;
use super::index::index;
use super::literal::{expression, ident, list, name, number, pair, range, text, texts};
use super::on::on;
use super::sequence::sequence;
use super::table;

/// The calls that build an action: one, but for a dependent that several statements make.
#[expect(clippy::too_many_lines, reason = "one short arm for each action reads best in one list")]
pub(super) fn calls(action: &Action) -> Vec<Code> {
    let call = match action {
        Action::CreateSchema { name } => Code::verb("create_schema", [ident(name)]),
        Action::DropSchema { name } => Code::verb("drop_schema", [ident(name)]),
        Action::CreateExtension { name, extension } => match &extension.schema {
            Some(schema) => Code::verb("create_extension_in", [ident(name), ident(schema)]),
            None => Code::verb("create_extension", [ident(name)]),
        },
        Action::DropExtension { name } => Code::verb("drop_extension", [ident(name)]),
        Action::MoveExtension { name, schema } => {
            Code::verb("move_extension", [ident(name), optional(schema.as_ref())])
        }
        Action::CreateEnum { name: enum_name, definition } => {
            Code::verb("create_enum", [name(enum_name), texts(&definition.labels)])
        }
        Action::AddEnumValue { name, value, position } => add_enum_value(name, value, position),
        Action::RenameEnumValue { name: enum_name, current, desired } => {
            Code::verb("rename_enum_value", [name(enum_name), text(current), text(desired)])
        }
        Action::ReplaceEnum { name: enum_name, definition, mapping, columns } => {
            let replace = Code::verb("replace_enum", [name(enum_name), texts(&definition.labels)]);
            let mapping = mapping.iter().map(|(removed, kept)| [text(removed), text(kept)]);
            columns.iter().fold(replace, enum_column).each("map", mapping)
        }
        Action::RequireUnusedLabels { name: enum_name, labels, within } => {
            let require = Code::verb("require_unused_labels", [name(enum_name), texts(labels)]);
            within.iter().fold(require, |require, LabelPath { table, column, labels }| {
                require.call("within", [name(table), ident(column), text(labels)])
            })
        }
        Action::CreateComposite { name: composite, definition } => {
            let attributes = definition.attributes.iter();
            let attributes = attributes.map(|(name, sql_type)| pair(ident(name), text(sql_type)));
            Code::verb("create_composite", [name(composite), list(attributes)])
        }
        Action::AlterComposite { name, changes } => alter_composite(name, changes),
        Action::RenameAttribute { composite, name: current, desired } => {
            Code::verb("rename_attribute", [name(composite), ident(current), ident(desired)])
        }
        Action::DropType { name: dropped } => Code::verb("drop_type", [name(dropped)]),
        Action::RenameType { name: current, desired } => {
            Code::verb("rename_type", [name(current), ident(desired)])
        }
        Action::CreateDomain { name: created, definition } => {
            Code::verb("create_domain", [name(created), domain(definition)])
        }
        Action::SetDomainDefault { name: domain, default } => match default {
            Some(default) => Code::verb("set_domain_default", [name(domain), expression(default)]),
            None => Code::verb("drop_domain_default", [name(domain)]),
        },
        Action::SetDomainNotNull { name: domain } => {
            Code::verb("set_domain_not_null", [name(domain)])
        }
        Action::DropDomainNotNull { name: domain } => {
            Code::verb("drop_domain_not_null", [name(domain)])
        }
        Action::AddDomainConstraint { domain, name: added, constraint } => {
            let verb = if constraint.validated {
                "add_domain_check"
            } else {
                "add_domain_check_not_valid"
            };
            Code::verb(verb, [name(domain), ident(added), expression(&constraint.expression)])
        }
        Action::ValidateDomainConstraint { domain, name: validated } => {
            Code::verb("validate_domain_constraint", [name(domain), ident(validated)])
        }
        Action::DropDomainConstraint { domain, name: dropped } => {
            Code::verb("drop_domain_constraint", [name(domain), ident(dropped)])
        }
        Action::RenameDomainConstraint { domain, name: current, desired } => {
            Code::verb("rename_domain_constraint", [name(domain), ident(current), ident(desired)])
        }
        Action::DropDomain { name: dropped } => Code::verb("drop_domain", [name(dropped)]),
        Action::CreateSequence { name: created, options } => {
            Code::verb("create_sequence", [name(created), sequence(options)])
        }
        Action::AlterSequence { name: altered, options } => {
            Code::verb("alter_sequence", [name(altered), sequence(options)])
        }
        Action::SetSequenceOwner { name: owned, owner } => match owner {
            Some((table, column)) => {
                Code::verb("set_sequence_owner", [name(owned), name(table), ident(column)])
            }
            None => Code::verb("drop_sequence_owner", [name(owned)]),
        },
        Action::SetSequenceLogged { name: set } => Code::verb("set_sequence_logged", [name(set)]),
        Action::SetSequenceUnlogged { name: set } => {
            Code::verb("set_sequence_unlogged", [name(set)])
        }
        Action::RenameSequence { name: current, desired } => {
            Code::verb("rename_sequence", [name(current), ident(desired)])
        }
        Action::RestartSequence { name: restarted, start, min, max } => {
            let (allowed, start) = (range(*min, *max), number(*start));
            Code::verb("restart_sequence_outside", [name(restarted), allowed, start])
        }
        Action::SyncSequence { table, column } => {
            Code::verb("sync_sequence", [name(table), ident(column)])
        }
        Action::AdvanceSequence { name: sequence, table, column } => {
            Code::verb("advance_sequence", [name(sequence), name(table), ident(column)])
        }
        Action::ContinueSequence { name: sequence, from } => {
            Code::verb("continue_sequence", [name(sequence), name(from)])
        }
        Action::TakeOverSequence { name: sequence, from } => {
            Code::verb("take_over_sequence", [name(sequence), name(from)])
        }
        Action::DropSequence { name: dropped } => Code::verb("drop_sequence", [name(dropped)]),
        Action::CreateTable { name, definition } => table::create(name, definition),
        Action::AlterTable { table, changes } => table::alter(table, changes),
        Action::RenameTable { name: current, desired } => {
            Code::verb("rename_table", [name(current), ident(desired)])
        }
        Action::MoveTable { name: moved, schema } => {
            Code::verb("move_table", [name(moved), optional(schema.as_ref())])
        }
        Action::RenameColumn { table, name: current, desired } => {
            Code::verb("rename_column", [name(table), ident(current), ident(desired)])
        }
        Action::RenameConstraint { table, name: current, desired } => {
            Code::verb("rename_constraint", [name(table), ident(current), ident(desired)])
        }
        Action::DropTable { name: dropped } => Code::verb("drop_table", [name(dropped)]),
        Action::CreateIndex { name: created, index: definition, build } => {
            let verb = match build {
                IndexBuild::Plain => "create_index",
                IndexBuild::Concurrently => "create_index_concurrently",
            };
            Code::verb(verb, [name(created), index(definition)])
        }
        Action::RenameIndex { name: current, desired } => {
            Code::verb("rename_index", [name(current), ident(desired)])
        }
        Action::DropIndex { name: dropped, build } => match build {
            IndexBuild::Plain => Code::verb("drop_index", [name(dropped)]),
            IndexBuild::Concurrently => Code::verb("drop_index_concurrently", [name(dropped)]),
        },
        Action::SetComment { on: target, text: comment } => match comment {
            Some(comment) => Code::verb("set_comment", [on(target), text(comment)]),
            None => Code::verb("drop_comment", [on(target)]),
        },
        Action::Backfill { table, column, value } => {
            Code::verb("backfill", [name(table), ident(column), expression(value)])
        }
        Action::CreateDependent { statements, .. } => {
            return statements.iter().map(|statement| execute(statement)).collect();
        }
        Action::DropDependent { statement, .. } => execute(statement),
    };
    vec![call]
}

fn execute(statement: &str) -> Code {
    Code::verb("execute", [text(statement)])
}

fn optional(name: Option<&Ident>) -> Code {
    name.map(ident).map_or(Code::word("None"), |name| Code::function("Some", [name]))
}

fn add_enum_value(enum_name: &QualifiedName, value: &str, position: &LabelPosition) -> Code {
    let add = Code::verb("add_enum_value", [name(enum_name), text(value)]);
    match position {
        LabelPosition::Last => add,
        LabelPosition::Before(label) => add.call("before", [text(label)]),
        LabelPosition::After(label) => add.call("after", [text(label)]),
    }
}

fn enum_column(replace: Code, column: &EnumColumn) -> Code {
    let method = if column.array { "array_column" } else { "column" };
    replace.call(method, [name(&column.table), ident(&column.column)])
}

fn alter_composite(composite: &QualifiedName, changes: &[AttributeChange]) -> Code {
    if let [change] = changes {
        let (verb, arguments) = attribute_change(change);
        return Code::verb(verb, [name(composite)].into_iter().chain(arguments));
    }
    let alter = Code::verb("alter_composite", [name(composite)]);
    changes.iter().fold(alter, |alter, change| {
        let (method, arguments) = attribute_change(change);
        alter.call(method, arguments)
    })
}

fn attribute_change(change: &AttributeChange) -> (&'static str, Vec<Code>) {
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

fn domain(domain: &Domain) -> Code {
    Code::function("Domain::new", [text(&domain.base)])
        .optional("collation", domain.collation.as_ref().map(name))
        .flag("not_null", domain.not_null)
        .optional("default", domain.default.as_ref().map(expression))
}

//! One action, its statements.

use std::fmt::Display;

use crate::catalog::{Domain, DomainConstraint, Extension, Ident, QualifiedName};
use crate::plan::Action;

use super::{comment, composite, enums, index, sequence, table};

/// The statements of an action, in the order in which they run. A backfill shows the statement of
/// one batch.
pub fn statements(action: &Action) -> Vec<String> {
    match action {
        Action::CreateTable { name, definition } => table::create(name, definition),
        Action::ReplaceEnum { name, definition, mapping, columns } => {
            enums::replace(name, definition, mapping, columns)
        }
        Action::RequireUnusedLabels { name, labels, within } => {
            within.iter().map(|path| enums::require_unused(name, labels, path)).collect()
        }
        Action::CreateDependent { statements, .. } => statements.clone(),
        Action::TakeOverSequence { name, from } => {
            vec![sequence::go_on_from(name, from), format!("DROP SEQUENCE {from}")]
        }
        _ => vec![statement(action)],
    }
}

/// Into another schema, or the target schema.
fn moved(kind: &str, name: &impl Display, schema: Option<&Ident>) -> String {
    match schema {
        Some(schema) => format!("ALTER {kind} {name} SET SCHEMA {schema}"),
        None => format!("ALTER {kind} {name} SET SCHEMA {{current_schema}}"),
    }
}

/// The one statement of an action; those of several are listed by [`statements`] itself.
fn statement(action: &Action) -> String {
    match action {
        Action::CreateSchema { name } => format!("CREATE SCHEMA {name}"),
        Action::DropSchema { name } => format!("DROP SCHEMA {name}"),
        Action::CreateExtension { name, extension } => create_extension(name, extension),
        Action::DropExtension { name } => format!("DROP EXTENSION {name}"),
        Action::MoveExtension { name, schema } => moved("EXTENSION", name, schema.as_ref()),
        Action::MoveTable { name, schema } => moved("TABLE", name, schema.as_ref()),
        Action::AlterTable { table, changes } => table::alter(table, changes),
        Action::RenameTable { name, desired } => format!("ALTER TABLE {name} RENAME TO {desired}"),
        Action::RenameColumn { table, name, desired } => {
            format!("ALTER TABLE {table} RENAME COLUMN {name} TO {desired}")
        }
        Action::RenameConstraint { table, name, desired } => {
            format!("ALTER TABLE {table} RENAME CONSTRAINT {name} TO {desired}")
        }
        Action::DropTable { name } => format!("DROP TABLE {name}"),
        Action::CreateIndex { name, index, build } => index::create_index(name, index, *build),
        Action::RenameIndex { name, desired } => format!("ALTER INDEX {name} RENAME TO {desired}"),
        Action::DropIndex { name, build } => {
            format!("DROP INDEX {}{name}", index::concurrently(*build))
        }
        Action::SetComment { on, text } => comment::set_comment(on, text.as_deref()),
        Action::Backfill { table, column, value } => {
            format!("UPDATE {table} SET {column} = {value} WHERE {column} IS NULL")
        }
        Action::DropDependent { statement, .. } => statement.clone(),
        Action::CreateEnum { name, definition } => enums::create(name, definition),
        Action::AddEnumValue { name, value, position } => enums::add_value(name, value, position),
        Action::RenameEnumValue { name, current, desired } => format!(
            "ALTER TYPE {name} RENAME VALUE {} TO {}",
            super::quoted(current),
            super::quoted(desired)
        ),
        Action::CreateComposite { name, definition } => composite::create(name, definition),
        Action::AlterComposite { name, changes } => composite::alter(name, changes),
        Action::RenameAttribute { composite, name, desired } => {
            format!("ALTER TYPE {composite} RENAME ATTRIBUTE {name} TO {desired} CASCADE")
        }
        Action::DropType { name } => format!("DROP TYPE {name}"),
        Action::RenameType { name, desired } => format!("ALTER TYPE {name} RENAME TO {desired}"),
        Action::CreateSequence { name, options } => {
            let mut sql = format!("CREATE SEQUENCE {name} AS {}", options.data_type.name());
            for option in sequence::changed_options(options) {
                sql += &format!(" {option}");
            }
            sql
        }
        Action::AlterSequence { name, options } => format!(
            "ALTER SEQUENCE {name} AS {} {}",
            options.data_type.name(),
            sequence::all_options(options).join(" ")
        ),
        Action::SetSequenceOwner { name, owner } => match owner {
            Some((table, column)) => format!("ALTER SEQUENCE {name} OWNED BY {table}.{column}"),
            None => format!("ALTER SEQUENCE {name} OWNED BY NONE"),
        },
        Action::SetSequenceLogged { name } => format!("ALTER SEQUENCE {name} SET LOGGED"),
        Action::SetSequenceUnlogged { name } => format!("ALTER SEQUENCE {name} SET UNLOGGED"),
        Action::RenameSequence { name, desired } => {
            format!("ALTER SEQUENCE {name} RENAME TO {desired}")
        }
        Action::RestartSequence { name, start, min, max } => {
            sequence::restart(name, *start, (*min, *max))
        }
        Action::SyncSequence { table, column } => sequence::sync(table, column),
        Action::AdvanceSequence { name, table, column } => sequence::advance(name, table, column),
        Action::ContinueSequence { name, from } => sequence::go_on_from(name, from),
        Action::DropSequence { name } => format!("DROP SEQUENCE {name}"),
        Action::CreateDomain { name, definition } => create_domain(name, definition),
        Action::SetDomainDefault { name, default: Some(default) } => {
            format!("ALTER DOMAIN {name} SET DEFAULT {default}")
        }
        Action::SetDomainDefault { name, default: None } => {
            format!("ALTER DOMAIN {name} DROP DEFAULT")
        }
        Action::SetDomainNotNull { name } => format!("ALTER DOMAIN {name} SET NOT NULL"),
        Action::DropDomainNotNull { name } => format!("ALTER DOMAIN {name} DROP NOT NULL"),
        Action::AddDomainConstraint { domain, name, constraint } => {
            let DomainConstraint { expression, validated } = constraint;
            let not_valid = if *validated { "" } else { " NOT VALID" };
            format!("ALTER DOMAIN {domain} ADD CONSTRAINT {name} CHECK ({expression}){not_valid}")
        }
        Action::ValidateDomainConstraint { domain, name } => {
            format!("ALTER DOMAIN {domain} VALIDATE CONSTRAINT {name}")
        }
        Action::DropDomainConstraint { domain, name } => {
            format!("ALTER DOMAIN {domain} DROP CONSTRAINT {name}")
        }
        Action::RenameDomainConstraint { domain, name, desired } => {
            format!("ALTER DOMAIN {domain} RENAME CONSTRAINT {name} TO {desired}")
        }
        Action::DropDomain { name } => format!("DROP DOMAIN {name}"),
        Action::CreateTable { .. }
        | Action::ReplaceEnum { .. }
        | Action::RequireUnusedLabels { .. }
        | Action::TakeOverSequence { .. }
        | Action::CreateDependent { .. } => statements(action).join(";\n"),
    }
}

fn create_extension(name: &Ident, extension: &Extension) -> String {
    match &extension.schema {
        Some(schema) => format!("CREATE EXTENSION {name} SCHEMA {schema}"),
        None => format!("CREATE EXTENSION {name}"),
    }
}

fn create_domain(name: &QualifiedName, domain: &Domain) -> String {
    let mut sql = format!("CREATE DOMAIN {name} AS {}", domain.base);
    if let Some(collation) = &domain.collation {
        sql += &format!(" COLLATE {collation}");
    }
    if let Some(default) = &domain.default {
        sql += &format!(" DEFAULT {default}");
    }
    if domain.not_null {
        sql += " NOT NULL";
    }
    sql
}

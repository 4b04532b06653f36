//! `CREATE TABLE` and the clauses of `ALTER TABLE`.

use crate::catalog::{QualifiedName, ReplicaIdentity};
use crate::plan::{IndexKey, TableChange, TableDefinition};

use super::clause::{comma_separated, deferrable, options, quoted};
use super::column::{self, identity_clause};
use super::constraint::constraint_clause;
use super::sequence;

/// `CREATE TABLE`, and what it can't say itself as statements after it.
pub(super) fn create(name: &QualifiedName, definition: &TableDefinition) -> Vec<String> {
    let columns = definition.columns.iter().map(column::definition);
    let constraints = definition
        .constraints
        .iter()
        .map(|(name, constraint)| format!("CONSTRAINT {name} {}", constraint_clause(constraint)));
    let lines: Vec<String> =
        columns.chain(constraints).map(|line| format!("\n    {line}")).collect();
    let table = &definition.table;
    let mut sql = format!(
        "CREATE {}TABLE {name} ({}\n)",
        if table.unlogged { "UNLOGGED " } else { "" },
        lines.join(",")
    );
    if let Some(method) = &table.access_method {
        sql += &format!(" USING {method}");
    }
    if !table.options.is_empty() {
        sql += &format!(" WITH ({})", options(&table.options));
    }
    if let Some(tablespace) = &table.tablespace {
        sql += &format!(" TABLESPACE {tablespace}");
    }
    vec![sql]
}

/// `ALTER TABLE` with these clauses.
pub(super) fn alter(table: &QualifiedName, changes: &[TableChange]) -> String {
    if let [change] = changes {
        return format!("ALTER TABLE {table} {}", clause(change));
    }
    let clauses: Vec<String> =
        changes.iter().map(|change| format!("\n    {}", clause(change))).collect();
    format!("ALTER TABLE {table}{}", clauses.join(","))
}

fn clause(change: &TableChange) -> String {
    match change {
        TableChange::AddColumn { column } => format!("ADD COLUMN {}", column::definition(column)),
        TableChange::DropColumn { name } => format!("DROP COLUMN {name}"),
        TableChange::AddConstraint { name, constraint } => {
            format!("ADD CONSTRAINT {name} {}", constraint_clause(constraint))
        }
        TableChange::AddConstraintUsingIndex { name, key, index, deferrable: when } => {
            let key = match key {
                IndexKey::Primary => "PRIMARY KEY",
                IndexKey::Unique => "UNIQUE",
            };
            format!("ADD CONSTRAINT {name} {key} USING INDEX {index}{}", deferrable(*when))
        }
        TableChange::DropConstraint { name } => format!("DROP CONSTRAINT {name}"),
        TableChange::ValidateConstraint { name } => format!("VALIDATE CONSTRAINT {name}"),
        TableChange::SetDeferrable { name, deferrable: when } => {
            let when = match deferrable(*when) {
                "" => " NOT DEFERRABLE",
                " DEFERRABLE" => " DEFERRABLE INITIALLY IMMEDIATE",
                when => when,
            };
            format!("ALTER CONSTRAINT {name}{when}")
        }
        TableChange::SetOptions { options: set } => format!("SET ({})", options(set)),
        TableChange::ResetOptions { names } => format!("RESET ({})", comma_separated(names)),
        TableChange::SetLogged => "SET LOGGED".to_owned(),
        TableChange::SetUnlogged => "SET UNLOGGED".to_owned(),
        TableChange::SetTablespace { tablespace } => format!("SET TABLESPACE {tablespace}"),
        TableChange::SetAccessMethod { method } => format!("SET ACCESS METHOD {method}"),
        TableChange::SetReplicaIdentity { identity } => {
            format!("REPLICA IDENTITY {}", replica_identity(identity))
        }
        TableChange::SetCluster { index: Some(index) } => format!("CLUSTER ON {index}"),
        TableChange::SetCluster { index: None } => "SET WITHOUT CLUSTER".to_owned(),
        TableChange::SetType { column, sql_type, collation, using } => {
            let collation =
                collation.as_ref().map_or_else(String::new, |name| format!(" COLLATE {name}"));
            let using = using.as_ref().map_or_else(String::new, |using| format!(" USING {using}"));
            format!("ALTER COLUMN {column} TYPE {sql_type}{collation}{using}")
        }
        TableChange::SetDefault { column, default } => {
            format!("ALTER COLUMN {column} SET DEFAULT {default}")
        }
        TableChange::DropDefault { column } => format!("ALTER COLUMN {column} DROP DEFAULT"),
        TableChange::SetNotNull { column } => format!("ALTER COLUMN {column} SET NOT NULL"),
        TableChange::DropNotNull { column } => format!("ALTER COLUMN {column} DROP NOT NULL"),
        TableChange::AddIdentity { column, identity } => {
            format!("ALTER COLUMN {column} ADD GENERATED {}", identity_clause(identity))
        }
        TableChange::AlterIdentity { column, identity } => {
            let options = sequence::all_options(&identity.options);
            let options: Vec<String> =
                options.iter().map(|option| format!("SET {option}")).collect();
            let mode = column::mode(identity.mode);
            format!("ALTER COLUMN {column} SET GENERATED {mode} {}", options.join(" "))
        }
        TableChange::DropIdentity { column } => format!("ALTER COLUMN {column} DROP IDENTITY"),
        TableChange::DropExpression { column } => format!("ALTER COLUMN {column} DROP EXPRESSION"),
        TableChange::SetStorage { column, storage } => {
            format!("ALTER COLUMN {column} SET STORAGE {}", storage.to_uppercase())
        }
        TableChange::SetCompression { column, compression } => {
            format!(
                "ALTER COLUMN {column} SET COMPRESSION {}",
                compression.as_deref().unwrap_or("DEFAULT")
            )
        }
        TableChange::SetStatistics { column, target } => {
            format!("ALTER COLUMN {column} SET STATISTICS {}", target.unwrap_or(-1))
        }
        TableChange::SetColumnOptions { column, options: set } => {
            let set = comma_separated(
                set.iter().map(|(name, value)| format!("{name} = {}", quoted(value))),
            );
            format!("ALTER COLUMN {column} SET ({set})")
        }
        TableChange::ResetColumnOptions { column, names } => {
            format!("ALTER COLUMN {column} RESET ({})", comma_separated(names))
        }
    }
}

fn replica_identity(identity: &ReplicaIdentity) -> String {
    match identity {
        ReplicaIdentity::Default => "DEFAULT".to_owned(),
        ReplicaIdentity::Full => "FULL".to_owned(),
        ReplicaIdentity::Nothing => "NOTHING".to_owned(),
        ReplicaIdentity::Index(index) => format!("USING INDEX {index}"),
    }
}

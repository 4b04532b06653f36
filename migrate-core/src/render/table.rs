//! Tables and the clauses that change them.

use crate::catalog::{Ident, Identity, QualifiedName, ReplicaIdentity};
use crate::plan::{IndexKey, TableChange, TableDefinition};

use super::code::Code;
use super::column::{column, identity};
use super::constraint::{constraint, deferrable};
use super::index::options;
use super::literal::{expression, ident, list, name, number, pairs, text, texts};

/// A method and what it takes.
type Clause = (&'static str, Vec<Code>);

/// `db.create_table(…)`.
pub(super) fn create(table_name: &QualifiedName, definition: &TableDefinition) -> Code {
    let columns = list(definition.columns.iter().map(column));
    let constraints = definition.constraints.iter();
    let table = &definition.table;
    Code::verb("create_table", [name(table_name), columns])
        .each("constraint", constraints.map(|(name, one)| [ident(name), constraint(one)]))
        .flag("unlogged", table.unlogged)
        .each("option", options(&table.options))
        .optional("tablespace", table.tablespace.as_ref().map(ident))
        .optional("access_method", table.access_method.as_ref().map(ident))
}

/// `db.alter_table(…)` with its clauses, or the verb that does the only one.
pub(super) fn alter(table: &QualifiedName, changes: &[TableChange]) -> Code {
    match changes {
        [change] if change.has_verb() => {
            let (verb, arguments) = clause(change);
            Code::verb(verb, [name(table)].into_iter().chain(arguments))
        }
        changes => {
            let alter = Code::verb("alter_table", [name(table)]);
            changes
                .iter()
                .map(clause)
                .fold(alter, |alter, (method, arguments)| alter.call(method, arguments))
        }
    }
}

fn clause(change: &TableChange) -> Clause {
    match change {
        TableChange::AddColumn { column: added } => ("add_column", vec![column(added)]),
        TableChange::DropColumn { name } => ("drop_column", vec![ident(name)]),
        TableChange::SetType { column, sql_type, collation, using } => {
            set_type(column, sql_type, collation.as_ref(), using.as_deref())
        }
        TableChange::SetDefault { column, default } => {
            ("set_default", vec![ident(column), expression(default)])
        }
        TableChange::DropDefault { column } => ("drop_default", vec![ident(column)]),
        TableChange::SetNotNull { column } => ("set_not_null", vec![ident(column)]),
        TableChange::DropNotNull { column } => ("drop_not_null", vec![ident(column)]),
        TableChange::AddIdentity { column, identity } => {
            ("add_identity", of_identity(column, identity))
        }
        TableChange::AlterIdentity { column, identity } => {
            ("alter_identity", of_identity(column, identity))
        }
        TableChange::DropIdentity { column } => ("drop_identity", vec![ident(column)]),
        TableChange::DropExpression { column } => ("drop_expression", vec![ident(column)]),
        TableChange::SetStorage { column, storage } => {
            ("set_storage", vec![ident(column), text(storage)])
        }
        TableChange::SetCompression { column, compression } => {
            let method = compression.as_deref().unwrap_or("default");
            ("set_compression", vec![ident(column), text(method)])
        }
        TableChange::SetStatistics { column, target } => {
            ("set_statistics", vec![ident(column), number(target.unwrap_or(-1).into())])
        }
        TableChange::SetColumnOptions { column, options } => {
            ("set_column_options", vec![ident(column), pairs(options)])
        }
        TableChange::ResetColumnOptions { column, names } => {
            ("reset_column_options", vec![ident(column), texts(names)])
        }
        TableChange::AddConstraint { name, constraint: added } => {
            ("add_constraint", vec![ident(name), constraint(added)])
        }
        TableChange::AddConstraintUsingIndex { name, key, index, deferrable: when } => {
            let method = match key {
                IndexKey::Primary => "add_primary_key_using_index",
                IndexKey::Unique => "add_unique_using_index",
            };
            (method, vec![ident(name), ident(index), deferrable(*when)])
        }
        TableChange::DropConstraint { name } => ("drop_constraint", vec![ident(name)]),
        TableChange::ValidateConstraint { name } => ("validate_constraint", vec![ident(name)]),
        TableChange::SetDeferrable { name, deferrable: when } => {
            ("set_deferrable", vec![ident(name), deferrable(*when)])
        }
        TableChange::SetOptions { options } => ("set_options", vec![pairs(options)]),
        TableChange::ResetOptions { names } => ("reset_options", vec![texts(names)]),
        TableChange::SetLogged => ("set_logged", Vec::new()),
        TableChange::SetUnlogged => ("set_unlogged", Vec::new()),
        TableChange::SetTablespace { tablespace } => ("set_tablespace", vec![ident(tablespace)]),
        TableChange::SetAccessMethod { method } => ("set_access_method", vec![ident(method)]),
        TableChange::SetReplicaIdentity { identity } => {
            ("set_replica_identity", vec![replica_identity(identity)])
        }
        TableChange::SetCluster { index } => match index {
            Some(index) => ("cluster_on", vec![ident(index)]),
            None => ("without_cluster", Vec::new()),
        },
    }
}

fn set_type(
    column: &Ident,
    sql_type: &str,
    collation: Option<&QualifiedName>,
    using: Option<&str>,
) -> Clause {
    let (column, sql_type) = (ident(column), text(sql_type));
    match (collation.map(name), using.map(text)) {
        (None, None) => ("set_type", vec![column, sql_type]),
        (None, Some(using)) => ("set_type_using", vec![column, sql_type, using]),
        (Some(collation), None) => ("set_collation", vec![column, sql_type, collation]),
        (Some(collation), Some(using)) => {
            ("set_collation_using", vec![column, sql_type, collation, using])
        }
    }
}

/// An identity needs the column's type to know which sequence is the usual one.
fn of_identity(column: &Ident, one: &Identity) -> Vec<Code> {
    let sql_type = one.options.data_type.name();
    vec![ident(column), text(sql_type), identity(one, sql_type)]
}

fn replica_identity(identity: &ReplicaIdentity) -> Code {
    match identity {
        ReplicaIdentity::Default => Code::word("ReplicaIdentity::Default"),
        ReplicaIdentity::Full => Code::word("ReplicaIdentity::Full"),
        ReplicaIdentity::Nothing => Code::word("ReplicaIdentity::Nothing"),
        ReplicaIdentity::Index(index) => {
            let index = ident(index).call("into", []);
            Code::function("ReplicaIdentity::Index", [index])
        }
    }
}

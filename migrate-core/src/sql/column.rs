//! Column definitions.

use crate::catalog::{Identity, IdentityMode};
use crate::plan::ColumnDefinition;

use super::sequence;

/// A column as `CREATE TABLE` and `ADD COLUMN` have it.
pub(super) fn definition(definition: &ColumnDefinition) -> String {
    let column = &definition.column;
    let mut sql = format!("{} {}", definition.name, column.sql_type);
    if let Some(storage) = &column.storage {
        sql += &format!(" STORAGE {}", storage.to_uppercase());
    }
    if let Some(compression) = &column.compression {
        sql += &format!(" COMPRESSION {compression}");
    }
    if let Some(collation) = &column.collation {
        sql += &format!(" COLLATE {collation}");
    }
    if let Some(default) = &definition.default {
        sql += &format!(" DEFAULT {default}");
    }
    if let Some(generated) = &column.generated {
        let stored = if generated.stored { "STORED" } else { "VIRTUAL" };
        sql += &format!(" GENERATED ALWAYS AS ({}) {stored}", generated.expression);
    }
    if let Some(identity) = &column.identity {
        sql += &format!(" GENERATED {}", identity_clause(identity));
    }
    if column.not_null {
        sql += " NOT NULL";
    }
    sql
}

/// `ALWAYS AS IDENTITY (…)`, with the options that aren't PostgreSQL's defaults.
pub(super) fn identity_clause(identity: &Identity) -> String {
    let name = identity.sequence.as_ref().map(|name| format!("SEQUENCE NAME {name}"));
    let changed = sequence::changed_options(&identity.options);
    let options: Vec<String> = name.into_iter().chain(changed).collect();
    let mode = mode(identity.mode);
    if options.is_empty() {
        return format!("{mode} AS IDENTITY");
    }
    format!("{mode} AS IDENTITY ({})", options.join(" "))
}

/// `ALWAYS` or `BY DEFAULT`.
pub(super) fn mode(mode: IdentityMode) -> &'static str {
    match mode {
        IdentityMode::Always => "ALWAYS",
        IdentityMode::ByDefault => "BY DEFAULT",
    }
}

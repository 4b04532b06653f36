//! The names of `NOT NULL` constraints, which PostgreSQL keeps since 18 and doesn't change with those
//! of the table, column or domain that they are made of.

use crate::catalog::{Ident, QualifiedName, domain_object_name, object_name};
use crate::plan::Action;

use super::clause::{block, quoted};

/// The first version that keeps such names, as `server_version_num`.
pub(crate) const SINCE: u32 = 180_000;

/// What a rename is followed by, so that the constraints are called as if the table or domain had been
/// made under its new names, and give up the former ones; where the new name is taken, they keep theirs. Constraints of other names are somebody's choice and keep them.
pub(crate) fn following(action: &Action) -> Option<String> {
    match action {
        Action::RenameTable { name, desired } => Some(after_table(name, desired)),
        Action::RenameColumn { table, name, desired } => after_column(table, name, desired),
        Action::RenameType { name, desired } => after_type(name, desired),
        _ => None,
    }
}

fn after_table(former: &QualifiedName, desired: &Ident) -> String {
    let table = former.sibling(desired.clone());
    let [from, to] = [&former.name, desired].map(name_in_sql);
    block(&format!(
        "DECLARE
    names record;
BEGIN
    FOR names IN
        SELECT con.conname AS former, {to} AS name
        FROM pg_catalog.pg_constraint con
        JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1]
        WHERE con.conrelid = {}::pg_catalog.regclass AND con.contype = 'n' AND con.coninhcount = 0
          AND con.conname = {from} AND con.conname <> {to}
          AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_constraint other
              WHERE other.conrelid = con.conrelid AND other.conname = {to})
    LOOP
        EXECUTE pg_catalog.format({}, names.former, names.name);
    END LOOP;
END",
        quoted(&table.to_string()),
        quoted(&format!(
            "ALTER TABLE {} RENAME CONSTRAINT %I TO %I",
            table.to_string().replace('%', "%%")
        )),
    ))
}

fn after_column(table: &QualifiedName, former: &Ident, desired: &Ident) -> Option<String> {
    let names =
        [former, desired].map(|column| Ident::new(object_name(&table.name, column, "not_null")));
    let owner = format!("conrelid = {}::pg_catalog.regclass", quoted(&table.to_string()));
    renamed(&owner, &format!("TABLE {table}"), &names)
}

/// The type may be no domain, which has no such constraint.
fn after_type(former: &QualifiedName, desired: &Ident) -> Option<String> {
    let domain = former.sibling(desired.clone());
    let names =
        [&former.name, desired].map(|name| Ident::new(domain_object_name(name, "not_null")));
    let owner = format!("contypid = {}::pg_catalog.regtype", quoted(&domain.to_string()));
    renamed(&owner, &format!("DOMAIN {domain}"), &names)
}

/// Gives the constraint of what is called so its new name, where that is free.
fn renamed(owner: &str, object: &str, [from, to]: &[Ident; 2]) -> Option<String> {
    let [former, free] = [from, to].map(|name| quoted(name.as_str()));
    let sql = block(&format!(
        "BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_constraint con
        WHERE con.{owner} AND con.contype = 'n' AND con.coninhcount = 0 AND con.conname = {former}
    ) AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint con WHERE con.{owner} AND con.conname = {free}
    ) THEN
        ALTER {object} RENAME CONSTRAINT {from} TO {to};
    END IF;
END"
    ));
    (from != to).then_some(sql)
}

/// The name that PostgreSQL gives for a column `a.attname` of the table: both names are cut to a half
/// where they are too long together, or the longer one as far as the other leaves room.
fn name_in_sql(table: &Ident) -> String {
    let name = quoted(table.as_str());
    let length = table.as_str().len();
    let (own_half, half) = (27, 26);
    format!(
        "(pg_catalog.left({name}, greatest(53 - pg_catalog.octet_length(a.attname::pg_catalog.text), {own_half})) \
         || '_' || pg_catalog.left(a.attname::pg_catalog.text, {}) || '_not_null')::pg_catalog.name",
        half.max(53_usize.saturating_sub(length))
    )
}

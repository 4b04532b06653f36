//! Synthetic rows for the proof: plain values, nulls, and awkward texts, with references that hold.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::catalog::{Catalog, Column, Ident, Object, ObjectKey, QualifiedName};
use crate::plan::{Action, Plan};

/// How many rows a table gets.
const ROWS: usize = 3;

/// Puts rows into the tables that a plan touches and those that they reference. A row that a
/// check refuses is left out. The connection is closed.
pub(super) async fn insert(mut connection: PgConnection, catalog: &Catalog, plan: &Plan) {
    let replica = "SET session_replication_role = replica";
    let may_skip_triggers = sqlx::raw_sql(replica).execute(&mut connection).await.is_ok();
    for table in with_referenced(catalog, touched(plan)) {
        for number in 1..=ROWS {
            let sql = insert_row(catalog, &table, number);
            let refused = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.err();
            if let Some(error) = refused {
                tracing::debug!(table = %table, %error, may_skip_triggers, "a synthetic row was refused");
            }
        }
    }
    connection.close().await.ok();
}

fn touched(plan: &Plan) -> BTreeSet<QualifiedName> {
    let mut tables = BTreeSet::new();
    for action in plan.actions() {
        match action {
            Action::AlterTable { table, .. }
            | Action::Backfill { table, .. }
            | Action::DropTable { name: table }
            | Action::RenameTable { name: table, .. }
            | Action::RenameColumn { table, .. } => {
                tables.insert(table.clone());
            }
            Action::CreateIndex { index, .. } => {
                tables.insert(index.table.clone());
            }
            Action::ReplaceEnum { columns, .. } => {
                tables.extend(columns.iter().map(|column| column.table.clone()));
            }
            _ => {}
        }
    }
    tables
}

/// The tables that exist, and those that their foreign keys lead to.
fn with_referenced(catalog: &Catalog, tables: BTreeSet<QualifiedName>) -> BTreeSet<QualifiedName> {
    let exists = |table: &QualifiedName| {
        catalog.objects.contains_key(&ObjectKey::Table { name: table.clone() })
    };
    let mut found: BTreeSet<QualifiedName> = BTreeSet::new();
    let mut open: Vec<QualifiedName> = tables.into_iter().filter(exists).collect();
    while let Some(table) = open.pop() {
        for (key, object) in &catalog.objects {
            if let (ObjectKey::Constraint { table: owner, .. }, Object::Constraint(constraint)) =
                (key, object)
                && *owner == table
                && let Some(target) = constraint.referenced_table()
                && !found.contains(target)
                && *target != table
            {
                open.push(target.clone());
            }
        }
        found.insert(table);
    }
    found
}

fn insert_row(catalog: &Catalog, table: &QualifiedName, number: usize) -> String {
    let columns: Vec<(&Ident, &Column)> =
        catalog.columns(table).filter(|(_, column)| column.generated.is_none()).collect();
    if columns.is_empty() {
        return format!("INSERT INTO {table} DEFAULT VALUES");
    }
    let names: Vec<String> = columns.iter().map(|(name, _)| name.to_string()).collect();
    let values: Vec<String> =
        columns.iter().map(|(_, column)| value(catalog, column, number)).collect();
    format!(
        "INSERT INTO {table} ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
        names.join(", "),
        values.join(", ")
    )
}

/// A value of the column's type: the same for the same number, so that references hold.
fn value(catalog: &Catalog, column: &Column, number: usize) -> String {
    if number == 2 && !column.not_null {
        return "NULL".to_owned();
    }
    let sql_type = &column.sql_type;
    match sql_type.strip_suffix("[]") {
        Some(element) => format!("ARRAY[{}]::{sql_type}", scalar(catalog, element, number)),
        None => scalar(catalog, sql_type, number),
    }
}

fn scalar(catalog: &Catalog, sql_type: &str, number: usize) -> String {
    let base = sql_type.split('(').next().unwrap_or(sql_type).trim();
    let text = match base {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "money"
        | "oid" => number.to_string(),
        "text" | "character varying" | "character" | "citext" | "name" if number == ROWS => {
            return format!("'it''s \"{number}\" \\ é'::text::{sql_type}");
        }
        "text" | "character varying" | "character" | "citext" | "name" => {
            return format!("'value {number}'::text::{sql_type}");
        }
        "boolean" => (number % 2 == 1).to_string(),
        "date" | "timestamp" | "timestamp without time zone" | "timestamp with time zone" => {
            format!("2024-01-0{number} 10:00:00")
        }
        "time" | "time without time zone" | "time with time zone" => format!("10:0{number}:00"),
        "interval" => format!("{number} hours"),
        "uuid" => format!("00000000-0000-0000-0000-00000000000{number}"),
        "json" | "jsonb" => format!("{{\"number\": {number}}}"),
        "bytea" => format!("\\x0{number}"),
        "inet" | "cidr" => format!("10.0.0.{number}"),
        "macaddr" => format!("08:00:2b:01:02:0{number}"),
        "point" => format!("({number},{number})"),
        "tsvector" | "tsquery" | "ltree" => format!("word{number}"),
        "hstore" => format!("key=>{number}"),
        "int4range" | "int8range" | "numrange" => format!("[{number},{})", number + 1),
        "xml" => format!("<number>{number}</number>"),
        _ => return user_value(catalog, sql_type, number),
    };
    format!("{}::{sql_type}", crate::model::quote_literal(&text))
}

/// A value of an enum or domain; null for what isn't known.
fn user_value(catalog: &Catalog, sql_type: &str, number: usize) -> String {
    let found = catalog.objects.iter().find_map(|(key, object)| match (key, object) {
        (ObjectKey::Enum { name }, Object::Enum(definition)) if name.to_string() == sql_type => {
            let label = definition.labels.get((number - 1) % definition.labels.len().max(1))?;
            Some(format!("{}::{sql_type}", crate::model::quote_literal(label)))
        }
        (ObjectKey::Domain { name }, Object::Domain(domain)) if name.to_string() == sql_type => {
            Some(format!("{}::{sql_type}", scalar(catalog, &domain.base, number)))
        }
        _ => None,
    });
    found.unwrap_or_else(|| "NULL".to_owned())
}

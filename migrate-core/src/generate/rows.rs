//! Synthetic rows for the proof: plain values, nulls, and awkward texts, with references that hold.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::catalog::{Catalog, Column, Domain, EnumType, Ident, Object, ObjectKey, QualifiedName};
use crate::model::quote_literal;
use crate::plan::{Action, Plan};

/// How many rows a table gets.
const ROWS: usize = 3;

/// Puts rows into the tables that a plan touches and those that they reference. A row that a
/// check refuses is left out.
pub(super) async fn insert(connection: &mut PgConnection, catalog: &Catalog, plan: &Plan) {
    let types = Types::of(catalog);
    let may_skip_triggers = ran(connection, "SET session_replication_role = replica").await;
    for table in with_referenced(catalog, touched(plan)) {
        let columns: Vec<(&Ident, &Column)> =
            catalog.columns(&table).filter(|(_, column)| column.generated.is_none()).collect();
        let all = insert_rows(&types, &table, &columns, 1..=ROWS);
        if ran(connection, &all).await {
            continue;
        }
        for number in 1..=ROWS {
            ran(connection, &insert_rows(&types, &table, &columns, number..=number)).await;
        }
    }
    if may_skip_triggers {
        ran(connection, "RESET session_replication_role").await;
    }
}

/// Runs a statement and tells whether the server took it.
async fn ran(connection: &mut PgConnection, sql: &str) -> bool {
    let refused = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.err();
    if let Some(error) = &refused {
        tracing::debug!(%error, sql, "synthetic rows were refused");
    }
    refused.is_none()
}

fn touched(plan: &Plan) -> BTreeSet<QualifiedName> {
    let mut tables = BTreeSet::new();
    for action in plan.actions() {
        match action {
            Action::AlterTable { table, .. }
            | Action::Backfill { table, .. }
            | Action::DropTable { name: table }
            | Action::RenameTable { name: table, .. }
            | Action::MoveTable { name: table, .. }
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
        if found.contains(&table) {
            continue;
        }
        let constraints = catalog.constraints(&table);
        open.extend(constraints.filter_map(|(_, one)| one.referenced_table()).cloned());
        found.insert(table);
    }
    found
}

fn insert_rows(
    types: &Types<'_>,
    table: &QualifiedName,
    columns: &[(&Ident, &Column)],
    numbers: RangeInclusive<usize>,
) -> String {
    if columns.is_empty() {
        return format!("INSERT INTO {table} DEFAULT VALUES");
    }
    let names: Vec<String> = columns.iter().map(|(name, _)| name.to_string()).collect();
    let row = |number| {
        let values: Vec<String> =
            columns.iter().map(|(_, column)| types.value(column, number)).collect();
        format!("({})", values.join(", "))
    };
    let rows: Vec<String> = numbers.map(row).collect();
    format!(
        "INSERT INTO {table} ({}) OVERRIDING SYSTEM VALUE VALUES {}",
        names.join(", "),
        rows.join(", ")
    )
}

/// The enums and domains, by their names in SQL.
struct Types<'a>(FxHashMap<String, UserType<'a>>);

enum UserType<'a> {
    Enum(&'a EnumType),
    Domain(&'a Domain),
}

impl<'a> Types<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let types = catalog.objects.iter().filter_map(|(key, object)| match (key, object) {
            (ObjectKey::Enum { name }, Object::Enum(one)) => {
                Some((name.to_string(), UserType::Enum(one)))
            }
            (ObjectKey::Domain { name }, Object::Domain(one)) => {
                Some((name.to_string(), UserType::Domain(one)))
            }
            _ => None,
        });
        Self(types.collect())
    }

    /// A value of the column's type: the same for the same number, so that references hold.
    fn value(&self, column: &Column, number: usize) -> String {
        if number == 2 && !column.not_null {
            return "NULL".to_owned();
        }
        let sql_type = &column.sql_type;
        match sql_type.strip_suffix("[]") {
            Some(element) => format!("ARRAY[{}]::{sql_type}", self.scalar(element, number)),
            None => self.scalar(sql_type, number),
        }
    }

    fn scalar(&self, sql_type: &str, number: usize) -> String {
        plain_value(sql_type, number)
            .or_else(|| self.user_value(sql_type, number))
            .unwrap_or_else(|| "NULL".to_owned())
    }

    fn user_value(&self, sql_type: &str, number: usize) -> Option<String> {
        match self.0.get(sql_type)? {
            UserType::Enum(definition) => {
                let label = definition.labels.get((number - 1) % definition.labels.len().max(1))?;
                Some(format!("{}::{sql_type}", quote_literal(label)))
            }
            UserType::Domain(domain) => {
                Some(format!("{}::{sql_type}", self.scalar(&domain.base, number)))
            }
        }
    }
}

/// A value of one of PostgreSQL's own types, or of an extension's, where it is known.
fn plain_value(sql_type: &str, number: usize) -> Option<String> {
    let base = sql_type.split('(').next().unwrap_or(sql_type).trim();
    let text = match base {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "money"
        | "oid" => number.to_string(),
        "text" | "character varying" | "character" | "citext" | "name" if number == ROWS => {
            return Some(format!("'it''s \"{number}\" \\ é'::text::{sql_type}"));
        }
        "text" | "character varying" | "character" | "citext" | "name" => {
            return Some(format!("'value {number}'::text::{sql_type}"));
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
        _ => return None,
    };
    Some(format!("{}::{sql_type}", quote_literal(&text)))
}

//! Functions, views, statistics, rules, triggers, policies, row security and privileges, which are
//! known by their definitions.

use sqlx::postgres::types::Oid;

use crate::catalog::{Dependent, FunctionSignature, Ident, Object, ObjectKey, QualifiedName};

use super::address::{Address, class};
use super::assemble::Assembly;
use super::rows::{FunctionRow, PrivilegesRow, TableDependentRow, ViewRow};

pub(super) fn add_functions(assembly: &mut Assembly<'_>, rows: Vec<FunctionRow>) {
    for row in rows {
        let name = assembly.name(&row.schema, &row.name);
        if row.aggregate {
            let text = format!("aggregate `{}({})`", name.plain(), row.arguments);
            assembly.note_unhandled(Address::of(class::PROC, row.oid), text);
            continue;
        }
        let signature = Box::new(FunctionSignature { name, arguments: row.arguments });
        let dependent = Dependent { create: row.create, drop: row.drop, indexes: Vec::new() };
        let address = Address::of(class::PROC, row.oid);
        assembly.add(address, ObjectKey::Function { signature }, Object::Dependent(dependent));
    }
}

/// A view's query is a rule, and what it needs is recorded for that.
pub(super) fn add_views(assembly: &mut Assembly<'_>, rows: Vec<ViewRow>) {
    for row in rows {
        let name = assembly.name(&row.schema, &row.name);
        let key = match row.materialized {
            true => ObjectKey::MaterializedView { name },
            false => ObjectKey::View { name },
        };
        assembly.addresses.insert(Address::of(class::REWRITE, row.rule_oid), &key);
        for row_type in [row.type_oid, row.array_oid] {
            assembly.addresses.insert(Address::of(class::TYPE, row_type), &key);
        }
        let indexes = row.indexes.iter().map(Ident::new).collect();
        let dependent = Dependent { create: row.create, drop: row.drop, indexes };
        assembly.add(Address::of(class::CLASS, row.oid), key, Object::Dependent(dependent));
    }
}

pub(super) fn add_table_dependents(assembly: &mut Assembly<'_>, rows: Vec<TableDependentRow>) {
    for row in rows {
        let Some(table) = relation(assembly, row.relation_oid) else { continue };
        let name = Ident::new(&row.name);
        let dependent = Dependent { create: row.create, drop: row.drop, indexes: Vec::new() };
        let key = match row.kind.as_str() {
            "rule" => ObjectKey::Rule { table, name },
            "trigger" => ObjectKey::Trigger { table, name },
            "policy" => ObjectKey::Policy { table, name },
            "statistics" => {
                let name = assembly.name(&row.schema, &row.name);
                ObjectKey::Statistics { table, name }
            }
            // Its address is the table's.
            _ => {
                let key = ObjectKey::RowSecurity { table };
                assembly.objects.push((key, Object::Dependent(dependent)));
                continue;
            }
        };
        let address = Address::of(row.class_oid, row.oid);
        assembly.add(address, key, Object::Dependent(dependent));
    }
}

/// What is granted on columns and types, which go and come again; what is granted on anything else
/// stays with it.
pub(super) fn add_privileges(assembly: &mut Assembly<'_>, rows: Vec<PrivilegesRow>) {
    for row in rows {
        let address = Address { class: row.class_oid, oid: row.oid, number: row.number };
        let Some(
            on @ (ObjectKey::Column { .. }
            | ObjectKey::Enum { .. }
            | ObjectKey::Composite { .. }
            | ObjectKey::Domain { .. }),
        ) = assembly.addresses.exact(address)
        else {
            continue;
        };
        let key = ObjectKey::Privileges { on: Box::new(on.clone()) };
        let dependent = Dependent { create: row.create, drop: row.drop, indexes: Vec::new() };
        assembly.objects.push((key, Object::Dependent(dependent)));
    }
}

/// The table or view that was read under this number.
fn relation(assembly: &Assembly<'_>, oid: Oid) -> Option<QualifiedName> {
    match assembly.addresses.exact(Address::of(class::CLASS, oid))? {
        ObjectKey::Table { name }
        | ObjectKey::View { name }
        | ObjectKey::MaterializedView { name } => Some(name.clone()),
        _ => None,
    }
}

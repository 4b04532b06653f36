//! Rows of tables whose columns come to stand in another order than that of TO: who goes by the places
//! of the columns gets others.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Ident, ObjectKey, QualifiedName};
use crate::plan::{Action, Plan, TableChange};

/// What is made anew of definitions in which the columns of such a table stand by their places.
pub(super) fn told(plan: &Plan, current: &Catalog, desired: &Catalog) -> Vec<String> {
    let tables: BTreeSet<ObjectKey> = reached_orders(plan, current)
        .into_iter()
        .filter(|(table, order)| desired.column_order.get(table).is_some_and(|one| one != order))
        .map(|(name, _)| ObjectKey::Table { name })
        .collect();
    if tables.is_empty() {
        return Vec::new();
    }
    let made = plan.actions().filter_map(|action| match action {
        Action::CreateDependent { key, .. } => Some(key),
        _ => None,
    });
    let told = made.filter_map(|key| {
        let table = held_rows(key, &tables, desired)?;
        Some(format!(
            "{key} is made anew as TO has it, and goes by the order of the columns of {table}, which is another here: look at what it reads"
        ))
    });
    told.collect()
}

/// The order in which the columns of each table stand that gets or loses some.
fn reached_orders(plan: &Plan, current: &Catalog) -> BTreeMap<QualifiedName, Vec<Ident>> {
    let mut orders: BTreeMap<QualifiedName, Vec<Ident>> = BTreeMap::new();
    for (table, change) in plan.table_changes() {
        let order = || current.column_order.get(table).cloned().unwrap_or_default();
        match change {
            TableChange::AddColumn { column } => {
                orders.entry(table.clone()).or_insert_with(order).push(column.name.clone());
            }
            TableChange::DropColumn { name } => {
                orders.entry(table.clone()).or_insert_with(order).retain(|one| one != name);
            }
            _ => {}
        }
    }
    orders
}

/// The table whose rows an object needs as a whole, itself or by the functions and views below it.
fn held_rows<'a>(
    key: &'a ObjectKey,
    tables: &'a BTreeSet<ObjectKey>,
    catalog: &'a Catalog,
) -> Option<&'a ObjectKey> {
    let mut open = vec![key];
    let mut seen = BTreeSet::new();
    while let Some(key) = open.pop().filter(|key| seen.insert(*key)) {
        for needed in catalog.dependencies_on(key).map(|one| &one.referenced) {
            if let Some(table) = tables.get(needed) {
                return Some(table);
            }
            if matches!(needed, ObjectKey::Function { .. } | ObjectKey::View { .. }) {
                open.push(needed);
            }
        }
    }
    None
}

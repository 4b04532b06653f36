//! Row types of tables: PostgreSQL writes no rows of a table anew while columns of others hold rows of
//! it, and takes a function for what the row type is when the function is made.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, Dependency, Object, ObjectKey, QualifiedName};

use super::closed_domain::{columns_over, is_type, users};
use super::dependency::{demands_more, each};
use super::node::{Draft, Edge, NodeId};
use super::touches::{Touch, Touches};
use super::{Action, ColumnDefinition, EnumColumn, Made, Plan, PlanError, TableChange};

/// Functions come when the columns of the tables whose rows they speak of are as they shall be, and
/// columns of such rows come after, and go before, the columns in them change.
pub(super) fn rows_are_complete(draft: &Draft<'_>, touches: &Touches<'_>) -> Vec<Edge> {
    let holders =
        [draft.current, draft.desired].map(|side| of_row_types(side, is_column).collect());
    let [before, after]: [Vec<_>; 2] = holders;
    let functions: Vec<_> = of_row_types(draft.desired, is_function).collect();
    let mut edges = Vec::new();
    if before.is_empty() && after.is_empty() && functions.is_empty() {
        return edges;
    }
    let mut columns: FxHashMap<&QualifiedName, Vec<&Touch<'_>>> = FxHashMap::default();
    for (key, touch) in touches.iter() {
        if let ObjectKey::Column { table, .. } = key {
            columns.entry(table).or_default().push(touch);
        }
    }
    let forming = |table: &QualifiedName| -> Vec<NodeId> {
        let touched = columns.get(table).into_iter().flatten();
        let forms = touched.flat_map(|touch| touch.creates.iter().chain(&touch.changes)).copied();
        forms.filter(|id| !demands_more(&draft.nodes[*id].action)).collect()
    };
    for (table, one) in before {
        let (user, forming) = (&one.dependent, forming(table));
        edges.extend(each(touches.destroying(user), &forming));
        if !draft.desired.dependencies.contains(one) {
            edges.extend(each(touches.changing(user), &forming));
        }
    }
    for (table, one) in after {
        let (user, forming) = (&one.dependent, forming(table));
        edges.extend(each(&forming, touches.creating(user)));
        if !draft.current.dependencies.contains(one) {
            edges.extend(each(&forming, touches.changing(user)));
        }
    }
    for (table, one) in functions {
        let touched = columns.get(table).into_iter().flatten();
        let going = touched.flat_map(|touch| &touch.destroys).copied();
        let forming: Vec<NodeId> = forming(table).into_iter().chain(going).collect();
        edges.extend(each(&forming, touches.creating(&one.dependent)));
    }
    edges
}

/// What of such kind needs the rows of a table, or the table as a whole.
fn of_row_types(
    catalog: &Catalog,
    is_above: fn(&ObjectKey) -> bool,
) -> impl Iterator<Item = (&QualifiedName, &Dependency)> {
    catalog.dependencies_of(is_above).filter_map(|one| match &one.referenced {
        ObjectKey::Table { name } => Some((name, one)),
        _ => None,
    })
}

fn is_function(key: &ObjectKey) -> bool {
    matches!(key, ObjectKey::Function { .. })
}

fn is_column(key: &ObjectKey) -> bool {
    matches!(key, ObjectKey::Column { .. })
}

/// Refuses to write rows of a table anew that columns of others hold too, before and after.
pub(super) fn require_unheld(
    plan: &Plan,
    current: &Catalog,
    desired: &Catalog,
) -> Result<(), PlanError> {
    let held: Vec<(&QualifiedName, &Dependency)> =
        of_row_types(current, |key| is_column(key) || is_type(key)).collect();
    if held.is_empty() {
        return Ok(());
    }
    let users = users(current);
    let new = Made::beside(current, plan);
    let stays = |key: &ObjectKey| match (current.objects.get(key), desired.objects.get(key)) {
        (Some(Object::Column(current)), Some(Object::Column(desired))) => {
            current.sql_type == desired.sql_type
        }
        _ => false,
    };
    for (table, becomes) in plan.actions().flat_map(|action| rewrites(action, &new)) {
        let of_table = held.iter().filter(|(of, _)| *of == table);
        let mut holders: BTreeSet<&ObjectKey> = BTreeSet::new();
        for (_, Dependency { dependent, .. }) in of_table {
            match is_column(dependent) {
                true => holders.extend([dependent]),
                false => holders.extend(columns_over(dependent, &users)),
            }
        }
        if let Some(holder) = holders.into_iter().find(|key| stays(key)) {
            let (table, holder) = (table.clone(), holder.to_string());
            return Err(PlanError::RowsHeld { table, becomes, holder });
        }
    }
    Ok(())
}

/// What an action does that makes PostgreSQL look for who holds rows of a table.
fn rewrites<'a>(action: &'a Action, new: &Made) -> Vec<(&'a QualifiedName, String)> {
    match action {
        Action::AlterTable { table, changes } => {
            let rewrites = changes.iter().filter_map(|change| rewrite(change, new));
            rewrites.map(|becomes| (table, becomes)).collect()
        }
        Action::ReplaceEnum { name, columns, .. } => {
            let becomes = |one: &EnumColumn| {
                format!("`{}` is of `{}`, which loses labels", one.column.as_str(), name.plain())
            };
            columns.iter().map(|one| (&one.table, becomes(one))).collect()
        }
        _ => Vec::new(),
    }
}

/// The same of a change of a table.
fn rewrite(change: &TableChange, new: &Made) -> Option<String> {
    match change {
        TableChange::SetType { column, sql_type, .. } => {
            Some(format!("`{}` becomes `{sql_type}`", column.as_str()))
        }
        TableChange::AddColumn { column: ColumnDefinition { name, column, default } } => {
            let comes_with_values = default.is_some()
                || column.identity.is_some()
                || column.generated.as_ref().is_some_and(|generated| generated.stored)
                || new.demands(&column.sql_type);
            comes_with_values.then(|| format!("`{}` comes with values", name.as_str()))
        }
        TableChange::SetLogged => Some("it becomes logged".to_owned()),
        TableChange::SetUnlogged => Some("it becomes unlogged".to_owned()),
        TableChange::SetAccessMethod { .. } => Some("its access method changes".to_owned()),
        _ => None,
    }
}

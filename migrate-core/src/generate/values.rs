//! What a plan puts into rows, and takes for granted about their values, in words.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Expression, Ident, Object, ObjectKey, QualifiedName};
use crate::plan::{Action, Plan, TableChange, takes_a_zone};

/// What a reader has to know of values.
pub(crate) fn notes(plan: &Plan, current: &Catalog, desired: &Catalog) -> Vec<String> {
    let mut notes = fillings(plan, desired);
    notes.extend(left_to_fill(plan, current, desired));
    notes.extend(mapped_labels(plan));
    notes.extend(wrapped(plan, current));
    notes.extend(unwrapped(plan, current));
    notes.extend(zones(plan, current, desired));
    notes.extend(dropped_indexes(plan, current, desired));
    notes
}

/// The indexes that go while their tables and columns stay: somebody may have made them by hand.
fn dropped_indexes(plan: &Plan, current: &Catalog, desired: &Catalog) -> Vec<String> {
    let dropped = plan.actions().filter_map(|action| {
        let Action::DropIndex { name, .. } = action else { return None };
        let key = ObjectKey::Index { name: name.clone() };
        let Some(Object::Index(index)) = current.objects.get(&key) else { return None };
        let goes = !desired.objects.contains_key(&key);
        goes.then(|| format!("Drops index `{}` of `{}`.", name.plain(), index.table.plain()))
    });
    dropped.collect()
}

/// What fills put into rows: the default, or a value that stands in for what only the author knows.
fn fillings(plan: &Plan, desired: &Catalog) -> Vec<String> {
    let placeholders = plan.table_changes().filter_map(|(table, change)| match change {
        TableChange::AddColumn { column } => {
            let is_kept = desired.default_of(table, &column.name).is_some();
            let value = column.default.as_ref().filter(|_| !is_kept)?;
            Some((table, &column.name, value))
        }
        _ => None,
    });
    let filled = backfills(plan).chain(placeholders);
    filled.map(|(table, column, value)| filling(table, column, value, desired)).collect()
}

/// The columns that become required of which only the author knows what rows hold.
fn left_to_fill(plan: &Plan, current: &Catalog, desired: &Catalog) -> Vec<String> {
    let filled = backfills(plan).map(|(table, column, _)| (table, column));
    let filled: BTreeSet<(&QualifiedName, &Ident)> = filled.collect();
    let required = plan.table_changes().filter_map(|(table, change)| match change {
        TableChange::SetNotNull { column } => Some((table, column)),
        _ => None,
    });
    let is_left = |(table, column): &(&QualifiedName, &Ident)| {
        let is_old = current.objects.contains_key(&ObjectKey::Table { name: (*table).clone() });
        let is_new = current.column(table, column).is_none();
        let is_given = desired.column(table, column).is_some_and(|column| {
            column.generated.is_some() || (is_new && column.identity.is_some())
        });
        is_old && !is_given && !filled.contains(&(*table, *column))
    };
    let left = required.filter(is_left).map(|(table, column)| {
        let place = format!("`{}`", table.plain_part(column));
        format!("Rows need a value in {place}, which only you know: fill it before it is required.")
    });
    left.collect()
}

/// The columns that a plan fills, with the values.
fn backfills(plan: &Plan) -> impl Iterator<Item = (&QualifiedName, &Ident, &Expression)> {
    plan.actions().filter_map(|action| match action {
        Action::Backfill { table, column, value } => Some((table, column, value)),
        _ => None,
    })
}

fn filling(table: &QualifiedName, column: &Ident, value: &Expression, desired: &Catalog) -> String {
    let place = format!("`{}`", table.plain_part(column));
    match desired.given_by_default(table, column) {
        Some(default) => {
            format!("Rows without a value in {place} get the default, {default}.")
        }
        None => format!("Rows without a value in {place} get {value} as a placeholder: edit it."),
    }
}

/// The time zones that changes of type take for granted.
fn zones(plan: &Plan, current: &Catalog, desired: &Catalog) -> Vec<String> {
    let zoned =
        retyped(plan, current).filter(|one| takes_a_zone(one.before, current, one.after, desired));
    let told = zoned.map(|Retyped { place, .. }| {
        format!(
            "Takes the moments in `{place}` as UTC: edit it where they are of another time zone."
        )
    });
    told.collect()
}

/// The columns whose values become arrays of one element.
fn wrapped(plan: &Plan, current: &Catalog) -> Vec<String> {
    let wrapped = retyped(plan, current).filter(|one| {
        let is_array = !one.before.ends_with("[]") && one.after.ends_with("[]");
        is_array && one.using.is_some_and(|using| using.contains("ARRAY["))
    });
    let told = wrapped.map(|Retyped { place, .. }| {
        format!("Each value in `{place}` becomes the one element of an array: say with `--using` how else.")
    });
    told.collect()
}

/// The arrays of texts that become texts: one element stands without braces, as it came to an array.
fn unwrapped(plan: &Plan, current: &Catalog) -> Vec<String> {
    let unwrapped = retyped(plan, current).filter(|one| {
        let is_text = one.before.ends_with("[]") && !one.after.ends_with("[]");
        is_text && one.using.is_some_and(|using| using.starts_with("CASE WHEN cardinality("))
    });
    let told = unwrapped.map(|Retyped { place, .. }| {
        format!("An array of one element in `{place}` becomes that element, and any other its text in braces: say with `--using` how else.")
    });
    told.collect()
}

/// A column that gets another type.
pub(super) struct Retyped<'a> {
    /// `table.column`.
    pub(super) place: String,
    pub(super) column: &'a Ident,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    pub(super) using: Option<&'a str>,
}

/// The columns of a catalog that get another type by a plan.
pub(super) fn retyped<'a>(
    plan: &'a Plan,
    current: &'a Catalog,
) -> impl Iterator<Item = Retyped<'a>> {
    plan.table_changes().filter_map(move |(table, change)| {
        let TableChange::SetType { column, sql_type, using, .. } = change else { return None };
        let before = &current.column(table, column)?.sql_type;
        let (place, using) = (table.plain_part(column), using.as_deref());
        Some(Retyped { place, column, before, after: sql_type, using })
    })
}

/// What takes the place of labels that go.
fn mapped_labels(plan: &Plan) -> Vec<String> {
    let mapped = plan.actions().flat_map(|action| match action {
        Action::ReplaceEnum { name, mapping, .. } => {
            let said = |(removed, kept): &(String, String)| {
                format!("Rows with `{removed}` of `{}` get `{kept}`.", name.plain())
            };
            mapping.iter().map(said).collect()
        }
        _ => Vec::new(),
    });
    mapped.collect()
}

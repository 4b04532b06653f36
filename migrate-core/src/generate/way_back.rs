//! The way back of a draft, for values that no cast leads back.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, QualifiedName};
use crate::plan::{Plan, PlanError, PlanOptions, in_the_end, is_number, is_text, plan};

use super::values::{Retyped, retyped};
use super::{DraftSettings, GenerateError};

/// The plan that takes `up` back, and what a reader has to know of it.
///
/// Where no cast leads back, values go through their text: rows of which the type can't read it are
/// refused, so that nothing is lost before the author has said what becomes of them.
pub(super) fn plan_back(
    up: &Plan,
    (current, desired): (&Catalog, &Catalog),
    mappings: &Mappings,
    settings: &DraftSettings,
) -> Result<(Plan, Vec<String>), GenerateError> {
    let mut options = PlanOptions {
        simple: settings.simple,
        enum_mappings: labels_back(mappings, current),
        ..PlanOptions::default()
    };
    let mut notes = Vec::new();
    for back in arrays_from_texts(up, current, desired) {
        if settings.using.contains_key(&back.place) {
            continue;
        }
        notes.extend(back.note);
        options.using.insert(back.place, back.using);
    }
    let plan = loop {
        let (table, column, from, to) = match plan(desired, current, &options) {
            Ok(plan) => break plan,
            Err(PlanError::NoCast { table, column, current, desired }) => {
                (table, column, current, desired)
            }
            Err(PlanError::NoWayWithin { table, column, sql_type }) => {
                (table, column, sql_type.clone(), sql_type)
            }
            Err(error) => return Err(error.into()),
        };
        let place = table.plain_part(&column);
        notes.push(format!(
            "No cast leads `{place}` back from `{from}` to `{to}`: `down` reads the values as texts, and fails where one is no such value. Edit it."
        ));
        let through_text = format!("{column}::text::{to}");
        if options.using.insert(place, through_text).is_some() {
            return Err(PlanError::NoCast { table, column, current: from, desired: to }.into());
        }
    };
    notes.extend(labels_as_numbers(&plan, current, desired));
    Ok((plan, notes))
}

/// For each enum, what rows get that hold a removed label.
type Mappings = BTreeMap<QualifiedName, Vec<(String, String)>>;

/// A new label that one removed label becomes, and no other, becomes that one again.
fn labels_back(mappings: &Mappings, current: &Catalog) -> Mappings {
    let of_enum = |(name, pairs): (&QualifiedName, &Vec<(String, String)>)| {
        let present = &current.enum_type(&name.to_string())?.labels;
        let made: Vec<&(String, String)> = pairs
            .iter()
            .filter(|(from, to)| present.contains(from) && !present.contains(to))
            .collect();
        let is_alone = |to: &String| made.iter().filter(|(_, other)| other == to).count() == 1;
        let back = made.iter().filter(|(_, to)| is_alone(to));
        Some((name.clone(), back.map(|(from, to)| (to.clone(), from.clone())).collect()))
    };
    mappings.iter().filter_map(of_enum).collect()
}

/// How the values of a column come back.
struct Back {
    place: String,
    using: String,
    note: Option<String>,
}

/// How arrays come back that `up` makes texts. One element alone becomes its text, without braces.
fn arrays_from_texts(up: &Plan, current: &Catalog, desired: &Catalog) -> Vec<Back> {
    let back = retyped(up, current).filter_map(|Retyped { place, column, before, after, .. }| {
        let (array, text) = (in_the_end(before, current), in_the_end(after, desired));
        if !array.ends_with("[]") || text.ends_with("[]") || !is_text(&text) {
            return None;
        }
        if !is_text(&array) {
            return Some(Back { place, using: format!("{column}::{array}"), note: None });
        }
        let using = format!(
            "CASE WHEN left({column}, 1) = '{{' THEN {column}::text[] WHEN {column} IS NOT NULL THEN ARRAY[{column}::text] END"
        );
        let note = Some(format!(
            "Arrays in `{place}` become texts: `down` reads texts in braces as arrays, and takes any other for an element."
        ));
        Some(Back { place, using, note })
    });
    back.collect()
}

/// The labels that `down` reads as numbers, which not all are.
fn labels_as_numbers(down: &Plan, current: &Catalog, desired: &Catalog) -> Vec<String> {
    let read = retyped(down, desired).filter_map(|Retyped { place, before, after, .. }| {
        let labels = &desired.enum_type(before)?.labels;
        let label = labels.iter().find(|label| label.parse::<f64>().is_err())?;
        is_number(&in_the_end(after, current)).then(|| {
            format!(
                "`down` reads the labels in `{place}` as {after}, and fails where one is none, such as `{label}`. Edit it."
            )
        })
    });
    read.collect()
}

//! Labels that an enum loses while rows may hold them.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, EnumType, Object, ObjectKey, QualifiedName};
use crate::model::quote_literal;

use super::closed_domain::{columns_over, users};
use super::node::Draft;
use super::{Action, Hazard, LabelPath, Plan};

/// What is said where nobody knows the labels that there are.
pub(super) fn of_unknown(name: &QualifiedName) -> Hazard {
    let why = format!("a row may hold a label that `{}` loses", name.plain());
    Hazard::CanFailOnRows { why }
}

/// What is said of labels that go.
pub(super) fn of_known(name: &QualifiedName, lost: &[String]) -> Hazard {
    let lost: Vec<String> = lost.iter().map(|label| format!("`{label}`")).collect();
    let why = format!("a row may hold {}, which `{}` loses", lost.join(" or "), name.plain());
    Hazard::CanFailOnRows { why }
}

/// Says which labels of a catalog go and nothing takes their place; nothing where there are none.
pub(super) fn name_labels(plan: &Plan, current: &Catalog, hazards: &mut BTreeSet<Hazard>) {
    for action in plan.actions() {
        let (name, gone) = match action {
            Action::ReplaceEnum { name, definition, mapping, .. } => {
                let key = ObjectKey::Enum { name: name.clone() };
                let Some(Object::Enum(before)) = current.objects.get(&key) else { continue };
                let lost = lost_labels(before, definition, mapping);
                hazards.remove(&of_unknown(name));
                if !lost.is_empty() {
                    hazards.insert(of_known(name, &lost));
                }
                (name, lost_labels(before, definition, &[]))
            }
            Action::RequireUnusedLabels { name, labels, .. } => (name, labels.clone()),
            _ => continue,
        };
        hazards.extend(gone.iter().flat_map(|label| named_by_functions(label, name, plan)));
    }
}

/// The functions that come again with a text that names a label which goes: PostgreSQL reads the text
/// only when they are called.
fn named_by_functions(label: &str, name: &QualifiedName, plan: &Plan) -> Vec<Hazard> {
    let literal = quote_literal(label);
    let functions = plan.actions().filter_map(|action| match action {
        Action::CreateDependent { key: key @ ObjectKey::Function { .. }, statements } => {
            statements.iter().any(|sql| sql.contains(&literal)).then_some(key)
        }
        _ => None,
    });
    let said = functions.map(|key| {
        let why = format!("{key} names `{label}`, which `{}` loses", name.plain());
        Hazard::BreaksRunningCode { why }
    });
    said.collect()
}

/// The labels of an enum that it loses and that nothing takes the place of.
fn lost_labels(before: &EnumType, after: &EnumType, mapping: &[(String, String)]) -> Vec<String> {
    let is_kept = |label: &String| {
        after.labels.contains(label) || mapping.iter().any(|(removed, _)| removed == label)
    };
    before.labels.iter().filter(|label| !is_kept(label)).cloned().collect()
}

/// What says before anything changes that rows hold labels which an enum loses that is replaced by
/// steps; nothing where it loses none, or nothing holds it.
pub(super) fn requirement(key: &ObjectKey, draft: &Draft<'_>) -> Option<Action> {
    let ObjectKey::Enum { name } = key else { return None };
    let sides = [draft.current, draft.desired].map(|side| side.objects.get(key));
    let [Some(Object::Enum(before)), Some(Object::Enum(after))] = sides else { return None };
    let mapping = draft.options.enum_mappings.get(name).map_or(&[][..], Vec::as_slice);
    let labels = lost_labels(before, after, mapping);
    let (current, desired) = (users(draft.current), users(draft.desired));
    let columns = columns_over(key, &current);
    let kept = columns.intersection(&columns_over(key, &desired)).copied().collect::<Vec<_>>();
    let within = kept.into_iter().flat_map(|column| paths(column, name, draft.current));
    let within: Vec<LabelPath> = within.collect();
    let is_needed = !labels.is_empty() && !within.is_empty();
    is_needed.then(|| Action::RequireUnusedLabels { name: name.clone(), labels, within })
}

/// Where the values of a column have the enum in them.
fn paths(column: &ObjectKey, wanted: &QualifiedName, side: &Catalog) -> Vec<LabelPath> {
    let ObjectKey::Column { table, name } = column else { return Vec::new() };
    let Some(Object::Column(definition)) = side.objects.get(column) else { return Vec::new() };
    let labels = labels_in(&name.to_string(), &definition.sql_type, &wanted.to_string(), side);
    let path = |labels| LabelPath { table: table.clone(), column: name.clone(), labels };
    labels.into_iter().map(path).collect()
}

/// The expressions that give the labels of an enum in a value of a type.
fn labels_in(value: &str, sql_type: &str, wanted: &str, side: &Catalog) -> Vec<String> {
    let element = sql_type.trim_end_matches("[]");
    if element != sql_type {
        return labels_in(&format!("unnest({value})"), element, wanted, side);
    }
    if sql_type == wanted {
        return vec![value.to_owned()];
    }
    if let Some(domain) = side.domain(sql_type) {
        return labels_in(value, &domain.base, wanted, side);
    }
    let attributes = side.composite(sql_type).into_iter().flat_map(|one| &one.attributes);
    let labels = attributes.flat_map(|(name, sql_type)| {
        labels_in(&format!("({value}).{name}"), sql_type, wanted, side)
    });
    labels.collect()
}

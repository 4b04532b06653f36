//! Labels that an enum loses while rows may hold them.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Object, ObjectKey, QualifiedName};

use super::{Action, Hazard, Plan};

/// What is said where nobody knows the labels that there are.
pub(super) fn of_unknown(name: &QualifiedName) -> Hazard {
    let why = format!("a row may hold a label that `{}` loses", name.plain());
    Hazard::CanFailOnRows { why }
}

/// Says which labels of a catalog go and nothing takes their place; nothing where there are none.
pub(super) fn name_labels(plan: &Plan, current: &Catalog, hazards: &mut BTreeSet<Hazard>) {
    for action in plan.actions() {
        let Action::ReplaceEnum { name, definition, mapping, .. } = action else { continue };
        let key = ObjectKey::Enum { name: name.clone() };
        let Some(Object::Enum(before)) = current.objects.get(&key) else { continue };
        let is_kept = |label: &String| {
            definition.labels.contains(label) || mapping.iter().any(|(removed, _)| removed == label)
        };
        let lost = before.labels.iter().filter(|label| !is_kept(label));
        let lost: Vec<String> = lost.map(|label| format!("`{label}`")).collect();
        hazards.remove(&of_unknown(name));
        if !lost.is_empty() {
            let (lost, name) = (lost.join(" or "), name.plain());
            let why = format!("a row may hold {lost}, which `{name}` loses");
            hazards.insert(Hazard::CanFailOnRows { why });
        }
    }
}

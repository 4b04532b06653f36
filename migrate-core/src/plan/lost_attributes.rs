//! Attributes of composite types that go while columns hold values of the type.

use crate::catalog::{Catalog, Composite, Ident, Object, ObjectKey, QualifiedName};

use super::closed_domain::{columns_over, users};
use super::type_replacement::attribute;
use super::{Action, AttributeChange, Plan};

/// An attribute that goes with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostAttribute {
    /// The type.
    pub composite: QualifiedName,
    /// The attribute.
    pub name: Ident,
    /// The columns that hold values of the type, by themselves or within others.
    pub columns: Vec<(QualifiedName, Ident)>,
}

impl LostAttribute {
    /// `type.attribute`, as messages have it.
    pub fn plain_name(&self) -> String {
        self.composite.plain_part(&self.name)
    }
}

/// The attributes that an action drops, each with its type.
pub fn dropped_attributes(action: &Action) -> impl Iterator<Item = (&QualifiedName, &Ident)> {
    let altered = match action {
        Action::AlterComposite { name, changes } => Some((name, changes)),
        _ => None,
    };
    altered.into_iter().flat_map(|(composite, changes)| {
        changes.iter().filter_map(move |change| match change {
            AttributeChange::Drop { name } => Some((composite, name)),
            AttributeChange::Add { .. } | AttributeChange::SetType { .. } => None,
        })
    })
}

/// The attributes that a plan loses which starts from this catalog.
pub fn lost_attributes(plan: &Plan, current: &Catalog) -> Vec<LostAttribute> {
    let dropped = plan.actions().flat_map(dropped_attributes);
    let dropped = dropped.map(|(composite, name)| (composite.clone(), name.clone()));
    let left_out = plan.actions().flat_map(|action| match action {
        Action::CreateComposite { name, definition } => left_out(name, definition, current),
        _ => Vec::new(),
    });
    let gone: Vec<(QualifiedName, Ident)> = dropped.chain(left_out).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let users = users(current);
    let lost = gone.into_iter().map(|(composite, name)| {
        let columns = columns_over(&ObjectKey::Composite { name: composite.clone() }, &users);
        let columns = columns.into_iter().filter_map(|key| match key {
            ObjectKey::Column { table, name } => Some((table.clone(), name.clone())),
            _ => None,
        });
        LostAttribute { composite, name, columns: columns.collect() }
    });
    lost.filter(|one| !one.columns.is_empty()).collect()
}

/// The attributes of one type that another hasn't.
pub(crate) fn missing<'a>(
    before: &'a Composite,
    after: &Composite,
) -> impl Iterator<Item = &'a Ident> {
    let names = before.attributes.iter().map(|(name, _)| name);
    names.filter(|name| attribute(after, name).is_none())
}

/// What the type had, and the one that takes its place hasn't.
fn left_out(
    name: &QualifiedName,
    desired: &Composite,
    current: &Catalog,
) -> Vec<(QualifiedName, Ident)> {
    let key = ObjectKey::Composite { name: name.clone() };
    let Some(Object::Composite(before)) = current.objects.get(&key) else { return Vec::new() };
    missing(before, desired).map(|attribute| (name.clone(), attribute.clone())).collect()
}

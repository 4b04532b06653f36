//! Types that PostgreSQL can't change while something is built on them: they step aside, new ones
//! take their names, every column moves over, and the old ones go.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Catalog, Composite, Dependency, Ident, Object, ObjectKey, QualifiedName, shortened,
};
use crate::diff::{Change, Pair};

use super::closed_domain::{self, is_type, users};
use super::convert::Conversion;
use super::lifecycle::{self, can_change_in_place};
use super::node::{Between, Draft, Node, NodeId};
use super::recreate::is_replaced_enum;
use super::{Action, PlanError, TableChange, cast, lost_labels};

/// What replacing types adds to a draft, for the rules about its order.
#[derive(Debug, Default)]
pub(super) struct Replacement {
    /// The types that are replaced.
    pub(super) types: BTreeSet<ObjectKey>,
    /// The columns' moves to the new types.
    pub(super) conversions: BTreeMap<ObjectKey, NodeId>,
    /// The ends of the types that stepped aside.
    pub(super) ends: BTreeMap<ObjectKey, NodeId>,
}

impl Replacement {
    /// Whether this is one of the types, or an array of one.
    pub(super) fn replaces(&self, sql_type: &str) -> bool {
        replaced_type(&self.types, sql_type).is_some()
    }

    /// What a type is in the end, but for one that is built on one of the types: values come to it by
    /// their text.
    pub(super) fn in_the_end(&self, sql_type: &str, side: &Catalog) -> String {
        let end = cast::in_the_end(sql_type, side);
        if self.replaces(&end) { sql_type.to_owned() } else { end }
    }
}

/// The domains and composite types that can't change in place, the enums inside such types, and
/// whatever is built on one of these; `recreated` is what is known to come again.
pub(super) fn replaced_types(
    changes: &[Change<'_>],
    recreated: &BTreeSet<ObjectKey>,
    current: &Catalog,
    desired: &Catalog,
) -> BTreeSet<ObjectKey> {
    let may_matter =
        |key: &ObjectKey| is_type(key) || matches!(key, ObjectKey::DomainConstraint { .. });
    if !changes.iter().map(Change::key).chain(recreated).any(may_matter) {
        return BTreeSet::new();
    }
    let users = users(current);
    let users_of = |key: &ObjectKey| users.get(key).into_iter().flatten().copied();
    let stays = |key: &ObjectKey| desired.objects.contains_key(key);
    let is_inside_a_type = |key| users_of(key).any(|user| is_type(user) && stays(user));
    let crosses = |key: &ObjectKey| {
        users_of(key).any(|user| comes_to_replaced_enum(user, key, changes, desired))
    };
    let has_no_room_aside = |key: &ObjectKey| {
        let mut sides = [current, desired].into_iter();
        type_name(key).is_some_and(|name| sides.any(|side| has_type(side, &aside(name))))
    };
    let seeds = changes.iter().filter_map(|change| {
        let Change::Migrate { key, current, desired } = change else { return None };
        let replaced = match (current, desired) {
            (Object::Enum(current), Object::Enum(desired)) => {
                Pair::of(current, desired).must_be_replaced()
                    && (is_inside_a_type(key) || crosses(key) || has_no_room_aside(key))
            }
            (Object::Domain(current), Object::Domain(desired)) => {
                let pair = Pair::of(current, desired);
                pair.differs_in(|domain| &domain.base)
                    || pair.differs_in(|domain| &domain.collation)
            }
            (Object::Composite(current), Object::Composite(desired)) => {
                let in_use = users_of(key).next().is_some();
                !can_change_in_place(Pair::of(current, desired), in_use)
            }
            _ => false,
        };
        replaced.then_some(*key)
    });
    let closed = closed_domain::closed_domains(changes, recreated, current, desired);
    let mut open: Vec<&ObjectKey> = seeds.chain(closed).collect();
    let mut found: BTreeSet<ObjectKey> = BTreeSet::new();
    while let Some(key) = open.pop() {
        if found.insert(key.clone()) {
            open.extend(users_of(key).filter(|user| is_type(user) && stays(user)));
        }
    }
    found
}

/// Whether a column leaves an enum for another one that is replaced, which may wait for a column that
/// comes the other way.
fn comes_to_replaced_enum(
    column: &ObjectKey,
    enum_type: &ObjectKey,
    changes: &[Change<'_>],
    desired: &Catalog,
) -> bool {
    let ObjectKey::Column { table, name } = column else { return false };
    let Some(column) = desired.column(table, name) else { return false };
    let element = column.sql_type.trim_end_matches("[]");
    changes.iter().any(|change| match change {
        Change::Migrate { key, current, desired } => {
            *key != enum_type
                && is_replaced_enum(current, desired)
                && type_name(key).is_some_and(|name| name.to_string() == element)
        }
        _ => false,
    })
}

/// Refuses a domain that becomes an enum, or the like, while something is of it.
pub(super) fn require_same_kinds(
    changes: &[Change<'_>],
    draft: &Draft<'_>,
) -> Result<(), PlanError> {
    let dropped = changes.iter().filter_map(|change| match change {
        Change::Drop { key, .. } => type_name(key).map(|name| (*key, name)),
        _ => None,
    });
    for (key, name) in dropped {
        let created = changes.iter().find_map(|change| match change {
            Change::Create { key, .. } if type_name(key) == Some(name) => Some(*key),
            _ => None,
        });
        let Some(created) = created else { continue };
        let stays = |user: &&ObjectKey| {
            let (dependent, referenced) = ((**user).clone(), created.clone());
            draft.desired.dependencies.contains(&Dependency { dependent, referenced })
        };
        if let Some(user) = draft.dependents.on(key).find(stays) {
            let [current, desired, user] = [key, created, user].map(ToString::to_string);
            return Err(PlanError::OtherKind { current, desired, user });
        }
    }
    Ok(())
}

/// Which of the types this is, or is an array of.
pub(super) fn replaced_type<'a>(
    types: &'a BTreeSet<ObjectKey>,
    sql_type: &str,
) -> Option<&'a ObjectKey> {
    if types.is_empty() {
        return None;
    }
    let name = QualifiedName::written(sql_type.trim_end_matches("[]"))?;
    let keys = [
        ObjectKey::Enum { name: name.clone() },
        ObjectKey::Domain { name: name.clone() },
        ObjectKey::Composite { name },
    ];
    keys.iter().find_map(|key| types.get(key))
}

pub(super) fn type_name(key: &ObjectKey) -> Option<&QualifiedName> {
    match key {
        ObjectKey::Enum { name } | ObjectKey::Domain { name } | ObjectKey::Composite { name } => {
            Some(name)
        }
        _ => None,
    }
}

/// Pushes the replacement of these types.
pub(super) fn replace_types(
    types: &BTreeSet<ObjectKey>,
    draft: &mut Draft<'_>,
) -> Result<(), PlanError> {
    for key in types {
        step_aside(key, surviving_columns(key, draft), draft)?;
    }
    let conversion = Conversion::new(types, draft);
    let conversions: Vec<(ObjectKey, Node)> = kept_columns(types, draft)
        .into_iter()
        .map(|column| convert(&column, &conversion).map(|node| (column, node)))
        .collect::<Result<_, _>>()?;
    for (column, node) in conversions {
        let node = draft.push(node);
        draft.replacement.conversions.insert(column, node);
    }
    Ok(())
}

/// The columns that hold one of the types before and after.
fn kept_columns(types: &BTreeSet<ObjectKey>, draft: &Draft<'_>) -> BTreeSet<ObjectKey> {
    let (current, desired) = (draft.current, draft.desired);
    let uses = current.dependencies.iter().filter(|one| types.contains(&one.referenced));
    let kept = uses.filter(|one| {
        keeps_its_values(&one.dependent, draft) && desired.dependencies.contains(one)
    });
    kept.map(|one| one.dependent.clone()).collect()
}

/// The columns that hold a type now and stay, with it or with another: it takes them along.
fn surviving_columns(key: &ObjectKey, draft: &Draft<'_>) -> Vec<ObjectKey> {
    let kept = draft.dependents.on(key).filter(|user| keeps_its_values(user, draft));
    kept.cloned().collect()
}

/// Whether this is a plain column before and after, or becomes one that keeps what was computed.
fn keeps_its_values(key: &ObjectKey, draft: &Draft<'_>) -> bool {
    match (draft.current.objects.get(key), draft.desired.objects.get(key)) {
        (Some(current @ Object::Column(_)), Some(desired @ Object::Column(column))) => {
            column.generated.is_none() && !lifecycle::must_be_recreated(current, desired)
        }
        _ => false,
    }
}

/// The type gives up its name, the new one takes it, and the old one goes in the end.
fn step_aside(
    key: &ObjectKey,
    columns: Vec<ObjectKey>,
    draft: &mut Draft<'_>,
) -> Result<(), PlanError> {
    let Some(name) = type_name(key) else { return Ok(()) };
    let aside = free_aside(name, draft);
    let action = Action::RenameType { name: name.clone(), desired: aside.name.clone() };
    let requirement = lost_labels::requirement(key, draft).map(|one| draft.push(Node::of(one)));
    let steps_aside = draft.push(Node { changes: columns, ..Node::destroying(action, key) });
    if let Some(requirement) = requirement {
        draft.order(requirement, steps_aside, Between::Nothing);
    }
    if let Some(desired) = draft.desired.objects.get(key) {
        lifecycle::create(key, desired, draft)?;
    }
    let end = match key {
        ObjectKey::Domain { .. } => Action::DropDomain { name: aside },
        _ => Action::DropType { name: aside },
    };
    let end = draft.push(Node::of(end));
    draft.replacement.ends.insert(key.clone(), end);
    Ok(())
}

/// The name of a type that makes room for another, where nothing has it before or after.
fn free_aside(name: &QualifiedName, draft: &Draft<'_>) -> QualifiedName {
    let usual = aside(name);
    let numbered = (2..).map(|number| {
        name.sibling(Ident::new(shortened(format!("{}_{number}", usual.name.as_str()))))
    });
    let is_free = |name: &QualifiedName| {
        ![draft.current, draft.desired].into_iter().any(|side| has_type(side, name))
    };
    let mut names = std::iter::once(usual.clone()).chain(numbered);
    names.find(is_free).unwrap_or(usual)
}

/// Whether a type has the name, by itself or as that of a relation's rows.
fn has_type(side: &Catalog, name: &QualifiedName) -> bool {
    let name = || name.clone();
    let keys = [
        ObjectKey::Enum { name: name() },
        ObjectKey::Domain { name: name() },
        ObjectKey::Composite { name: name() },
        ObjectKey::Table { name: name() },
        ObjectKey::View { name: name() },
        ObjectKey::MaterializedView { name: name() },
    ];
    keys.iter().any(|key| side.objects.contains_key(key))
}

/// The usual name of a type that makes room for another.
pub(crate) fn aside(name: &QualifiedName) -> QualifiedName {
    name.sibling(Ident::new(shortened(format!("{}__replaced", name.name.as_str()))))
}

fn convert(key: &ObjectKey, conversion: &Conversion<'_>) -> Result<Node, PlanError> {
    let ObjectKey::Column { table, name } = key else {
        unreachable!("only columns are converted, by their own keys")
    };
    let column = conversion.column(table, name);
    let mut changes = vec![TableChange::SetType {
        column: name.clone(),
        sql_type: column.sql_type.clone(),
        collation: column.collation.clone(),
        using: Some(conversion.of_column(table, name)?),
    }];
    changes.extend(lifecycle::restored_storage(name, &column));
    Ok(Node::changing(Action::AlterTable { table: table.clone(), changes }, key))
}

/// Attributes of a composite by name.
pub(crate) fn attribute<'a>(composite: &'a Composite, wanted: &Ident) -> Option<&'a str> {
    let found = composite.attributes.iter().find(|(name, _)| name == wanted);
    found.map(|(_, sql_type)| sql_type.as_str())
}

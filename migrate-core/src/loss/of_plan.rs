//! What a plan loses.

use crate::catalog::{Catalog, Ident, ObjectKey, QualifiedName};
use crate::diff::plain_name;
use crate::model::quote_literal;
use crate::plan::{
    Action, LostAttribute, Plan, Rounded, TableChange, lost, lost_attributes, rounded,
    takes_first_element,
};

use super::Loss;

/// What a plan loses on its way to `desired`, by the names that the database still has. `current` is
/// the catalog after the renames that the plan begins with.
pub(crate) fn losses(plan: &Plan, current: &Catalog, desired: &Catalog) -> Vec<Loss> {
    let dropped = lost(plan, current);
    let dropped = dropped.iter().filter_map(|key| of_key(&present(key, plan)));
    let shortened = plan.actions().flat_map(shortened);
    let shortened = shortened.filter_map(|key| of_array(&present(&key, plan)));
    let attributes = lost_attributes(plan, current);
    let attributes = attributes.iter().map(|one| of_attribute(one, plan));
    let rounded = rounded(plan, current);
    let rounded = rounded.iter().filter_map(|one| of_rounded(one, plan));
    let nulls = plan.actions().filter_map(|action| of_nulls(action, plan, [current, desired]));
    dropped.chain(shortened).chain(attributes).chain(rounded).chain(nulls).collect()
}

/// A column whose rows without a value get one that stands in for what only the author knows: nobody
/// could tell them from the others afterwards.
fn of_nulls(action: &Action, plan: &Plan, [current, desired]: [&Catalog; 2]) -> Option<Loss> {
    let Action::Backfill { table, column, .. } = action else { return None };
    current.column(table, column)?;
    if desired.given_by_default(table, column).is_some() {
        return None;
    }
    let key = present(&ObjectKey::Column { table: table.clone(), name: column.clone() }, plan);
    let ObjectKey::Column { table, name: column } = &key else { return None };
    let name = plain_name(&key);
    Some(Loss {
        what: format!("which rows of `{name}` have no value"),
        permission: "lose-nulls".to_owned(),
        name,
        count: Some(format!("SELECT count(*) FROM {table} WHERE {column} IS NULL")),
    })
}

/// A dropped object as a loss; none where it holds no data.
fn of_key(key: &ObjectKey) -> Option<Loss> {
    let (permission, count) = match key {
        ObjectKey::Schema { .. } => ("drop-schema", None),
        ObjectKey::Sequence { .. } => ("drop-sequence", None),
        ObjectKey::Table { name } => ("drop-table", Some(format!("SELECT count(*) FROM {name}"))),
        ObjectKey::Column { table, name } => {
            ("drop-column", Some(format!("SELECT count({name}) FROM {table}")))
        }
        _ => return None,
    };
    let name = match key {
        ObjectKey::Schema { name } => name.as_str().to_owned(),
        ObjectKey::Sequence { name } => name.plain(),
        key => plain_name(key),
    };
    Some(Loss { what: key.to_string(), permission: permission.to_owned(), name, count })
}

/// The columns of arrays that become single values.
fn shortened(action: &Action) -> Vec<ObjectKey> {
    let Action::AlterTable { table, changes } = action else { return Vec::new() };
    let columns = changes.iter().filter_map(|change| match change {
        TableChange::SetType { column, using, .. }
            if takes_first_element(column, using.as_deref()) =>
        {
            Some(ObjectKey::Column { table: table.clone(), name: column.clone() })
        }
        _ => None,
    });
    columns.collect()
}

/// An array that becomes its first element.
fn of_array(key: &ObjectKey) -> Option<Loss> {
    let ObjectKey::Column { table, name: column } = key else { return None };
    let name = plain_name(key);
    Some(Loss {
        what: format!("all but the first element of `{name}`"),
        permission: "lose-elements".to_owned(),
        name,
        count: Some(format!("SELECT count(*) FROM {table} WHERE cardinality({column}) > 1")),
    })
}

/// An attribute of a composite type, in every column with values of the type.
fn of_attribute(lost: &LostAttribute, plan: &Plan) -> Loss {
    let name = lost.plain_name();
    let columns = lost.columns.iter().map(|(table, column)| {
        present(&ObjectKey::Column { table: table.clone(), name: column.clone() }, plan)
    });
    let counts = columns.filter_map(|key| match key {
        ObjectKey::Column { table, name } => Some(format!("(SELECT count({name}) FROM {table})")),
        _ => None,
    });
    let counts: Vec<String> = counts.collect();
    Loss {
        what: format!("attribute `{name}`"),
        permission: "drop-attribute".to_owned(),
        name,
        count: Some(format!("SELECT {}", counts.join(" + "))),
    }
}

/// A column of which its new type can't hold everything.
fn of_rounded(rounded: &Rounded, plan: &Plan) -> Option<Loss> {
    let Rounded { table, column, sql_type, exact } = rounded;
    let key = present(&ObjectKey::Column { table: table.clone(), name: column.clone() }, plan);
    let ObjectKey::Column { table, name: column } = &key else { return None };
    let name = plain_name(&key);
    Some(Loss {
        what: format!("what `{sql_type}` can't hold of `{name}`"),
        permission: "lose-parts".to_owned(),
        name,
        count: Some(match exact {
            Some(exact) => {
                let exact = quote_literal(exact);
                format!("SELECT count(*) FROM {table} WHERE btrim({column}::text) !~ {exact}")
            }
            None => format!("SELECT count({column}) FROM {table}"),
        }),
    })
}

/// The key that an object has before the plan, which begins with its renames.
pub(crate) fn present(key: &ObjectKey, plan: &Plan) -> ObjectKey {
    let renames: Vec<&Action> = plan.actions().take_while(|action| is_rename(action)).collect();
    let mut key = key.clone();
    for rename in renames.into_iter().rev() {
        take_back(rename, &mut key);
    }
    key
}

fn is_rename(action: &Action) -> bool {
    matches!(
        action,
        Action::RenameType { .. }
            | Action::RenameEnumValue { .. }
            | Action::RenameAttribute { .. }
            | Action::RenameDomainConstraint { .. }
            | Action::RenameSequence { .. }
            | Action::RenameTable { .. }
            | Action::MoveTable { .. }
            | Action::CreateSchema { .. }
            | Action::RenameColumn { .. }
            | Action::RenameConstraint { .. }
            | Action::RenameIndex { .. }
    )
}

fn take_back(rename: &Action, key: &mut ObjectKey) {
    let undo = |name: &QualifiedName, desired: &Ident, place: &mut QualifiedName| {
        if *place == name.sibling(desired.clone()) {
            place.clone_from(name);
        }
    };
    match (rename, key) {
        (Action::RenameSequence { name, desired }, ObjectKey::Sequence { name: place })
        | (
            Action::RenameTable { name, desired },
            ObjectKey::Table { name: place } | ObjectKey::Column { table: place, .. },
        ) => undo(name, desired, place),
        (
            Action::MoveTable { name, schema },
            ObjectKey::Table { name: place } | ObjectKey::Column { table: place, .. },
        ) if place.name == name.name && place.schema == *schema => place.clone_from(name),
        (
            Action::RenameColumn { table, name, desired },
            ObjectKey::Column { table: owner, name: place },
        ) if owner == table && place == desired => place.clone_from(name),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Step, StepMode};

    fn plan_of(actions: Vec<Action>) -> Plan {
        Plan { steps: vec![Step { name: String::new(), mode: StepMode::Transaction, actions }] }
    }

    #[test]
    fn an_array_that_becomes_one_value_is_a_loss_that_is_counted() {
        let change = TableChange::SetType {
            column: "tags".into(),
            sql_type: "text".to_owned(),
            collation: None,
            using: Some("coalesce(tags[array_lower(tags, 1)], tags[array_lower(tags, 1)][array_lower(tags, 2)])".to_owned()),
        };
        let rename = Action::RenameColumn {
            table: "article".into(),
            name: "words".into(),
            desired: "tags".into(),
        };
        let plan = plan_of(vec![rename, Action::alter(&"article".into(), change)]);
        let losses = losses(&plan, &Catalog::default(), &Catalog::default());
        let expected = Loss {
            what: "all but the first element of `article.words`".to_owned(),
            permission: "lose-elements".to_owned(),
            name: "article.words".to_owned(),
            count: Some("SELECT count(*) FROM article WHERE cardinality(words) > 1".to_owned()),
        };
        assert_eq!(losses, [expected]);
    }

    #[test]
    fn what_is_lost_has_the_name_from_before_the_renames() {
        let column =
            |table: &str, name: &str| ObjectKey::Column { table: table.into(), name: name.into() };
        let table = |name: &str, desired: &str| Action::RenameTable {
            name: name.into(),
            desired: desired.into(),
        };
        let actions = vec![
            table("a", "swap"),
            table("b", "a"),
            table("swap", "b"),
            Action::RenameColumn { table: "b".into(), name: "x".into(), desired: "y".into() },
            Action::DropTable { name: "c".into() },
            table("d", "c"),
        ];
        let plan = plan_of(actions);
        assert_eq!(present(&column("b", "y"), &plan), column("a", "x"));
        assert_eq!(present(&column("a", "y"), &plan), column("b", "y"));
        let gone = ObjectKey::Table { name: "c".into() };
        assert_eq!(present(&gone, &plan), gone);
    }
}

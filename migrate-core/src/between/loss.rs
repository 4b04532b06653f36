//! What a plan loses, and how much of it there is.

use std::collections::BTreeSet;
use std::fmt;

use sqlx::{AssertSqlSafe, Connection};

use crate::catalog::{Catalog, Ident, ObjectKey, QualifiedName};
use crate::plan::{Action, Plan, TableChange, lost, takes_first_element};
use crate::target::Target;

use super::BetweenError;

/// Data that is gone after the plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// A schema.
    Schema { name: Ident },
    /// A table with its rows.
    Table { name: QualifiedName },
    /// A column with its values.
    Column { table: QualifiedName, name: Ident },
    /// A sequence with its count.
    Sequence { name: QualifiedName },
    /// All but the first element of an array.
    Elements { table: QualifiedName, column: Ident },
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.clone() {
            Self::Schema { name } => ObjectKey::Schema { name }.fmt(f),
            Self::Table { name } => ObjectKey::Table { name }.fmt(f),
            Self::Column { table, name } => ObjectKey::Column { table, name }.fmt(f),
            Self::Sequence { name } => ObjectKey::Sequence { name }.fmt(f),
            Self::Elements { table, column } => {
                write!(f, "all but the first element of `{}.{}`", table.plain(), column.as_str())
            }
        }
    }
}

/// What a plan loses.
pub(super) fn losses(plan: &Plan, current: &Catalog) -> BTreeSet<Loss> {
    let dropped = lost(plan, current).into_iter().filter_map(of_key);
    dropped.chain(plan.actions().flat_map(shortened)).collect()
}

fn of_key(key: ObjectKey) -> Option<Loss> {
    match key {
        ObjectKey::Schema { name } => Some(Loss::Schema { name }),
        ObjectKey::Table { name } => Some(Loss::Table { name }),
        ObjectKey::Column { table, name } => Some(Loss::Column { table, name }),
        ObjectKey::Sequence { name } => Some(Loss::Sequence { name }),
        _ => None,
    }
}

fn shortened(action: &Action) -> Vec<Loss> {
    let Action::AlterTable { table, changes } = action else { return Vec::new() };
    let columns = changes.iter().filter_map(|change| match change {
        TableChange::SetType { column, using, .. }
            if takes_first_element(column, using.as_deref()) =>
        {
            Some(column)
        }
        _ => None,
    });
    columns.map(|column| Loss::Elements { table: table.clone(), column: column.clone() }).collect()
}

/// How many rows hold what is lost, in words; nothing where there are no rows to count. `plan`
/// tells which names the database still has.
pub async fn count_rows<'a>(
    losses: &'a BTreeSet<Loss>,
    plan: &Plan,
    target: &Target,
) -> Result<Vec<(&'a Loss, Option<String>)>, BetweenError> {
    let fail = |what: String| move |source| BetweenError::Count { what, source };
    let mut connection = target.connect().await.map_err(fail(target.place()))?;
    let mut counted = Vec::new();
    for loss in losses {
        let words = match query(loss, plan) {
            None => None,
            Some((sql, noun)) => {
                let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                    .fetch_one(&mut connection)
                    .await
                    .map_err(fail(loss.to_string()))?;
                let row = if rows == 1 { "row" } else { "rows" };
                Some(format!("{rows} {row}{noun}"))
            }
        };
        counted.push((loss, words));
    }
    connection.close().await.ok();
    Ok(counted)
}

fn query(loss: &Loss, plan: &Plan) -> Option<(String, &'static str)> {
    let present = |table: &QualifiedName| {
        let renamed = plan.actions().find_map(|action| match action {
            Action::RenameTable { name, desired } if name.sibling(desired.clone()) == *table => {
                Some(name.clone())
            }
            _ => None,
        });
        renamed.unwrap_or_else(|| table.clone())
    };
    match loss {
        Loss::Schema { .. } | Loss::Sequence { .. } => None,
        Loss::Table { name } => Some((format!("SELECT count(*) FROM {}", present(name)), "")),
        Loss::Column { table, name } => {
            Some((format!("SELECT count({name}) FROM {}", present(table)), " with a value"))
        }
        Loss::Elements { table, column } => Some((
            format!("SELECT count(*) FROM {} WHERE cardinality({column}) > 1", present(table)),
            " with more",
        )),
    }
}

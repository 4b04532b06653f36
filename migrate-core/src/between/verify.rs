//! The proof: the script is run on a copy of FROM, and has to lead to TO.

use sqlx::{AssertSqlSafe, Connection};

use crate::catalog::{Catalog, Object};
use crate::diff::{Change, diff};
use crate::generate::{self, GenerateError, Scratch, connect, differing_expressions, rebuild};
use crate::revision::RevisionError;
use crate::target::Target;

use super::compare::without_empty_public;
use super::settle::Rebuilt;
use super::{BetweenError, Comparison, Side, psql_script};
use crate::sql::split::{Part, split};

/// Runs the statements of a comparison, as `psql` would, on a copy of its current side.
pub async fn verify(
    comparison: &Comparison,
    current: &Side,
    scratch: &Scratch,
) -> Result<(), BetweenError> {
    let rebuilt = Rebuilt::of(current, scratch, "the SQL is proved").await?;
    let copy = scratch.server.clone_of(rebuilt.database()).await.map_err(GenerateError::from)?;
    rebuilt.close().await;
    let target = Target::new(copy.options(), copy.schema());
    let script = psql_script(&comparison.statements, &target);
    let mut connection = connect(&copy).await?;
    for part in split(&script) {
        let Part::Statement(statement) = part else { continue };
        let sql = statement.sql.to_owned();
        sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await.map_err(
            |source| BetweenError::Proof {
                source: RevisionError::statement(None, sql, source).into(),
            },
        )?;
    }
    connection.close().await.ok();
    let reached = without_empty_public(&generate::read(&copy).await?, &comparison.desired);
    copy.drop().await.map_err(GenerateError::from)?;
    // A copy that was made from printed forms may print them differently, and what is left alone
    // only has to be there.
    let desired = settled_again(&reached, &comparison.desired, scratch).await?;
    let differences: Vec<String> = diff(&reached, &desired).iter().filter_map(describe).collect();
    if differences.is_empty() { Ok(()) } else { Err(BetweenError::Unproved { differences }) }
}

async fn settled_again(
    reached: &Catalog,
    desired: &Catalog,
    scratch: &Scratch,
) -> Result<Catalog, BetweenError> {
    let plain = desired.clone().without_dependents();
    if differing_expressions(reached, &plain).is_empty() {
        return Ok(desired.clone());
    }
    let database = rebuild(scratch, &plain, desired).await?;
    let settled = generate::settle(scratch, reached, (&database, plain)).await?;
    database.drop().await.map_err(GenerateError::from)?;
    let mut desired = desired.clone();
    desired.objects.extend(settled.objects);
    Ok(desired)
}

fn describe(change: &Change<'_>) -> Option<String> {
    match change {
        Change::Create { key, .. } => Some(format!("{key} is missing")),
        // Models are built beside functions that they call.
        Change::Drop { current: Object::Dependent(_), .. } => None,
        Change::Drop { key, .. } => Some(format!("{key} is still there")),
        Change::Migrate { current: Object::Dependent(_), .. } => None,
        Change::Migrate { key, .. } => Some(format!("{key} differs")),
    }
}

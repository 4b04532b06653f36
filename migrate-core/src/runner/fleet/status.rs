//! Where every target of a fleet stands.

use futures_util::future::join_all;
use sqlx::Connection;

use crate::catalog::Ident;
use crate::history::Columns;
use crate::revision::Revision;
use crate::runner::session::require_own_history;
use crate::runner::status::describe;
use crate::runner::{RunError, Status};
use crate::target::{Database, Fleet};

use super::Chains;
use super::preflight::{connections, one_by_one, surveyed};

/// Where one target stands.
#[derive(Debug)]
pub struct TargetStatus {
    /// The database, as people call it.
    pub database: String,
    /// The schema.
    pub schema: Ident,
    /// Whether it holds what tenants share.
    pub is_common: bool,
    /// Where it stands.
    pub status: Status,
}

/// Reads where every target stands, with a fixed number of queries for each database, over up to
/// `parallel` connections to it; a database or history that can't be read gives an error in its place.
pub async fn fleet_status(
    fleet: &Fleet,
    chains: Chains<'_>,
    parallel: usize,
) -> Result<Vec<Result<TargetStatus, (String, RunError)>>, RunError> {
    let tenants = chains.tenants.ordered()?;
    let common = chains.common.map(crate::revision::Chain::ordered).transpose()?;
    let common = common.unwrap_or_default();
    let databases = fleet.databases.iter();
    let found = databases.map(|database| of_database(database, &common, &tenants, parallel));
    let found = join_all(found).await;
    let by_database = found.into_iter().zip(&fleet.databases);
    let statuses = by_database.flat_map(|(found, database)| match found {
        Ok(statuses) => {
            let statuses = statuses.into_iter();
            statuses.map(|one| one.map_err(|error| (database.name.clone(), error))).collect()
        }
        Err(error) => vec![Err((database.name.clone(), error))],
    });
    Ok(statuses.collect())
}

async fn of_database(
    database: &Database,
    common: &[&Revision],
    tenants: &[&Revision],
    parallel: usize,
) -> Result<Vec<Result<TargetStatus, RunError>>, RunError> {
    let Some(first) = database.targets().next() else {
        return Ok(Vec::new());
    };
    let mut connections = connections(database, first, parallel).await?;
    for target in database.targets() {
        require_own_history(target, &mut connections[0]).await?;
    }
    let histories = match surveyed(&mut connections, database, Columns::All).await {
        Ok(found) => {
            let shared = database.common.iter().map(|_| found.common.clone());
            shared.chain(found.tenants).map(Ok).collect()
        }
        Err(_) => one_by_one(&mut connections[0], database).await,
    };
    join_all(connections.into_iter().map(Connection::close)).await;
    let statuses = database.targets().enumerate().zip(histories);
    let statuses = statuses.map(|((number, target), history)| {
        let records = history?;
        let is_common = number == 0 && database.common.is_some();
        let ordered = if is_common { common } else { tenants };
        Ok(TargetStatus {
            database: database.name.clone(),
            schema: target.schema.clone(),
            is_common,
            status: describe(ordered, records.as_deref().unwrap_or_default()),
        })
    });
    Ok(statuses.collect())
}

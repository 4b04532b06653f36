//! What is looked at on every database before anything changes on one of them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use futures_util::future::{join_all, try_join_all};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use crate::history::{Columns, History, Record, connections_of_use, survey};
use crate::model::quote_literal as quoted;
use crate::runner::apply::{owes_hooks, state, wanted};
use crate::runner::job::Job;
use crate::runner::lock::wait_for_other_runs;
use crate::runner::session::{require_changeable, require_own_history};
use crate::runner::{Goal, RunError, rollback};
use crate::target::{Database, Fleet, Target};

use super::lag::{interrupted_run, lags};
use super::required::require_common;
use super::{FleetError, FleetRun, Way};

/// Why a target can't take a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The database, as people call it.
    pub database: String,
    /// The schema, where it is the matter of one.
    pub schema: Option<String>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "`{schema}` in {}: {}", self.database, self.problem),
            None => write!(f, "{}: {}", self.database, self.problem),
        }
    }
}

/// What is to be done on a database.
pub(super) struct Preflight {
    pub(super) common_is_pending: bool,
    pub(super) tenants_are_pending: Vec<bool>,
}

/// The oldest server that revisions run on.
const OLDEST_MAJOR: u32 = 14;

/// The histories of a database, `None` where there is none yet.
pub(super) struct Surveyed {
    pub(super) common: History,
    pub(super) tenants: Vec<History>,
}

/// The rows of a history, none of one that isn't there yet.
fn rows(history: &History) -> &[Record] {
    history.as_deref().unwrap_or_default()
}

impl FleetRun<'_> {
    /// Looks at every database, all of them at once.
    pub(super) async fn preflight(&mut self, fleet: &Fleet) -> Result<Vec<Preflight>, FleetError> {
        let looks = join_all(fleet.databases.iter().map(|database| self.look_at(database))).await;
        let mut obstacles = Vec::new();
        let mut surveyed = Vec::new();
        for (database, look) in fleet.databases.iter().zip(looks) {
            match look {
                Ok((found, missing)) => {
                    obstacles.extend(missing);
                    surveyed.push((database, found));
                }
                Err(error) => obstacles.push(obstacle(database, None, error.to_string())),
            }
        }
        let mut preflights = Vec::new();
        for (database, found) in &surveyed {
            match self.plan(database, found) {
                Ok(preflight) => preflights.push(preflight),
                Err(problems) => obstacles.extend(problems),
            }
        }
        if !obstacles.is_empty() {
            return Err(FleetError::Preflight { obstacles });
        }
        if let Goal::Count(_) = self.goal {
            require_alike(&surveyed)?;
        }
        if self.way == Way::Apply && !self.settings.heal {
            let tenants = surveyed.iter().flat_map(|(database, found)| {
                let tenants = database.tenants.iter().zip(found.tenants.iter().map(rows));
                tenants.map(|(tenant, rows)| (database.name.as_str(), &tenant.schema, rows))
            });
            let lags = lags(tenants);
            if !lags.is_empty() {
                return Err(FleetError::Lags { lags });
            }
        }
        let histories = surveyed.iter().flat_map(|(_, found)| found.tenants.iter().map(rows));
        if let (Way::Apply, Some(run)) = (self.way, interrupted_run(histories)) {
            self.tenants.mark.id = run;
        }
        Ok(preflights)
    }

    /// Connects, looks whether the server and our rights are good enough, waits for other runs, and
    /// reads the histories.
    async fn look_at(&self, database: &Database) -> Result<(Surveyed, Vec<Obstacle>), RunError> {
        let targets: Vec<&Target> = database.targets().collect();
        let Some(first) = targets.first() else {
            return Ok((Surveyed { common: None, tenants: Vec::new() }, Vec::new()));
        };
        let mut connections = connections(database, first, self.settings.parallel).await?;
        let connection = &mut connections[0];
        let record = |source| RunError::Record { source };
        require_changeable(first, connection).await?;
        let mut obstacles: Vec<Obstacle> = too_old(connection)
            .map(|problem| obstacle(database, None, problem))
            .into_iter()
            .collect();
        if obstacles.is_empty() {
            let ask = async |asked: &mut [PgConnection]| {
                missing_rights(&mut asked[0], database, &targets).await
            };
            let asked = as_service(first, &mut connections[..1], ask).await;
            obstacles = asked.map_err(RunError::asked(first))?;
        }
        let patience = self.tenants.settings.wait_for_other_run;
        let listen = |event| (self.listen)(first, event);
        wait_for_other_runs(&mut connections[0], &targets, patience, listen).await?;
        for target in &targets {
            require_own_history(target, &mut connections[0]).await?;
        }
        let source = match surveyed(&mut connections, database, Columns::OfPlan).await {
            Ok(surveyed) => {
                join_all(connections.into_iter().map(Connection::close)).await;
                return Ok((surveyed, obstacles));
            }
            Err(source) => source,
        };
        let each = one_by_one(&mut connections[0], database).await;
        let broken = targets.iter().zip(each).filter_map(|(target, history)| {
            Some(obstacle(database, Some(target), history.err()?.to_string()))
        });
        obstacles.extend(broken);
        match obstacles.is_empty() {
            true => Err(record(source)),
            false => Ok((Surveyed { common: None, tenants: Vec::new() }, obstacles)),
        }
    }

    /// What is to be done on a database, where its histories fit.
    fn plan(&self, database: &Database, found: &Surveyed) -> Result<Preflight, Vec<Obstacle>> {
        let mut obstacles = Vec::new();
        let mut note = |target: &Target, outcome: Result<bool, RunError>| {
            outcome.unwrap_or_else(|error| {
                obstacles.push(obstacle(database, Some(target), error.to_string()));
                false
            })
        };
        let common = database.common.as_ref().zip(self.common.as_ref());
        let common_is_pending = common.is_some_and(|(target, job)| {
            let (rows, is_new) = (rows(&found.common), found.common.is_none());
            note(target, self.has_work(job, rows, is_new, &Goal::Head, false))
        });
        let tenants = database.tenants.iter().zip(&found.tenants);
        let tenants_are_pending = tenants
            .map(|(target, history)| {
                let (rows, is_new) = (rows(history), history.is_none());
                note(
                    target,
                    self.has_work(&self.tenants, rows, is_new, self.goal, common.is_some()),
                )
            })
            .collect();
        if !obstacles.is_empty() {
            return Err(obstacles);
        }
        Ok(Preflight { common_is_pending, tenants_are_pending })
    }

    /// Whether a target has something to do. A new one gets its history even where the goal is
    /// before the first revision.
    fn has_work(
        &self,
        job: &Job<'_>,
        records: &[Record],
        is_new: bool,
        goal: &Goal,
        has_common: bool,
    ) -> Result<bool, RunError> {
        let state = state(&job.ordered, records, job.settings)?;
        match self.way {
            Way::Rollback => Ok(!rollback::wanted(&state, goal)?.is_empty()),
            Way::Apply => {
                let wanted = wanted(&state, goal)?;
                let common = self.common.as_ref().filter(|_| has_common);
                for revision in &wanted {
                    require_common(revision, common.map(|job| &job.ordered[..]))?;
                }
                let accepts = !job.settings.accepted_checksums.is_empty();
                Ok(!wanted.is_empty() || is_new || accepts || owes_hooks(job, records))
            }
        }
    }
}

/// As many connections to a database as reading its histories has use for, of those that it may
/// have at once; one at least.
pub(super) async fn connections(
    database: &Database,
    first: &Target,
    parallel: usize,
) -> Result<Vec<PgConnection>, RunError> {
    let count = connections_of_use(database.targets().count()).min(parallel.max(1));
    try_join_all((0..count).map(|_| first.open())).await.map_err(RunError::connect(first))
}

/// What is asked as the service that a target is of, in a transaction of which nothing stays in the
/// session; as the login where there is no service.
async fn as_service<T>(
    target: &Target,
    connections: &mut [PgConnection],
    ask: impl AsyncFnOnce(&mut [PgConnection]) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    if target.session.role.is_none() {
        return ask(connections).await;
    }
    for connection in &mut *connections {
        target.begin(connection, "BEGIN READ ONLY").await?;
    }
    let answer = ask(connections).await;
    for connection in connections {
        sqlx::raw_sql("ROLLBACK").execute(connection).await?;
    }
    answer
}

/// The histories of a database.
pub(super) async fn surveyed(
    connections: &mut [PgConnection],
    database: &Database,
    columns: Columns,
) -> Result<Surveyed, sqlx::Error> {
    let tables: Vec<_> = database.targets().map(|target| &target.history).collect();
    let Some(first) = database.targets().next() else {
        return Ok(Surveyed { common: None, tenants: Vec::new() });
    };
    let survey =
        async |connections: &mut [PgConnection]| survey(connections, &tables, columns).await;
    let mut tenants = as_service(first, connections, survey).await?;
    let common = match database.common {
        Some(_) => tenants.remove(0),
        None => None,
    };
    Ok(Surveyed { common, tenants })
}

/// Each history by itself, where they can't be read at once: which of them it is that can't.
pub(super) async fn one_by_one(
    connection: &mut PgConnection,
    database: &Database,
) -> Vec<Result<History, RunError>> {
    let mut found = Vec::new();
    for target in database.targets() {
        let table = target.history.to_string();
        let connections = std::slice::from_mut(&mut *connection);
        let read = async |read: &mut [PgConnection]| target.history.records(&mut read[0]).await;
        let records = as_service(target, connections, read).await;
        let records = records.map(|records| Some(Arc::from(records)));
        found.push(records.map_err(|source| RunError::UnreadHistory { table, source }));
    }
    found
}

/// What is wrong with the server's version.
fn too_old(connection: &PgConnection) -> Option<String> {
    let version = connection.server_version_num()?;
    (version < OLDEST_MAJOR * 10_000).then(|| {
        let major = version / 10_000;
        format!("the server is PostgreSQL {major}; {OLDEST_MAJOR} is the oldest that works")
    })
}

/// The schemas in which nothing may be made, those that are missing and may not be made, and the
/// histories that can't be kept. The limit has each looked up by its name, where PostgreSQL would go
/// through all that the schemas of thousands of tenants hold.
async fn missing_rights(
    connection: &mut PgConnection,
    database: &Database,
    targets: &[&Target],
) -> Result<Vec<Obstacle>, sqlx::Error> {
    let names = targets.iter().map(|target| {
        let history = &target.history;
        let names = [&target.schema, &history.schema, &history.name];
        format!("({})", names.map(|name| quoted(name.as_str())).join(", "))
    });
    let names: Vec<String> = names.collect();
    let sql = format!(
        "SELECT wanted.name, CASE
             WHEN n.oid IS NULL THEN CASE
                 WHEN NOT has_database_privilege(current_database(), 'CREATE') THEN 'missing' END
             WHEN NOT has_schema_privilege(n.oid, 'CREATE') THEN 'closed'
             WHEN NOT (has_table_privilege(h.oid, 'SELECT') AND has_table_privilege(h.oid, 'INSERT')
                 AND has_table_privilege(h.oid, 'UPDATE') AND has_table_privilege(h.oid, 'DELETE'))
             THEN 'history' END AS lack
         FROM (VALUES {}) AS wanted (name, history_schema, history)
         LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.name
         LEFT JOIN pg_catalog.pg_namespace hn ON hn.nspname = wanted.history_schema
         LEFT JOIN LATERAL (
             SELECT c.oid FROM pg_catalog.pg_class c
             WHERE c.relnamespace = hn.oid AND c.relname = wanted.history LIMIT 1) h ON true",
        names.join(", ")
    );
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    let obstacles = rows.into_iter().map(|row| {
        let problem = match row.try_get(1)? {
            Some("missing") => "the schema is missing, and the role may not make one; use `migrate bootstrap`, or grant CREATE on the database",
            Some("closed") => "the role may make nothing in it; grant CREATE on the schema",
            Some(_) => "the role may not read and write the history; make it the owner of the table",
            None => return Ok(None),
        };
        let schema = Some(row.try_get(0)?);
        Ok(Some(Obstacle { database: database.name.clone(), schema, problem: problem.to_owned() }))
    });
    obstacles.filter_map(Result::transpose).collect()
}

/// A count means the same for all tenants only where they stand at the same revision; after a run
/// that was interrupted it would take some of them further than meant.
fn require_alike(surveyed: &[(&Database, Surveyed)]) -> Result<(), FleetError> {
    let tenants = surveyed.iter().flat_map(|(_, found)| &found.tenants);
    let applied = tenants.map(|history| {
        rows(history).iter().map(|record| record.revision.as_str()).collect::<BTreeSet<_>>()
    });
    match applied.collect::<BTreeSet<_>>().len() {
        0 | 1 => Ok(()),
        _ => Err(FleetError::Count),
    }
}

fn obstacle(database: &Database, target: Option<&Target>, problem: String) -> Obstacle {
    let schema = target.map(|target| target.schema.as_str().to_owned());
    Obstacle { database: database.name.clone(), schema, problem }
}

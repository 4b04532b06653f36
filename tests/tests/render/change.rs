//! Changes between real schemas, whose rendered revisions are applied and taken back.

use migrate_core::catalog::Catalog;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{Plan, PlanError, PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::{Chain, run_plan};
use migrate_core::runner::{RunSettings, switch};
use migrate_core::target::Target;
use migrate_tests::{connect, dump, execute, major, server};
use serde_json::Value;
use sqlx::Connection;

use crate::random;
use crate::schemas::SCHEMAS;
use crate::{Case, awkward};

/// How many changes between random schemas are tried; rows or casts are in the way of some.
const RANDOM: u64 = 14;

/// A change, and the database that it is run on.
pub(crate) struct Change {
    pub(crate) case: Case,
    database: ScratchDatabase,
    current: String,
    desired: String,
}

/// The changes, each in the safe form, and every other random one in the simple form.
pub(crate) async fn changes() -> Vec<Change> {
    let mut changes = Vec::new();
    for (current, rows, desired) in SCHEMAS {
        let change = change(changes.len(), [current, rows, desired], false).await;
        changes.push(change.expect("casts and rows are as the change needs them"));
    }
    for seed in 1..=RANDOM {
        let random = match seed % 4 {
            0 => random::Change::without_dependents(seed, major()),
            _ => random::Change::random(seed, major()),
        };
        let random::Change { current, rows, desired } = random;
        let change =
            change(changes.len(), [&current, &rows, &desired], seed.is_multiple_of(2)).await;
        changes.extend(change);
    }
    let few = SCHEMAS.len() + 7;
    assert!(changes.len() >= few, "rows or casts are in the way of nearly all random changes");
    changes
}

/// None where there is no cast between two types, or a row can't be what is desired.
async fn change(
    number: usize,
    [current, rows, desired]: [&str; 3],
    simple: bool,
) -> Option<Change> {
    let server = server().await;
    let [database, wanted] = [server.create().await, server.create().await]
        .map(|made| made.expect("a database is made"));
    execute(&database, current).await;
    execute(&database, rows).await;
    execute(&wanted, desired).await;
    let (before, after) = (catalog(&database).await, catalog(&wanted).await);
    let options = PlanOptions { simple, ..PlanOptions::default() };
    let planned = |from, to| match plan(from, to, &options) {
        Err(PlanError::NoCast { .. }) => None,
        outcome => Some(outcome.unwrap_or_else(|error| panic!("change {number}: {error}"))),
    };
    let case = Case {
        id: format!("m20261122_1{number:05}"),
        message: awkward::text(number),
        notes: Vec::new(),
        up: planned(&before, &after)?,
        down: planned(&after, &before)?,
    };
    let copy = server.clone_of(&database).await.expect("a copy is made");
    for plan in [&case.up, &case.down] {
        let ran = run_plan(connect(&copy).await, plan, "public").await;
        let (connection, _) = ran.ok()?;
        connection.close().await.expect("the session ends");
    }
    let (current, desired) = (dump(&database), dump(&wanted));
    wanted.drop().await.expect("a scratch database can go");
    Some(Change { case, database, current, desired })
}

async fn catalog(database: &ScratchDatabase) -> Catalog {
    let mut connection = connect(database).await;
    let read = introspect(&mut connection, &Scope::all("public")).await;
    connection.close().await.expect("the session ends");
    read.expect("the catalog is read")
}

/// The URLs, by the ids of the revisions.
pub(crate) fn databases(changes: &[Change]) -> Value {
    let urls = changes.iter().map(|change| (change.case.id.clone(), change.database.url().into()));
    Value::Object(urls.collect())
}

impl Change {
    /// The history has the statements of both plans, and the database what is desired.
    pub(crate) async fn require_applied(&self) {
        let id = &self.case.id;
        let target = Target::new(self.database.options(), "public");
        let mut connection = connect(&self.database).await;
        let records = target.history.records(&mut connection).await.expect("there is a history");
        let [record] = records.as_slice() else { panic!("{id}: {records:?}") };
        let kept = target.history.kept_sql(&mut connection, &record.revision).await;
        let kept = kept.expect("the SQL is kept");
        connection.close().await.expect("the session ends");
        let (up, down) = (script(&self.case.up), script(&self.case.down));
        assert_eq!(kept.up_sql.as_deref().unwrap_or_default(), up, "{id}");
        assert_eq!(without_steps(kept.down_sql.as_deref().unwrap_or_default()), down, "{id}");
        self.require_kept(&down).await;
        let copy = server().await.clone_of(&self.database).await.expect("a copy is made");
        assert_eq!(without_history(&copy).await, self.desired, "{id} after\n{up}");
    }

    /// What the history keeps leads back, also where no program has the revision any more.
    async fn require_kept(&self, down: &str) {
        let copy = server().await.clone_of(&self.database).await.expect("a copy is made");
        let target = Target::new(copy.options(), "public");
        let switched = switch(&NO_CHAIN, &target, &RunSettings::default(), &|_| {}).await;
        assert_eq!(switched.expect("it goes back").len(), 1, "{}", self.case.id);
        assert_eq!(without_history(&copy).await, self.current, "{} after\n{down}", self.case.id);
        copy.drop().await.expect("a scratch database can go");
    }

    /// The database has what it had before.
    pub(crate) async fn require_rolled_back(&self) {
        let (id, down) = (&self.case.id, script(&self.case.down));
        assert_eq!(without_history(&self.database).await, self.current, "{id} after\n{down}");
    }
}

async fn without_history(database: &ScratchDatabase) -> String {
    execute(database, "DROP TABLE migrate_history").await;
    dump(database)
}

/// A program without revisions.
static NO_CHAIN: Chain = Chain { root: "", module: "", packages: &[], revisions: &[] };

/// A kept text without the lines that name its steps.
fn without_steps(kept: &str) -> String {
    let is_marker = |line: &&str| line.starts_with("-- step: ") || *line == "-- then:";
    kept.lines().filter(|line| !is_marker(line)).map(|line| format!("{line}\n")).collect()
}

/// The statements of a plan as one text.
fn script(plan: &Plan) -> String {
    let statements = plan.actions().flat_map(migrate_core::sql::statements);
    statements.map(|sql| format!("{sql};\n")).collect()
}

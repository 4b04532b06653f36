//! The whole circle of one change: plan, run on rows, compare with a database built directly, find
//! nothing more to do, go back, compare with the start.

use std::fmt;
use std::panic::Location;

use migrate_core::catalog::{Catalog, QualifiedName};
use migrate_core::diff::diff;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{Plan, PlanError, PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::{RevisionError, run_plan};
use similar::TextDiff;
use sqlx::Connection;

use crate::{connect, dump, execute, rows, server};

/// A change from one schema to another.
#[derive(Debug, Clone, Copy, Default)]
pub struct Case<'a> {
    /// The schema that is there.
    pub current: &'a str,
    /// Rows in it.
    pub rows: &'a str,
    /// The schema that shall be there.
    pub desired: &'a str,
    /// Enums by name, each with a removed label and the one that its rows get.
    pub mapping: &'a [(&'a str, &'a str, &'a str)],
}

/// The catalogs that a circle went between.
#[derive(Debug)]
pub struct Sides {
    /// What was there.
    pub current: Catalog,
    /// What was wanted.
    pub desired: Catalog,
}

/// Runs the circle, with the safe forms and with the simple ones; returns the statements of the
/// safe `up`.
///
/// # Panics
/// Where anything isn't as it should be.
#[track_caller]
pub fn check(case: Case<'_>) -> String {
    let place = Location::caller();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let safe = runtime.block_on(circle(case, PlanOptions::default(), place));
    runtime.block_on(circle(case, PlanOptions { simple: true, ..PlanOptions::default() }, place));
    safe
}

/// Runs the circle once; an error says that rows or casts, which only an author can decide, are in
/// the way.
///
/// # Errors
/// Where there is no cast, or a row violates what is desired.
///
/// # Panics
/// Where anything else isn't as it should be.
pub async fn circle_of(case: Case<'_>, simple: bool) -> Result<Sides, String> {
    let place = Location::caller();
    let options = PlanOptions { simple, ..PlanOptions::default() };
    try_circle(case, options, place).await.map(|(_, sides)| sides)
}

async fn circle(case: Case<'_>, options: PlanOptions, place: &Location<'_>) -> String {
    let outcome = try_circle(case, options, place).await;
    outcome.unwrap_or_else(|error| panic!("{place}: {error}")).0
}

async fn try_circle(
    case: Case<'_>,
    options: PlanOptions,
    place: &Location<'_>,
) -> Result<(String, Sides), String> {
    let server = server().await;
    let databases = [server.create().await, server.create().await]
        .map(|made| made.expect("a database is made"));
    let outcome = circle_between(&databases, case, options, place).await;
    for database in databases {
        database.drop().await.expect("a scratch database can go");
    }
    outcome
}

async fn circle_between(
    [current_database, desired_database]: &[ScratchDatabase; 2],
    case: Case<'_>,
    mut options: PlanOptions,
    place: &Location<'_>,
) -> Result<(String, Sides), String> {
    execute(current_database, case.current).await;
    execute(desired_database, case.desired).await;
    execute(current_database, case.rows).await;
    let (current_dump, desired_dump) = (dump(current_database), dump(desired_database));
    let (current, desired) = (read(current_database).await, read(desired_database).await);
    for (name, removed, kept) in case.mapping {
        let mapping = options.enum_mappings.entry(QualifiedName::from(*name)).or_default();
        mapping.push(((*removed).to_owned(), (*kept).to_owned()));
    }
    let back = PlanOptions { simple: options.simple, ..PlanOptions::default() };
    let up = match plan(&current, &desired, &options) {
        Err(error @ (PlanError::NoCast { .. } | PlanError::NoWayWithin { .. })) => {
            return Err(error.to_string());
        }
        outcome => outcome.unwrap_or_else(|error| panic!("{place}: {error}")),
    };
    let down = match plan(&desired, &current, &back) {
        Err(error @ (PlanError::NoCast { .. } | PlanError::NoWayWithin { .. })) => {
            return Err(error.to_string());
        }
        outcome => outcome.unwrap_or_else(|error| panic!("{place}: {error}")),
    };
    let statements = script(&up);
    let kept = rows::kept_columns(&current, &desired);
    let values = rows::values(current_database, &kept).await;

    if let Err(refusal) = run(current_database, &up, place, "up").await {
        if refusal.is_about_labels() {
            assert_same(&dump(current_database), &current_dump, &statements, place);
        }
        return Err(refusal.to_string());
    }
    let reached = read(current_database).await;
    let left: Vec<_> =
        diff(&reached, &desired).iter().map(|change| format!("{change:?}")).collect();
    assert!(left.is_empty(), "{place}: after up there is still\n{}\n{statements}", left.join("\n"));
    assert_same(&dump(current_database), &desired_dump, &statements, place);
    let values_after = rows::values(current_database, &kept).await;
    assert_eq!(values_after, values, "{place}: the rows after up\n{statements}");

    let outcome = run(current_database, &down, place, "down").await;
    outcome.map_err(|refusal| refusal.to_string())?;
    assert_same(&dump(current_database), &current_dump, &script(&down), place);
    let values_back = rows::values(current_database, &kept).await;
    assert_eq!(values_back, values, "{place}: the rows after down\n{}", script(&down));
    Ok((statements, Sides { current, desired }))
}

async fn read(database: &ScratchDatabase) -> Catalog {
    let mut connection = connect(database).await;
    let catalog =
        introspect(&mut connection, &Scope::all("public")).await.expect("the catalog is read");
    connection.close().await.expect("the session ends");
    catalog
}

async fn run(
    database: &ScratchDatabase,
    plan: &Plan,
    place: &Location<'_>,
    direction: &str,
) -> Result<(), Refusal> {
    let connection = connect(database).await;
    match run_plan(connection, plan, "public").await {
        Ok((connection, _)) => connection.close().await.expect("the session ends"),
        Err(error) => match error.downcast::<RevisionError>() {
            Ok(error) if is_about_rows(&error) => return Err(Refusal(error)),
            Ok(error) => panic!("{place}: {direction} fails: {error}\n{}", script(plan)),
            Err(error) => panic!("{place}: {direction} fails: {error}\n{}", script(plan)),
        },
    }
    Ok(())
}

/// Rows are in the way of a plan.
struct Refusal(Box<RevisionError>);

impl Refusal {
    /// Whether a label that goes is in use, which is found out before anything changes.
    fn is_about_labels(&self) -> bool {
        matches!(*self.0, RevisionError::LabelsInUse { .. })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A constraint that rows violate, or a value that can't be cast: the classes 23 and 22.
fn is_about_rows(error: &RevisionError) -> bool {
    matches!(error, RevisionError::LabelsInUse { .. })
        || error.sql_state().is_some_and(|code| code.starts_with("23") || code.starts_with("22"))
}

/// The statements of a plan, a step a paragraph.
fn script(plan: &Plan) -> String {
    let steps = plan.steps.iter().map(|step| {
        let statements = step.actions.iter().flat_map(migrate_core::sql::statements);
        let lines: Vec<String> = statements.map(|sql| format!("{sql};\n")).collect();
        format!("-- {}\n{}", step.name, lines.concat())
    });
    steps.collect::<Vec<_>>().join("\n")
}

fn assert_same(reached: &str, wanted: &str, statements: &str, place: &Location<'_>) {
    if reached == wanted {
        return;
    }
    let difference = TextDiff::from_lines(wanted, reached);
    let difference = difference.unified_diff().context_radius(2).to_string();
    panic!("{place}: the dumps differ (- wanted, + reached)\n{difference}\nafter\n{statements}");
}

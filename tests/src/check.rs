//! The whole circle of one change: plan, run on rows, compare with a database built directly, find
//! nothing more to do, go back, compare with the start.

use std::collections::BTreeMap;
use std::panic::Location;

use migrate_core::catalog::{Catalog, QualifiedName};
use migrate_core::diff::diff;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{Plan, PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::run_plan;
use sqlx::Connection;

use crate::{connect, dump, execute, server};

/// A change from one schema to another.
#[derive(Debug, Clone, Copy, Default)]
pub struct Case<'a> {
    /// The schema that is there.
    pub current: &'a str,
    /// Rows in it.
    pub rows: &'a str,
    /// The schema that shall be there.
    pub desired: &'a str,
    /// For the enum of this name, the removed label and the one that its rows get.
    pub mapping: Option<(&'a str, &'a str, &'a str)>,
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

async fn circle(case: Case<'_>, mut options: PlanOptions, place: &Location<'_>) -> String {
    let server = server().await;
    let [current_database, desired_database] = [server.create().await, server.create().await]
        .map(|made| made.expect("a database is made"));
    execute(&current_database, case.current).await;
    execute(&desired_database, case.desired).await;
    execute(&current_database, case.rows).await;
    let (current_dump, desired_dump) = (dump(&current_database), dump(&desired_database));
    let (current, desired) = (read(&current_database).await, read(&desired_database).await);
    if let Some((name, removed, kept)) = case.mapping {
        let mapping = vec![(removed.to_owned(), kept.to_owned())];
        options.enum_mappings = BTreeMap::from([(QualifiedName::from(name), mapping)]);
    }
    let back = PlanOptions { simple: options.simple, ..PlanOptions::default() };
    let up = plan(&current, &desired, &options).unwrap_or_else(|error| panic!("{place}: {error}"));
    let down = plan(&desired, &current, &back).unwrap_or_else(|error| panic!("{place}: {error}"));
    let statements = script(&up);

    run(&current_database, &up, place, "up").await;
    let reached = read(&current_database).await;
    let left: Vec<_> =
        diff(&reached, &desired).iter().map(|change| format!("{change:?}")).collect();
    assert!(left.is_empty(), "{place}: after up there is still\n{}\n{statements}", left.join("\n"));
    assert_same(&dump(&current_database), &desired_dump, &statements, place);

    run(&current_database, &down, place, "down").await;
    assert_same(&dump(&current_database), &current_dump, &script(&down), place);
    statements
}

async fn read(database: &ScratchDatabase) -> Catalog {
    let mut connection = connect(database).await;
    let catalog =
        introspect(&mut connection, &Scope::all("public")).await.expect("the catalog is read");
    connection.close().await.expect("the session ends");
    catalog
}

async fn run(database: &ScratchDatabase, plan: &Plan, place: &Location<'_>, direction: &str) {
    let connection = connect(database).await;
    match run_plan(connection, plan, "public").await {
        Ok((connection, _)) => connection.close().await.expect("the session ends"),
        Err(error) => panic!("{place}: {direction} fails: {error}\n{}", script(plan)),
    }
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
    let wanted_lines: Vec<&str> = wanted.lines().collect();
    let reached_lines: Vec<&str> = reached.lines().collect();
    let extra: Vec<String> = reached_lines
        .iter()
        .filter(|line| !wanted_lines.contains(line))
        .map(|line| format!("+ {line}"))
        .collect();
    let missing: Vec<String> = wanted_lines
        .iter()
        .filter(|line| !reached_lines.contains(line))
        .map(|line| format!("- {line}"))
        .collect();
    panic!(
        "{place}: the dumps differ\n{}\n{}\nafter\n{statements}",
        extra.join("\n"),
        missing.join("\n")
    );
}

//! The stages at several sizes, each beside what it can't be faster than, measured in the same run.
//! `SIZES="100 1000"` chooses the numbers of tables. The table goes to stdout.

mod catalog_reads;
mod measure;
mod revisions;
mod synthetic;

use std::time::{Duration, Instant};

use migrate_core::catalog::Catalog;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{Plan, PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::render::{RevisionText, revision};
use migrate_core::revision::{Chain, Dependencies, run_plan};
use migrate_core::runner::{Goal, RunSettings, apply};
use migrate_core::target::Target;
use migrate_tests::{connect, execute, server};
use sqlx::{AssertSqlSafe, Connection};

use measure::{Line, shortest, table};

fn main() {
    // `cargo bench` says so; a test runner that only wants to know what there is doesn't.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let sizes = std::env::var("SIZES").unwrap_or_else(|_| "10 100 1000 3000".to_owned());
    let sizes = sizes.split(' ').map(|size| size.parse::<usize>().expect("a number"));
    let sizes: Vec<usize> = sizes.collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let lines = runtime.block_on(async {
        let mut lines = Vec::new();
        for size in sizes {
            lines.extend(stages(size).await);
        }
        lines.extend(applying().await);
        lines
    });
    print!("{}", table(&lines));
}

/// Reading, planning, rendering and running at a number of tables.
async fn stages(size: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = |work: &str, took, bound| {
        lines.push(Line { work: format!("{work}, {size} tables"), took, bound });
    };
    let current_sql = synthetic::schema(size, None);
    let created = Instant::now();
    let current_database = made(&current_sql).await;
    let creation = created.elapsed();
    let all_changed = made(&synthetic::schema(size, Some(1))).await;
    let some_changed = made(&synthetic::schema(size, Some(20))).await;

    let mut connection = connect(&current_database).await;
    let plain = shortest(5, async || catalog_reads::read(&mut connection).await).await;
    let took = shortest(5, async || drop(introspect_all(&mut connection).await)).await;
    line("read the catalog", took, Some(("the same queries", plain)));
    connection.close().await.expect("the session ends");

    let current = read(&current_database).await;
    let (all, some) = (read(&all_changed).await, read(&some_changed).await);
    let empty = Catalog::default();
    for (name, current, desired) in [
        ("plan and render a change of every table", &current, &all),
        ("plan and render a change of one table in twenty", &current, &some),
        ("plan and render no change", &current, &current),
        ("plan and render the creation", &empty, &current),
    ] {
        line(name, shortest(3, async || drop(rendered(&planned(current, desired)))).await, None);
    }

    let took = shortest(3, async || {
        let (current, some) = (read(&current_database).await, read(&some_changed).await);
        std::hint::black_box(planned(&current, &some));
    });
    line(
        "difference of two databases, one table in twenty",
        took.await,
        Some(("plain reads of one", plain)),
    );

    let creation_plan =
        plan(&empty, &current, &PlanOptions { simple: true, ..PlanOptions::default() });
    let creation_plan = creation_plan.expect("there is a plan");
    if size <= 300 {
        let statements: Vec<String> =
            creation_plan.actions().flat_map(migrate_core::sql::statements).collect();
        let plain = shortest(3, async || {
            let database = server().await.create().await.expect("a database is made");
            execute(&database, &statements.join(";\n")).await;
        });
        let plain = plain.await;
        let took = shortest(3, async || {
            let database = server().await.create().await.expect("a database is made");
            let connection = connect(&database).await;
            let (connection, _) =
                run_plan(connection, &creation_plan, "public").await.expect("it runs");
            connection.close().await.expect("the session ends");
        });
        line("run the creation", took.await, Some(("the same SQL as one batch", plain)));
    }
    line("create the tables by plain SQL", creation, None);
    lines
}

fn planned(current: &Catalog, desired: &Catalog) -> (Plan, Plan) {
    let options = PlanOptions::default();
    let [up, down] = [(current, desired), (desired, current)]
        .map(|(from, to)| plan(from, to, &options).expect("there is a plan"));
    (up, down)
}

fn rendered((up, down): &(Plan, Plan)) -> String {
    revision(&RevisionText {
        id: "m1",
        parent: None,
        requires: None,
        message: "all",
        notes: &[],
        up,
        down,
    })
}

/// Two hundred tiny revisions, and none.
async fn applying() -> Vec<Line> {
    const COUNT: usize = 200;
    let chain = revisions::tiny(COUNT);
    let mut plain = Duration::MAX;
    let mut all = Duration::MAX;
    let mut none = Duration::MAX;
    let mut bare = Duration::MAX;
    for _ in 0..3 {
        let database = server().await.create().await.expect("a database is made");
        execute(&database, "CREATE TABLE log (id bigserial PRIMARY KEY, text text)").await;
        let mut connection = connect(&database).await;
        let transactions = async || {
            for _ in 0..COUNT {
                for sql in ["BEGIN", "INSERT INTO log (text) VALUES ('one more')", "COMMIT"] {
                    sqlx::raw_sql(AssertSqlSafe(sql))
                        .execute(&mut connection)
                        .await
                        .expect("it runs");
                }
            }
        };
        plain = plain.min(shortest(1, transactions).await);
        let database = server().await.create().await.expect("a database is made");
        let target = Target::new(database.options(), "public");
        all = all.min(shortest(1, async || applied(&chain, &target).await).await);
        none = none.min(shortest(3, async || applied(&chain, &target).await).await);
        bare = bare.min(
            shortest(3, async || {
                let mut connection = connect(&database).await;
                sqlx::query("SELECT revision FROM migrate_history")
                    .fetch_all(&mut connection)
                    .await
                    .ok();
                connection.close().await.expect("the session ends");
            })
            .await,
        );
    }
    let line = |work: &str, took, bound| Line { work: work.to_owned(), took, bound: Some(bound) };
    vec![
        line("apply 200 revisions of one statement", all, ("bare transactions", plain)),
        line("apply where nothing is pending", none, ("connect and read the history", bare)),
    ]
}

async fn applied(chain: &Chain, target: &Target) {
    let (dependencies, goal) = (Dependencies::default(), Goal::Head);
    let settings = RunSettings::default();
    apply(chain, &dependencies, target, &goal, &settings, &quiet).await.expect("it applies");
}

async fn made(sql: &str) -> ScratchDatabase {
    let database = server().await.create().await.expect("a database is made");
    for part in sql.split_inclusive(";\n").collect::<Vec<_>>().chunks(300) {
        execute(&database, &part.concat()).await;
    }
    database
}

async fn introspect_all(connection: &mut sqlx::PgConnection) -> Catalog {
    introspect(connection, &Scope::all("public")).await.expect("the catalog is read")
}

async fn read(database: &ScratchDatabase) -> Catalog {
    let mut connection = connect(database).await;
    let catalog = introspect_all(&mut connection).await;
    connection.close().await.expect("the session ends");
    catalog
}

fn quiet(_: migrate_core::runner::Event) {}

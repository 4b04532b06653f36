//! The stages at several sizes, each beside what it can't be faster than, measured in the same run.
//! `SIZES="100 1000"` chooses the numbers of tables; without `CRATES=0`, crates are generated and
//! compiled too. The table goes to stdout.

mod catalog_reads;
mod crates;
mod generating;
mod measure;
mod memory;
mod models;
mod revisions;
mod synthetic;

use std::time::{Duration, Instant};

use migrate_core::between::{self, Settings, Source, compare};
use migrate_core::catalog::{Catalog, Ident};
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{Plan, PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::render::{RevisionText, revision};
use migrate_core::revision::{Chain, Dependencies, run_plan};
use migrate_core::runner::{Goal, RunSettings, apply};
use migrate_core::target::Target;
use migrate_tests::{connect, execute, server};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection};

use measure::{Amount, Line, shortest, shortest_cpu, table};
use revisions::Tiny;

fn main() {
    // `cargo bench` says so; a test runner that only wants to know what there is doesn't.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let sizes = std::env::var("SIZES").unwrap_or_else(|_| "10 100 1000 3000 10000".to_owned());
    let sizes = sizes.split(' ').map(|size| size.parse::<usize>().expect("a number"));
    let sizes: Vec<usize> = sizes.collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    if runtime.block_on(memory::is_measured()) {
        return;
    }
    let lines = runtime.block_on(async {
        let mut lines = Vec::new();
        for size in sizes {
            lines.extend(stages(size).await);
        }
        lines.extend(growth(&lines));
        lines.push(applying("a verb", Tiny::Verb).await);
        lines.push(applying("a statement of its own", Tiny::OwnSql).await);
        lines.push(nothing_pending().await);
        lines.push(generating::generating(1000).await);
        if std::env::var("CRATES").as_deref() != Ok("0") {
            lines.extend(crates::lines().await);
        }
        lines
    });
    print!("{}", table(&lines));
}

/// The stages whose work grows with the schema, as their lines begin.
const READ: &str = "read the catalog";
const ALL: &str = "compare, plan and render a change of every table, of a processor";
const MEMORY: &str = "memory of reading and planning a change of every table";

/// Reading, planning, rendering and running at a number of tables.
async fn stages(size: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let named = |work: &str| format!("{work}, {size} tables");
    let current_sql = synthetic::schema(size, None);
    let created = Instant::now();
    let current_database = made(&current_sql).await;
    let creation = created.elapsed();
    let all_changed = made(&synthetic::schema(size, Some(1))).await;
    let some_changed = made(&synthetic::schema(size, Some(20))).await;

    // Each on a session of its own, as the tool reads: the server has planned nothing yet.
    let plain = shortest(5, async || catalog_reads::read(&current_database).await).await;
    let took = shortest(5, async || drop(read(&current_database).await)).await;
    lines.push(Line::of(named(READ), took).beside("the same queries", plain).at_most(1.3));

    if let Some(peak) = memory::of_change(&current_database, &all_changed) {
        let line = Line::of(named(MEMORY), peak);
        lines.push(if size == 3000 { line.within(Amount::Memory(100 << 20)) } else { line });
    }

    let current = read(&current_database).await;
    let (all, some) = (read(&all_changed).await, read(&some_changed).await);
    let took = shortest_cpu(3, || rendered(&planned(&current, &all)));
    let line = Line::of(named(ALL), took);
    lines.push(if size == 3000 { line.within(Duration::from_millis(150)) } else { line });
    let empty = Catalog::default();
    for (name, current, desired) in [
        ("the same of one table in twenty", &current, &some),
        ("the same without a change", &current, &current),
        ("the same of the creation", &empty, &current),
    ] {
        let took = shortest_cpu(3, || rendered(&planned(current, desired)));
        lines.push(Line::of(named(name), took));
    }

    let took = shortest(5, async || difference(&current_database, &some_changed).await).await;
    lines.push(
        Line::of(named("difference of two databases, one table in twenty"), took)
            .beside("plain reads of one", plain)
            .at_most(2.5),
    );

    if size <= 300 {
        lines.push(run_creation(&current, named("run the creation")).await);
    }
    lines.push(Line::of(named("create the tables by plain SQL"), creation));
    for database in [current_database, all_changed, some_changed] {
        database.drop().await.expect("a database can go");
    }
    lines
}

/// As `migrate diff` does it.
async fn difference(current: &ScratchDatabase, desired: &ScratchDatabase) {
    let sources = [current, desired].map(|database| Source::Database(database.options().into()));
    let [current, desired] = &sources;
    let schema = Ident::new("public");
    let [current, desired] =
        between::read([current, desired], &schema, None).await.expect("both are read");
    let settings = Settings::default();
    let difference = compare(&current, &desired, &schema, None, &settings).await;
    std::hint::black_box(difference.expect("there is a plan"));
}

async fn run_creation(current: &Catalog, work: String) -> Line {
    let options = PlanOptions { simple: true, ..PlanOptions::default() };
    let creation = plan(&Catalog::default(), current, &options).expect("there is a plan");
    let statements: Vec<String> =
        creation.actions().flat_map(migrate_core::sql::statements).collect();
    let (mut plain, mut took) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        let database = server().await.create().await.expect("a database is made");
        let batch = statements.join(";\n");
        plain = plain.min(shortest(1, async || execute(&database, &batch).await).await);
        let database = server().await.create().await.expect("a database is made");
        let connection = connect(&database).await;
        let started = Instant::now();
        let (connection, _) = run_plan(connection, &creation, "public").await.expect("it runs");
        took = took.min(started.elapsed());
        connection.close().await.expect("the session ends");
    }
    Line::of(work, took).beside("the same SQL as one batch", plain).at_most(1.05)
}

/// The largest of each stage beside as many times the work of a thousand tables.
fn growth(lines: &[Line]) -> Vec<Line> {
    let sizes = |stage: &'static str| {
        lines.iter().filter_map(move |line| {
            let size = line.work.strip_prefix(stage)?.strip_prefix(", ")?;
            let size: u32 = size.strip_suffix(" tables")?.parse().ok()?;
            Some((size, line.measured))
        })
    };
    let stages = [READ, ALL, MEMORY].into_iter().filter_map(|stage| {
        let (_, thousand) = sizes(stage).find(|(size, _)| *size == 1000)?;
        let (size, largest) = sizes(stage).next_back().filter(|(size, _)| *size > 1000)?;
        let share = thousand.times(f64::from(size) / 1000.0);
        let line = Line::of(format!("growth: {stage}, {size} tables"), largest);
        Some(line.beside("as many thousands", share).at_most(1.3))
    });
    stages.collect()
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

/// How many tiny revisions are applied.
const TINY: usize = 200;

/// Tiny revisions beside what they can't do without.
async fn applying(what: &str, tiny: Tiny) -> Line {
    let chain = revisions::tiny(TINY, tiny);
    let (mut plain, mut all) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        let database = server().await.create().await.expect("a database is made");
        execute(&database, "CREATE TABLE log (id bigserial PRIMARY KEY, text text)").await;
        let mut connection = connect(&database).await;
        let transactions = async || {
            for sql in ["BEGIN", tiny.sql(), "COMMIT"].into_iter().cycle().take(3 * TINY) {
                let ran = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await;
                ran.expect("it runs");
            }
        };
        plain = plain.min(shortest(1, transactions).await);
        let database = server().await.create().await.expect("a database is made");
        let target = Target::new(database.options(), "public");
        all = all.min(shortest(1, async || applied(&chain, &target).await).await);
    }
    let work = format!("apply {TINY} revisions of {what}");
    Line::of(work, all).beside("bare transactions", plain).at_most(1.5)
}

async fn nothing_pending() -> Line {
    let chain = revisions::tiny(TINY, Tiny::Verb);
    let database = server().await.create().await.expect("a database is made");
    let target = Target::new(database.options(), "public");
    applied(&chain, &target).await;
    let none = shortest(5, async || applied(&chain, &target).await).await;
    Line::of("apply where nothing is pending", none).within(Duration::from_millis(15))
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

async fn read(database: &ScratchDatabase) -> Catalog {
    read_at(&database.options()).await
}

async fn read_at(options: &PgConnectOptions) -> Catalog {
    let target = Target::new(options.clone(), "public");
    let mut connection = target.connect().await.expect("the server takes connections");
    let catalog = introspect(&mut connection, &Scope::all("public")).await;
    connection.close().await.expect("the session ends");
    catalog.expect("the catalog is read")
}

fn quiet(_: migrate_core::runner::Event) {}

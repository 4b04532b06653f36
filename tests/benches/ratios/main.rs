//! The stages at several sizes, each beside its lower bound measured in the same run.

mod synthetic;

use std::time::{Duration, Instant};

use migrate_core::catalog::Catalog;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{Plan, PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::render::{RevisionText, revision};
use migrate_tests::{connect, execute, server};
use sqlx::Connection;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(run());
}

async fn run() {
    for count in [100, 1000, 3000] {
        let [current, desired] = [None, Some(1)].map(|every| synthetic::schema(count, every));
        let started = Instant::now();
        let current_database = made(&current).await;
        println!("{count} create {:?}", started.elapsed());
        let desired_database = made(&desired).await;
        let mut best = Duration::MAX;
        let mut catalog = Catalog::default();
        for _ in 0..5 {
            let started = Instant::now();
            catalog = read(&current_database).await;
            best = best.min(started.elapsed());
        }
        println!("{count} introspect {best:?}");
        let desired = read(&desired_database).await;
        let empty = Catalog::default();
        for (name, current, desired) in [
            ("changed", &catalog, &desired),
            ("created", &empty, &desired),
            ("same", &catalog, &catalog),
        ] {
            let mut times = [Duration::MAX; 3];
            for _ in 0..3 {
                let started = Instant::now();
                let up = plan(current, desired, &PlanOptions::default()).expect("there is a plan");
                times[0] = times[0].min(started.elapsed());
                let started = Instant::now();
                let down =
                    plan(desired, current, &PlanOptions::default()).expect("there is a plan");
                times[1] = times[1].min(started.elapsed());
                let started = Instant::now();
                let text = rendered(&up, &down);
                times[2] = times[2].min(started.elapsed());
                std::hint::black_box(text);
            }
            println!(
                "{count} {name} plan up {:?} down {:?} render {:?}",
                times[0], times[1], times[2]
            );
        }
    }
}

fn rendered(up: &Plan, down: &Plan) -> String {
    revision(&RevisionText { id: "m1", parent: None, message: "all", notes: &[], up, down })
}

async fn made(sql: &str) -> ScratchDatabase {
    let database = server().await.create().await.expect("a database is made");
    for part in sql.split_inclusive(";\n").collect::<Vec<_>>().chunks(300) {
        execute(&database, &part.concat()).await;
    }
    database
}

async fn read(database: &ScratchDatabase) -> Catalog {
    let mut connection = connect(database).await;
    let catalog =
        introspect(&mut connection, &Scope::all("public")).await.expect("the catalog is read");
    connection.close().await.expect("the session ends");
    catalog
}

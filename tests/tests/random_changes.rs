//! Random schemas, from one to another and back, over rows; `pg_dump` judges.
//!
//! `RANDOM_SEEDS=1..10001 cargo test -p migrate-tests --test random_changes -- --nocapture` runs as
//! many as wanted, prints each failure with its schemas at once, and in the end what was met.

mod random;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use migrate_core::between::{self, BetweenError, Settings, Source, psql_script};
use migrate_core::catalog::Ident;
use migrate_core::generate::Scratch;
use migrate_core::postgres::ScratchDatabase;
use migrate_core::target::Target;
use migrate_tests::{Case, Coverage, circle_of, dump, execute, major, psql, server};
use random::Change;
use tokio::runtime::Runtime;

/// The seeds that every run has, and by which coverage is judged.
const FIXED: Range<u64> = 1..101;
/// How many seeds come from the clock, so that each run tries others.
const FRESH: u64 = 300;

/// The seeds that were asked for: `RANDOM_SEEDS=a..b`.
fn asked() -> Option<Range<u64>> {
    let text = std::env::var("RANDOM_SEEDS").ok()?;
    let (start, end) = text.split_once("..").expect("RANDOM_SEEDS is written as 1..100");
    Some(start.parse().expect("a number")..end.parse().expect("a number"))
}

/// What a run of many seeds came to.
#[derive(Default)]
struct Outcome {
    ran: usize,
    refused: Vec<String>,
    failures: Vec<String>,
    coverage: Coverage,
}

/// Runs the circle of each seed, several at once.
fn run(seeds: Range<u64>) -> Outcome {
    let (next, outcome) = (AtomicU64::new(seeds.start), Mutex::new(Outcome::default()));
    let threads = thread::available_parallelism().map_or(2, usize::from) * 2;
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let runtime = Runtime::new().expect("a runtime starts");
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    run_one(seed, &runtime, &outcome);
                }
            });
        }
    });
    outcome.into_inner().expect("no thread panics while it holds the outcome")
}

fn run_one(seed: u64, runtime: &Runtime, outcome: &Mutex<Outcome>) {
    let change = Change::random(seed, major());
    let Change { current, rows, desired } = &change;
    let case = Case { current, rows, desired, ..Case::default() };
    let circle = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(circle_of(case, seed.is_multiple_of(2)))
    }));
    let mut outcome = outcome.lock().expect("no thread panics while it holds the outcome");
    match circle {
        Ok(Ok(sides)) => {
            outcome.ran += 1;
            outcome.coverage.add(&sides.current, &sides.desired);
        }
        Ok(Err(reason)) => outcome.refused.push(format!("seed {seed}: {reason}")),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
            let failure = format!("seed {seed}: {text}\nfrom\n{current}{rows}\nto\n{desired}");
            println!("{failure}");
            outcome.failures.push(failure);
        }
    }
}

/// Prints what a run came to, and fails where a seed did, or where too few ran.
fn require_fine(seeds: &Range<u64>, outcome: &Outcome) {
    let Outcome { ran, refused, failures, coverage } = outcome;
    let all = seeds.clone().count();
    println!(
        "RANDOM_SEEDS={}..{}: {ran} of {all} ran, {} were refused, {} failed\n{}",
        seeds.start,
        seeds.end,
        refused.len(),
        failures.len(),
        coverage.report()
    );
    assert!(failures.is_empty(), "{} of {all} fail\n{}", failures.len(), failures.join("\n\n"));
    if all >= FIXED.count() {
        let refused = refused.join("\n");
        assert!(ran * 10 >= all * 6, "rows or casts are in the way of too many:\n{refused}");
        require_coverage(coverage);
    }
}

/// Below these numbers, which the fixed seeds exceed, the schemas no longer are of every kind.
fn require_coverage(coverage: &Coverage) {
    let Coverage { objects, changes, pairs } = coverage;
    assert_eq!(objects.len(), 23, "a kind of object is never there: {}", coverage.report());
    assert!(changes.len() >= 70, "kinds of changes are rare: {}", coverage.report());
    assert!(pairs.len() >= 550, "pairs of changes are rare: {}", coverage.report());
}

#[test]
fn every_change_between_random_schemas_goes_up_and_down() {
    let seeds = asked().unwrap_or(FIXED);
    let outcome = run(seeds.clone());
    require_fine(&seeds, &outcome);
}

#[test]
fn fresh_changes_between_random_schemas_go_up_and_down() {
    if asked().is_some() {
        return;
    }
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    let start = clock.as_secs() * 1000;
    let seeds = start..start + FRESH;
    println!("RANDOM_SEEDS={}..{} runs these again", seeds.start, seeds.end);
    require_fine(&seeds, &run(seeds.clone()));
}

/// Compares two databases, proves what is between them, and lets `psql` run it.
async fn through_psql(current: &str, desired: &str, simple: bool) -> Result<String, BetweenError> {
    let server = server().await;
    let [from, to] = [server.create().await, server.create().await]
        .map(|made| made.expect("a database is made"));
    execute(&from, current).await;
    execute(&to, desired).await;
    let (schema, scratch) = (Ident::new("public"), Scratch::new(server.clone()));
    let source = |database: &ScratchDatabase| Source::Database(Box::new(database.options()));
    let (from_source, to_source) = (source(&from), source(&to));
    let sides = async || between::read([&from_source, &to_source], &schema, None).await;
    let settings = Settings { simple, ..Settings::default() };
    let [current, desired] = sides().await?;
    let comparison =
        between::compare(&current, &desired, &schema, Some(&scratch), &settings).await?;
    between::verify(&comparison, &current, &scratch).await?;
    let script = psql_script(&comparison.statements, &Target::new(from.options(), "public"));
    psql(&from, &script);
    let [reached, desired] = sides().await?;
    let left = between::compare(&reached, &desired, &schema, Some(&scratch), &settings).await?;
    assert!(left.statements.is_empty(), "left over: {:?}\n{script}", left.statements);
    assert_eq!(dump(&from), dump(&to), "{script}");
    Ok(script)
}

#[test]
fn psql_goes_from_one_random_schema_to_another() {
    let runtime = Runtime::new().expect("a runtime starts");
    for seed in asked().unwrap_or(FIXED).step_by(10) {
        // `migrate diff` leaves those of FROM alone, and makes none.
        let Change { current, desired, .. } = Change::without_dependents(seed, major());
        match runtime.block_on(through_psql(&current, &desired, seed.is_multiple_of(2))) {
            Ok(_) | Err(BetweenError::Plan(_)) => {}
            Err(error) => panic!("seed {seed}: {error}\nfrom\n{current}\nto\n{desired}"),
        }
    }
}

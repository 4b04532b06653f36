//! Random schemas, from one to another and back, over rows; `pg_dump` judges.
//!
//! `RANDOM_SEEDS=1..10001 cargo test -p migrate-tests --test random_changes` runs as many as wanted.

mod random {
    pub(crate) mod schema;
}

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use migrate_tests::{Case, circle_of};
use random::schema::Schema;

/// The seeds of this run: `RANDOM_SEEDS=a..b`, or a few fixed ones.
fn seeds() -> Range<u64> {
    let text = std::env::var("RANDOM_SEEDS").unwrap_or_else(|_| "1..41".to_owned());
    let (start, end) = text.split_once("..").expect("RANDOM_SEEDS is written as 1..100");
    start.parse().expect("a number")..end.parse().expect("a number")
}

#[test]
fn every_change_between_random_schemas_goes_up_and_down() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let mut failures = Vec::new();
    let (mut run, mut refused) = (0, 0);
    for seed in seeds() {
        let (current, desired) = (Schema::random(seed), Schema::random(seed ^ 0x5555));
        let (current_sql, desired_sql, rows) = (current.sql(), desired.sql(), current.rows());
        let case =
            Case { current: &current_sql, rows: &rows, desired: &desired_sql, ..Case::default() };
        let outcome =
            catch_unwind(AssertUnwindSafe(|| runtime.block_on(circle_of(case, seed % 2 == 0))));
        match outcome {
            Ok(Ok(())) => run += 1,
            Ok(Err(_)) => refused += 1,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                failures
                    .push(format!("seed {seed}: {text}\nfrom\n{current_sql}\nto\n{desired_sql}"));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} fail\n{}",
        failures.len(),
        seeds().count(),
        failures.join("\n\n")
    );
    assert!(run * 4 > seeds().count(), "{run} ran, {refused} were refused for their rows or casts");
}

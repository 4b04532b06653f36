//! Random schemas, from one to another and back, over rows; `pg_dump` judges.
//!
//! `RANDOM_SEEDS=1..10001 cargo test -p migrate-tests --test random_changes` runs as many as wanted.

mod random {
    pub(crate) mod schema;
}

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use migrate_core::between::{self, BetweenError, Settings, Source, psql_script};
use migrate_core::catalog::Ident;
use migrate_core::generate::Scratch;
use migrate_core::postgres::ScratchDatabase;
use migrate_core::target::Target;
use migrate_tests::{Case, circle_of, dump, execute, psql, server};
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
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    for seed in seeds().step_by(5) {
        let [current, desired] = [seed, seed ^ 0x5555].map(|seed| Schema::random(seed).sql());
        match runtime.block_on(through_psql(&current, &desired, seed % 2 == 0)) {
            Ok(_) | Err(BetweenError::Plan(_)) => {}
            // The count of a sequence is a value that the sequence's bounds may leave out.
            Err(BetweenError::Proof { source }) if source.to_string().contains("SQLSTATE 22") => {}
            Err(error) => panic!("seed {seed}: {error}\nfrom\n{current}\nto\n{desired}"),
        }
    }
}

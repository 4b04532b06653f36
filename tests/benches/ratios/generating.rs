//! One model in twenty changed: both sides made on scratch databases, the plan and its proof.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use migrate_core::direction;
use migrate_core::generate::{Draft, DraftSettings, Scratch, Sources, draft};
use migrate_core::model::Registry;
use migrate_core::revision::{Chain, Dependencies, Header, Migrator, Result, Revision};
use migrate_core::sql::statements;
use migrate_tests::{execute, server};

use super::measure::Line;
use super::models;

/// What the first revision runs.
static CREATION: OnceLock<Vec<String>> = OnceLock::new();

async fn up(db: &mut Migrator) -> Result<()> {
    // As many at once as verbs send.
    for statements in CREATION.get().into_iter().flat_map(|all| all.chunks(100)) {
        db.execute(statements.join(";\n")).await?;
    }
    Ok(())
}

async fn down(_: &mut Migrator) -> Result<()> {
    Ok(())
}

/// Beside the plain creation of the tables.
pub(crate) async fn generating(size: usize) -> Line {
    let (current, desired) = (models::registry(size, None), models::registry(size, Some(20)));
    let first = drafted(&current, chain(0)).await;
    let creation = first.up.actions().flat_map(statements).collect();
    let creation = CREATION.get_or_init(|| creation).join(";\n");
    let (mut plain, mut took) = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        let started = Instant::now();
        let database = server().await.create().await.expect("a database is made");
        execute(&database, &creation).await;
        plain = plain.min(started.elapsed());
        database.drop().await.expect("a database can go");
        let started = Instant::now();
        drafted(&desired, chain(1)).await;
        took = took.min(started.elapsed());
    }
    Line::of(format!("generate with one model in twenty changed, {size} models"), took)
        .beside("create the tables as one batch", plain)
        .at_most(1.5)
}

async fn drafted(registry: &Registry, chain: Chain) -> Draft {
    let scratch = Scratch::new(server().await.clone());
    let dependencies = Dependencies::default();
    let sources = Sources { registry, chain: &chain, dependencies: &dependencies };
    let outcome = draft(&sources, &scratch, &DraftSettings::default()).await;
    outcome.expect("it is proved").draft.expect("there is a change")
}

/// No revision, or the one that makes the models.
fn chain(count: usize) -> Chain {
    let revision = Revision {
        header: Header::new("m1"),
        file: "m1",
        source: "fn up() {}",
        up: direction!(up),
        down: direction!(down),
    };
    let revisions: Vec<Revision> = std::iter::once(revision).take(count).collect();
    Chain { root: "", module: "", packages: &[], revisions: revisions.leak() }
}

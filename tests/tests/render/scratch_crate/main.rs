//! Rendered revisions: what they record, and what they do to databases.

mod revisions;

use std::collections::BTreeMap;
use std::str::FromStr;

use migrate_core::revision::{Chain, Dependencies, Direction, Header, Migrator, Revision};
use migrate_core::runner::{self, Goal, RunSettings};
use migrate_core::target::Target;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

async fn recorded(revision: &Revision, direction: &Direction, allow: bool) -> Value {
    let mut db = Migrator::recording(revision.id(), "public");
    if allow {
        db = db.allowing(revision.header.allowances);
    }
    let dependencies = Dependencies::default();
    direction.call(&mut db, &dependencies).await.expect("it runs");
    db.executed().iter().map(|one| json!([one.step, one.outside_transaction, one.sql()])).collect()
}

async fn record() {
    let mut all = serde_json::Map::new();
    for revision in revisions::REVISIONS.ordered().expect("it is a chain") {
        let up = recorded(revision, &revision.up, true).await;
        let down = recorded(revision, &revision.down, false).await;
        all.insert(revision.id().to_owned(), json!({ "up": up, "down": down }));
    }
    println!("{}", Value::Object(all));
}

/// A chain of this revision alone.
fn alone(revision: &'static Revision) -> Chain {
    let header = Header { parent: None, ..revision.header };
    let (up, down) = (revision.up.clone(), revision.down.clone());
    let alone = Revision { header, file: revision.file, source: revision.source, up, down };
    Chain { root: "", module: "", packages: &[], revisions: Box::leak(Box::new([alone])) }
}

/// Runs each revision on the database that stands beside it.
async fn run(command: &str, databases: &str) {
    let databases: BTreeMap<String, String> = serde_json::from_str(databases).expect("it is JSON");
    let (dependencies, settings) = (Dependencies::default(), RunSettings::default());
    for (id, url) in databases {
        let mut all = revisions::REVISIONS.revisions.iter();
        let revision = all.find(|revision| revision.id() == id).expect("it is linked");
        let options = PgConnectOptions::from_str(&url).expect("it is a URL");
        let (chain, target) = (alone(revision), Target::new(options, "public"));
        let quiet = |_| {};
        let outcome = match command {
            "apply" => runner::apply(&chain, &dependencies, &target, &Goal::Head, &settings, &quiet)
                .await
                .map(drop),
            _ => runner::rollback(&chain, &dependencies, &target, &Goal::Base, &settings, &quiet)
                .await
                .map(drop),
        };
        outcome.unwrap_or_else(|error| panic!("{command} of {id}: {error}"));
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("it starts").block_on(async {
        match &arguments[1..] {
            [command, databases] => run(command, databases).await,
            _ => record().await,
        }
    });
}

//! What a revision takes and the application doesn't provide is missed before the server hears
//! anything.

use std::fs;

use migrate_core::direction;
use migrate_core::postgres::{Binaries, ThrowawayServer};
use migrate_core::revision::{Chain, Dependencies, Header, Migrator, Result, Revision};
use migrate_core::runner::{self, Goal, RunError, RunSettings};
use migrate_core::target::Target;

/// Makes the server write down every session and every statement.
const LOG_ALL: [(&str, &str); 2] = [("log_connections", "on"), ("log_statement", "all")];

struct Site;

async fn plain(db: &mut Migrator) -> Result<()> {
    db.execute("SELECT 1").await
}

async fn injected(db: &mut Migrator, _: &Site) -> Result<()> {
    db.execute("SELECT 2").await
}

static CHAIN: Chain = Chain {
    root: "",
    module: "",
    packages: &[],
    revisions: &[
        Revision {
            header: Header::new("m1_plain"),
            file: "m1_plain.rs",
            source: "plain",
            up: direction!(plain),
            down: direction!(plain),
        },
        Revision {
            header: Header::new("m2_injected").after("m1_plain"),
            file: "m2_injected.rs",
            source: "injected",
            up: direction!(injected),
            down: direction!(injected),
        },
    ],
};

fn log(server: &ThrowawayServer) -> String {
    fs::read_to_string(server.log_path()).expect("the server has a log")
}

/// What the server wrote down of sessions and statements: the first line of each.
fn heard(server: &ThrowawayServer) -> Vec<String> {
    let log = log(server);
    let told = log.lines().filter(|line| {
        ["connection ", "statement: ", "execute "].iter().any(|what| line.contains(what))
    });
    told.map(str::to_owned).collect()
}

async fn apply(server: &ThrowawayServer, provided: Dependencies) -> Option<RunError> {
    let target = Target::new(server.connect_options(), "public");
    let settings = RunSettings::default();
    runner::apply(&CHAIN, &provided, &target, &Goal::Head, &settings, &|_| {}).await.err()
}

#[tokio::test]
async fn a_missing_dependency_reaches_no_server() {
    let binaries = Binaries::find(None).expect("the tests need PostgreSQL's server programs");
    let server = ThrowawayServer::start_with(&binaries, &LOG_ALL).await.expect("a server starts");

    let error = apply(&server, Dependencies::default()).await.expect("it is refused");
    assert!(matches!(error, RunError::Dependency { .. }), "{error}");
    assert_eq!(heard(&server), Vec::<String>::new());

    // The log does tell when there is something to tell.
    let error = apply(&server, Dependencies::default().provide(Site)).await;
    assert!(error.is_none(), "{error:?}");
    assert!(!heard(&server).is_empty() && log(&server).contains("SELECT 2"));
    server.stop().await;
}

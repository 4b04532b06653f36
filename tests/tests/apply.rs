//! Applying and rolling back: once, in order, resumed after a failure, and never in the way.

use std::sync::Mutex;
use std::time::Duration;

use migrate_core::catalog::Ident;
use migrate_core::direction;
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::{
    Chain, Column, Constraint, Dependencies, Header, Index, Migrator, Result, Revision, drops_table,
};
use migrate_core::runner::{self, Event, Goal, RunError, RunSettings};
use migrate_core::target::Target;
use migrate_tests::{connect, execute, server};
use sqlx::Connection;

mod first {
    use super::*;

    pub(super) async fn up(db: &mut Migrator) -> Result<()> {
        db.create_table(
            "article",
            [Column::new("id", "bigint").not_null(), Column::new("title", "text")],
        )
        .await
    }

    pub(super) async fn down(db: &mut Migrator) -> Result<()> {
        db.drop_table("article").await
    }
}

mod stepped {
    use super::*;

    /// Makes the second step fail.
    pub(super) struct PowerCut;

    pub(super) async fn up(db: &mut Migrator, power_cut: Option<&PowerCut>) -> Result<()> {
        db.transaction("add author", async |db| {
            db.add_column("article", Column::new("author", "text")).await
        })
        .await?;
        db.outside_transaction("index author", async |db| {
            if power_cut.is_some() {
                return Err("the power is gone".into());
            }
            db.create_index_concurrently("article_author_idx", Index::on("article", ["author"]))
                .await
        })
        .await?;
        db.data("fill author", async |db| {
            sqlx::query("UPDATE article SET author = $1")
                .bind("it's me")
                .execute(db.conn().await?)
                .await?;
            Ok(())
        })
        .await
    }

    pub(super) async fn down(db: &mut Migrator) -> Result<()> {
        db.outside_transaction("drop index", async |db| {
            db.drop_index_concurrently("article_author_idx").await
        })
        .await?;
        db.transaction("drop author", async |db| db.drop_column("article", "author").await).await
    }
}

mod injected {
    use super::*;

    pub(super) struct Site {
        pub(super) name: String,
    }

    pub(super) async fn up(db: &mut Migrator, site: &Site, other: Option<&u32>) -> Result<()> {
        assert!(other.is_none());
        db.set_default("article", "title", &format!("'{}'", site.name)).await
    }

    pub(super) async fn down(db: &mut Migrator) -> Result<()> {
        db.drop_default("article", "title").await
    }
}

mod cutting {
    use super::*;

    /// Ends the session that holds the run's lock.
    pub(super) async fn up(db: &mut Migrator) -> Result<()> {
        db.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
             WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND pid <> pg_backend_pid()
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        .await
    }

    pub(super) async fn inside(db: &mut Migrator) -> Result<()> {
        db.execute("INSERT INTO article (id) VALUES (1)").await
    }

    pub(super) async fn outside(db: &mut Migrator) -> Result<()> {
        db.outside_transaction("write", inside).await
    }

    pub(super) async fn down(_: &mut Migrator) -> Result<()> {
        Ok(())
    }
}

mod destructive {
    use super::*;

    pub(super) async fn up(db: &mut Migrator) -> Result<()> {
        db.drop_table("article").await
    }

    pub(super) async fn down(_: &mut Migrator) -> Result<()> {
        Ok(())
    }
}

mod shortening {
    use super::*;

    pub(super) async fn up(db: &mut Migrator) -> Result<()> {
        db.create_composite("address", [("street", "text"), ("zip", "text")]).await?;
        db.drop_attribute("address", "zip").await
    }

    pub(super) async fn down(_: &mut Migrator) -> Result<()> {
        Ok(())
    }
}

const FIRST: Revision = Revision {
    header: Header::new("m1_first"),
    file: "m1_first.rs",
    source: "first",
    up: direction!(first::up),
    down: direction!(first::down),
};
const STEPPED: Revision = Revision {
    header: Header::new("m2_stepped").after("m1_first"),
    file: "m2_stepped.rs",
    source: "stepped",
    up: direction!(stepped::up),
    down: direction!(stepped::down),
};
const INJECTED: Revision = Revision {
    header: Header::new("m3_injected").after("m2_stepped"),
    file: "m3_injected.rs",
    source: "injected",
    up: direction!(injected::up),
    down: direction!(injected::down),
};
const CUTTING: Revision = Revision {
    header: Header::new("m2_cutting").after("m1_first"),
    file: "m2_cutting.rs",
    source: "cutting",
    up: direction!(cutting::up),
    down: direction!(cutting::down),
};
const AFTER_THE_CUT: Revision = Revision {
    header: Header::new("m3_after_the_cut").after("m2_cutting"),
    file: "m3_after_the_cut.rs",
    source: "after the cut",
    up: direction!(cutting::inside),
    down: direction!(cutting::down),
};
const OUTSIDE_AFTER_THE_CUT: Revision =
    Revision { up: direction!(cutting::outside), ..AFTER_THE_CUT };
const DESTRUCTIVE: Revision = Revision {
    header: Header::new("m2_destructive").after("m1_first"),
    file: "m2_destructive.rs",
    source: "destructive",
    up: direction!(destructive::up),
    down: direction!(destructive::down),
};

const SHORTENING: Revision = Revision {
    header: Header::new("m2_shortening").after("m1_first"),
    file: "m2_shortening.rs",
    source: "shortening",
    up: direction!(shortening::up),
    down: direction!(shortening::down),
};

const fn chain(revisions: &'static [Revision]) -> Chain {
    Chain { root: "", module: "", packages: &[], revisions }
}

static ALL: Chain = chain(&[FIRST, STEPPED, INJECTED]);
static TWO: Chain = chain(&[FIRST, STEPPED]);
static ONE: Chain = chain(&[FIRST]);
static NOT_ALLOWED: Chain = chain(&[FIRST, DESTRUCTIVE]);
static SHORTENED: Chain = chain(&[FIRST, SHORTENING]);
static ALLOWED: Chain = chain(&[
    FIRST,
    Revision {
        header: Header::new("m2_destructive").after("m1_first").allow(&[drops_table("article")]),
        ..DESTRUCTIVE
    },
]);

async fn target() -> (ScratchDatabase, Target) {
    let database = server().await.create().await.expect("a database is made");
    let target = Target::new(database.options(), "public");
    (database, target)
}

fn quiet(_: Event) {}

fn provided() -> Dependencies {
    Dependencies::default().provide(injected::Site { name: "site".to_owned() })
}

async fn apply(chain: &Chain, target: &Target) -> std::result::Result<Vec<String>, RunError> {
    apply_to(chain, target, Goal::Head, &RunSettings::default()).await
}

async fn apply_to(
    chain: &Chain,
    target: &Target,
    goal: Goal,
    settings: &RunSettings,
) -> std::result::Result<Vec<String>, RunError> {
    let applied = runner::apply(chain, &provided(), target, &goal, settings, &quiet).await?;
    Ok(applied.revisions.into_iter().map(|revision| revision.id).collect())
}

async fn rollback(
    chain: &Chain,
    target: &Target,
    goal: Goal,
) -> std::result::Result<usize, RunError> {
    let settings = RunSettings::default();
    let rolled_back =
        runner::rollback(chain, &provided(), target, &goal, &settings, &quiet).await?;
    Ok(rolled_back.revisions.len())
}

async fn count(database: &ScratchDatabase, sql: &'static str) -> i64 {
    let mut connection = connect(database).await;
    let count = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("it counts");
    connection.close().await.expect("the session ends");
    count
}

#[tokio::test]
async fn a_chain_goes_up_and_down_and_up_again() {
    let (database, target) = target().await;
    assert_eq!(apply(&ALL, &target).await.expect("it applies").len(), 3);
    assert_eq!(apply(&ALL, &target).await.expect("nothing is pending").len(), 0);
    assert_eq!(rollback(&ALL, &target, Goal::Base).await.expect("it rolls back"), 3);
    assert_eq!(
        count(&database, "SELECT count(*) FROM pg_class WHERE relname = 'article'").await,
        0
    );
    assert_eq!(apply(&ALL, &target).await.expect("it applies again").len(), 3);
}

#[tokio::test]
async fn a_goal_is_a_part_of_a_name_or_a_count() {
    let (_database, target) = target().await;
    let settings = RunSettings::default();
    let goal = Goal::Revision("stepped".to_owned());
    assert_eq!(apply_to(&ALL, &target, goal, &settings).await.expect("it applies").len(), 2);
    assert_eq!(rollback(&ALL, &target, Goal::Count(1)).await.expect("it rolls back"), 1);
    let back = apply_to(&ALL, &target, Goal::Revision("nothing".to_owned()), &settings).await;
    assert!(matches!(back, Err(RunError::Goal(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn b42_twenty_applies_at_once_run_each_revision_once() {
    let (database, target) = target().await;
    let runs: Vec<_> = (0..20)
        .map(|_| {
            let target = target.clone();
            tokio::spawn(async move { apply(&ALL, &target).await })
        })
        .collect();
    let mut applied = 0;
    for run in runs {
        applied += run.await.expect("no panic").expect("every run succeeds").len();
    }
    assert_eq!(applied, 3);
    assert_eq!(count(&database, "SELECT count(*) FROM migrate_history").await, 3);
}

#[tokio::test]
async fn a_missing_dependency_is_refused_before_the_database_is_reached() {
    let (_database, target) = target().await;
    let nowhere =
        Target { options: target.options.clone().port(1).socket("/nonexistent"), ..target };
    let outcome = runner::apply(
        &ALL,
        &Dependencies::default(),
        &nowhere,
        &Goal::Head,
        &RunSettings::default(),
        &quiet,
    )
    .await;
    let error = outcome.expect_err("it is refused");
    assert!(matches!(error, RunError::Dependency { .. }), "{error}");
    assert!(error.to_string().contains("Site"), "{error}");
}

#[tokio::test]
async fn a_failed_step_keeps_what_was_done_and_the_rerun_goes_on() {
    let (database, target) = target().await;
    let cut = provided().provide(stepped::PowerCut);
    let settings = RunSettings::default();
    let outcome = runner::apply(&TWO, &cut, &target, &Goal::Head, &settings, &quiet).await;
    let error = outcome.expect_err("the second step fails");
    assert!(error.to_string().contains("step `index author`"), "{error}");
    assert!(error.to_string().contains("done and kept: add author"), "{error}");
    execute(&database, "INSERT INTO article VALUES (1, 't')").await;
    assert_eq!(apply(&TWO, &target).await.expect("it goes on"), ["m2_stepped"]);
    assert_eq!(count(&database, "SELECT count(*) FROM article WHERE author = 'it''s me'").await, 1);
}

#[tokio::test]
async fn b43_an_invalid_index_is_built_again() {
    let (database, target) = target().await;
    apply_to(&TWO, &target, Goal::Count(1), &RunSettings::default())
        .await
        .expect("the first applies");
    execute(
        &database,
        "ALTER TABLE article ADD author text; CREATE INDEX article_author_idx ON article (author);
         UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'article_author_idx'::regclass;
         ALTER TABLE article DROP COLUMN title; ALTER TABLE article RENAME author TO title;
         ALTER TABLE article ADD author text",
    )
    .await;
    execute(&database, "ALTER TABLE article DROP COLUMN author").await;
    apply(&TWO, &target).await.expect("it applies");
    let valid = "SELECT count(*) FROM pg_index WHERE indexrelid = 'article_author_idx'::regclass AND indisvalid";
    assert_eq!(count(&database, valid).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn b45_a_lock_that_is_held_is_waited_for_without_queueing_and_named() {
    let (database, target) = target().await;
    apply(&ONE, &target).await.expect("the first applies");
    let mut blocker = connect(&database).await;
    sqlx::raw_sql("BEGIN; SELECT * FROM article").execute(&mut blocker).await.expect("it reads");
    let settings = RunSettings {
        lock_timeout: Duration::from_millis(900),
        attempts: 2,
        backoff: Duration::from_millis(10),
        ..RunSettings::default()
    };
    let events = Mutex::new(Vec::new());
    let listen = |event: Event| events.lock().expect("no panic").push(event);
    let outcome = runner::apply(&TWO, &provided(), &target, &Goal::Head, &settings, &listen).await;
    let error = outcome.expect_err("the lock can't be had");
    assert!(matches!(error, RunError::LockNotAvailable { attempts: 2, .. }), "{error}");
    assert!(error.to_string().contains("SELECT * FROM article"), "{error}");
    let retried = |event: &Event| matches!(event, Event::LockNotAvailable { attempt: 1, .. });
    assert!(events.lock().expect("no panic").iter().any(retried));
    sqlx::raw_sql("COMMIT").execute(&mut blocker).await.expect("it ends");
    apply(&TWO, &target).await.expect("it applies");
}

#[tokio::test]
async fn nothing_is_kept_of_a_revision_that_begins_after_the_lock_is_lost() {
    static IN_A_TRANSACTION: Chain = chain(&[FIRST, CUTTING, AFTER_THE_CUT]);
    static OUTSIDE: Chain = chain(&[FIRST, CUTTING, OUTSIDE_AFTER_THE_CUT]);
    for chain in [&IN_A_TRANSACTION, &OUTSIDE] {
        let (database, target) = target().await;
        let error = apply(chain, &target).await.expect_err("the lock is lost");
        assert!(matches!(error, RunError::LockLost), "{error}");
        let after = "SELECT count(*) FROM migrate_history WHERE revision LIKE 'm3%'";
        assert_eq!(count(&database, after).await, 0);
        assert_eq!(count(&database, "SELECT count(*) FROM article").await, 0);
    }
}

#[tokio::test]
async fn a_loss_that_the_header_does_not_allow_is_refused() {
    let (database, target) = target().await;
    let error = apply(&NOT_ALLOWED, &target).await.expect_err("it is refused");
    assert!(error.to_string().contains(".allow(&[drops_table(\"article\")])"), "{error}");
    assert_eq!(count(&database, "SELECT count(*) FROM article").await, 0);
    apply(&ALLOWED, &target).await.expect("it is allowed");
    let (_database, target) = self::target().await;
    let error = apply(&SHORTENED, &target).await.expect_err("it is refused");
    assert!(error.to_string().contains(".allow(&[drops_attribute(\"address.zip\")])"), "{error}");
}

#[tokio::test]
async fn b41_a_history_that_does_not_fit_is_its_own_error() {
    let (database, target) = target().await;
    apply(&TWO, &target).await.expect("it applies");
    let ahead = apply(&ONE, &target).await.expect_err("the database is ahead").to_string();
    assert!(ahead.contains("the database is ahead"), "{ahead}");
    execute(&database, "UPDATE migrate_history SET checksum = 'x' WHERE revision = 'm1_first'")
        .await;
    let edited = apply(&TWO, &target).await.expect_err("it was edited").to_string();
    assert!(edited.contains("--accept-checksum m1_first"), "{edited}");
    let settings =
        RunSettings { accepted_checksums: vec!["m1_first".to_owned()], ..RunSettings::default() };
    apply_to(&TWO, &target, Goal::Head, &settings).await.expect("it is accepted");
    apply(&TWO, &target).await.expect("it stays accepted");
    execute(
        &database,
        "UPDATE migrate_history SET parent = 'gone', revision = 'm9' WHERE revision = 'm2_stepped'",
    )
    .await;
    let unknown = apply(&TWO, &target).await.expect_err("it is unknown").to_string();
    assert!(unknown.contains("`m9`, which is not among"), "{unknown}");
    execute(&database, "UPDATE migrate_history SET parent = 'm1_first', revision = 'm2_stepped' WHERE revision = 'm9'; DELETE FROM migrate_history WHERE revision = 'm1_first'").await;
    let disordered = apply(&TWO, &target).await.expect_err("it is out of order").to_string();
    assert!(disordered.contains("comes before `m2_stepped`"), "{disordered}");
}

#[tokio::test]
async fn b44_an_error_names_place_statement_code_and_hint() {
    let (database, target) = target().await;
    execute(&database, "CREATE TABLE article (id int)").await;
    let error = apply(&ONE, &target).await.expect_err("the table is there").to_string();
    for part in ["m1_first.rs", "tests/apply.rs:", "SQLSTATE 42P07", "CREATE TABLE article"] {
        assert!(error.contains(part), "{part} is not in {error}");
    }
}

/// Verbs of one transaction, of which the last but one is wrong: its line and what is wrong there.
async fn refused(wrong: impl AsyncFn(&mut Migrator) -> Result<()>) -> String {
    let (database, _) = target().await;
    let mut db = Migrator::live(connect(&database).await, "m1", "public");
    let work = async |db: &mut Migrator| {
        db.create_table("article", [Column::new("id", "bigint")]).await?;
        db.add_column("article", Column::new("title", "text").default("'é'")).await?;
        wrong(&mut *db).await?;
        db.add_column("article", Column::new("more", "text")).await
    };
    let error = match work(&mut db).await {
        Ok(()) => db.finish().await.map(drop).expect_err("one is wrong").to_string(),
        Err(error) => error.to_string(),
    };
    let (place, message) = error.split_once(' ').expect("a place is followed by a message");
    assert!(place.contains("tests/apply.rs:"), "{error}");
    message.to_owned()
}

#[tokio::test]
async fn b44_an_error_among_verbs_that_were_sent_together_is_that_of_the_wrong_one() {
    let missing = async |db: &mut Migrator| db.drop_column("article", "author").await;
    assert_eq!(
        refused(missing).await,
        "column \"author\" of relation \"article\" does not exist (SQLSTATE 42703)\n    ALTER TABLE article DROP COLUMN author"
    );
    let no_type =
        async |db: &mut Migrator| db.add_column("article", Column::new("body", "txt")).await;
    let said = refused(no_type).await;
    assert!(said.contains("(SQLSTATE 42704) at character 37\n"), "{said}");
    // PostgreSQL refuses the message before it runs anything of it.
    let unclosed = async |db: &mut Migrator| {
        db.add_constraint("article", "longer", Constraint::check("title > 'x")).await
    };
    let said = refused(unclosed).await;
    assert!(said.starts_with("unterminated quoted string"), "{said}");
    assert!(said.ends_with("ADD CONSTRAINT longer CHECK (title > 'x)"), "{said}");
}

#[tokio::test]
async fn the_sql_of_both_directions_is_kept_where_verbs_alone_make_it() {
    let (database, target) = target().await;
    apply(&ALL, &target).await.expect("it applies");
    let kept = "SELECT count(*) FROM migrate_history WHERE up_sql <> '' AND down_sql LIKE '%DROP%'";
    assert_eq!(count(&database, kept).await, 3);
}

#[tokio::test]
async fn a_switch_runs_the_kept_steps_and_goes_on_where_it_was_interrupted() {
    let (database, target) = target().await;
    apply(&TWO, &target).await.expect("it applies");
    execute(&database, "CREATE VIEW in_the_way AS SELECT author FROM article").await;
    let settings = RunSettings::default();
    let switch = async || runner::switch(&ONE, &target, &settings, &|_| {}).await;
    let error = switch().await.expect_err("the view needs the column").to_string();
    assert!(error.starts_with("`m2_stepped` can't be taken back by the SQL"), "{error}");
    let index = "SELECT count(*) FROM pg_class WHERE relname = 'article_author_idx'";
    assert_eq!(count(&database, index).await, 0, "the step before is done and kept");
    execute(&database, "DROP VIEW in_the_way").await;
    assert_eq!(switch().await.expect("it goes on").len(), 1);
    assert!(switch().await.expect("there is nothing to do").is_empty());
    let column = "SELECT count(*) FROM pg_attribute WHERE attname = 'author' AND NOT attisdropped";
    assert_eq!(count(&database, column).await, 0);
    assert_eq!(count(&database, "SELECT count(*) FROM migrate_history").await, 1);
}

#[tokio::test]
async fn a_schema_of_another_name_is_made_and_used() {
    let (database, target) = target().await;
    let tenant = Target::new(target.options.clone(), Ident::new("Ten ant"));
    apply(&ALL, &tenant).await.expect("it applies");
    assert_eq!(count(&database, "SELECT count(*) FROM \"Ten ant\".article").await, 0);
    assert_eq!(count(&database, "SELECT count(*) FROM \"Ten ant\".migrate_history").await, 3);
}

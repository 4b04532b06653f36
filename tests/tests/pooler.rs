//! Behind `PgBouncer` in transaction mode, where each transaction may run in another session.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use migrate_core::direction;
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::{
    Chain, Column, Dependencies, Header, Index, Migrator, Result, Revision,
};
use migrate_core::runner::{Event, Goal, RunSettings, apply, rollback, status};
use migrate_core::target::Target;
use migrate_tests::{connect, server};
use sqlx::postgres::PgConnectOptions;
use sqlx::{PgConnection, Row};

mod table {
    use super::*;

    pub(super) async fn up(db: &mut Migrator) -> Result<()> {
        let id = Column::new("id", "bigint").not_null();
        db.create_table("article", [id, Column::new("title", "text")]).await?;
        db.execute("INSERT INTO article SELECT number FROM generate_series(1, 1000) number").await
    }

    pub(super) async fn down(db: &mut Migrator) -> Result<()> {
        db.drop_table("article").await
    }
}

mod steps {
    use super::*;

    pub(super) async fn up(db: &mut Migrator) -> Result<()> {
        db.outside_transaction("fill title", async |db| {
            db.backfill("article", "title", "'it''s'").await
        })
        .await?;
        db.outside_transaction("index title", async |db| {
            db.create_index_concurrently("article_title_idx", Index::on("article", ["title"])).await
        })
        .await
    }

    pub(super) async fn down(db: &mut Migrator) -> Result<()> {
        db.outside_transaction("drop index", async |db| {
            db.drop_index_concurrently("article_title_idx").await
        })
        .await
    }
}

static CHAIN: Chain = Chain {
    root: "",
    module: "",
    packages: &[],
    revisions: &[
        Revision {
            header: Header::new("m1_table"),
            file: "m1_table.rs",
            source: "table",
            up: direction!(table::up),
            down: direction!(table::down),
        },
        Revision {
            header: Header::new("m2_steps").after("m1_table"),
            file: "m2_steps.rs",
            source: "steps",
            up: direction!(steps::up),
            down: direction!(steps::down),
        },
    ],
};

/// A pooler before one database, gone with this value.
struct Pooler {
    process: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Pooler {
    fn start(database: &ScratchDatabase) -> Option<Self> {
        Self::of_sessions(6, database)
    }

    /// None where `PgBouncer` isn't installed; in CI it is.
    fn of_sessions(sessions: usize, database: &ScratchDatabase) -> Option<Self> {
        let found = Command::new("pgbouncer").arg("--version").stdout(Stdio::null()).status();
        if found.is_err() && std::env::var_os("CI").is_none() {
            println!("pgbouncer is not installed, so nothing was tested");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder is made");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port is free")
            .port();
        let options = database.options();
        let host = options
            .get_socket()
            .map_or_else(|| options.get_host().to_owned(), |socket| socket.display().to_string());
        write(folder.path(), "users", &format!("\"{}\" \"\"\n", options.get_username()));
        let settings = format!(
            "[databases]\n* = host={host} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}/users\npool_mode = transaction\ndefault_pool_size = {sessions}\nquery_wait_timeout = 5\nmax_client_conn = 100\n",
            options.get_port(),
            folder.path().display()
        );
        write(folder.path(), "settings.ini", &settings);
        let mut command = Command::new("pgbouncer");
        // It refuses to be root.
        if folder.path().metadata().is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0) {
            Command::new("chown")
                .args(["-R", "postgres"])
                .arg(folder.path())
                .status()
                .expect("chown runs");
            command.args(["-u", "postgres"]);
        }
        let process = command
            .arg("-q")
            .arg(folder.path().join("settings.ini"))
            .spawn()
            .expect("pgbouncer starts");
        Some(Self { process, port, folder })
    }

    /// The database behind it, once it takes connections.
    async fn target(&self, database: &ScratchDatabase) -> Target {
        let direct = database.options();
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username(direct.get_username())
            .database(direct.get_database().expect("it has a name"));
        let target = Target::new(options, "public");
        while target.open().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        target
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        std::fs::remove_dir_all(self.folder.path()).ok();
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("the file is written");
}

fn quiet(_: Event) {}

async fn search_path(connection: &mut PgConnection) -> String {
    let row = sqlx::raw_sql("SHOW search_path").fetch_one(connection).await;
    row.and_then(|row| row.try_get(0)).expect("a session has one")
}

/// What differs between the sessions of a pool, each held while the others are asked.
async fn left_in_sessions(target: &Target) -> Vec<String> {
    let mut held = Vec::new();
    let mut left = Vec::new();
    // As many as the pool has beside the one that a lock may still hold.
    for _ in 0..5 {
        let mut connection = target.open().await.expect("the pooler serves others");
        let sql = "BEGIN; SELECT concat_ws(', ', current_user, current_setting('search_path'),
             current_setting('timezone'), current_setting('lock_timeout'),
             current_setting('client_min_messages'), current_setting('work_mem'))";
        let row = sqlx::raw_sql(sql).fetch_one(&mut connection).await.expect("it answers");
        left.push(row.try_get(0).expect("a text"));
        held.push(connection);
    }
    left.sort();
    left.dedup();
    left
}

async fn applied(target: &Target) -> usize {
    let (dependencies, settings) = (Dependencies::default(), RunSettings::default());
    let run = apply(&CHAIN, &dependencies, target, &Goal::Head, &settings, &quiet).await;
    run.expect("it applies").revisions.len()
}

#[tokio::test]
async fn a_step_that_needs_a_session_of_its_own_is_refused_and_others_find_theirs_as_it_was() {
    let database = server().await.create().await.expect("a database is made");
    let Some(pooler) = Pooler::start(&database) else { return };
    let public = pooler.target(&database).await;
    let tenant = Target::new(public.options.clone(), "tenant");
    let (dependencies, settings) = (Dependencies::default(), RunSettings::default());
    let run = apply(&CHAIN, &dependencies, &tenant, &Goal::Head, &settings, &quiet).await;
    let refusal = run.expect_err("its names may not resolve in its schema").to_string();
    assert!(refusal.starts_with("`m2_steps` has steps outside transactions, and "), "{refusal}");
    let done = apply(&CHAIN, &dependencies, &tenant, &Goal::Count(0), &settings, &quiet).await;
    done.expect("nothing is wanted");
    let mut other = public.open().await.expect("the pooler serves others");
    assert_eq!(search_path(&mut other).await, "\"$user\", public");

    // The server refuses a revision that is there already by hand.
    let failing = Target::new(public.options.clone(), "failing");
    let by_hand = "CREATE SCHEMA failing; CREATE TABLE failing.article ()";
    migrate_tests::execute(&database, by_hand).await;
    let run = apply(&CHAIN, &dependencies, &failing, &Goal::Head, &settings, &quiet).await;
    run.expect_err("the table is there");
    assert_eq!(search_path(&mut other).await, "\"$user\", public");

    let direct = Target::new(database.options(), "tenant");
    let run = apply(&CHAIN, &dependencies, &direct, &Goal::Head, &settings, &quiet).await;
    assert_eq!(run.expect("the server itself takes it").revisions.len(), 1);
}

#[tokio::test]
async fn b42_a_pooler_of_two_sessions_is_known_for_one() {
    let database = server().await.create().await.expect("a database is made");
    let Some(pooler) = Pooler::of_sessions(2, &database) else { return };
    let public = pooler.target(&database).await;
    let tenant = Target::new(public.options.clone(), "tenant");
    let (dependencies, settings) = (Dependencies::default(), RunSettings::default());
    let run = apply(&CHAIN, &dependencies, &tenant, &Goal::Head, &settings, &quiet).await;
    let refusal = run.expect_err("its names may not resolve in its schema").to_string();
    assert!(refusal.starts_with("`m2_steps` has steps outside transactions, and "), "{refusal}");
    let run = apply(&CHAIN, &dependencies, &public, &Goal::Head, &settings, &quiet).await;
    assert_eq!(run.expect("its names resolve anywhere").revisions.len(), 2);
}

mod setting {
    use super::*;

    pub(super) async fn up(db: &mut Migrator) -> Result<()> {
        db.execute("SET work_mem = '77MB'").await?;
        db.create_table("noted", [Column::new("id", "bigint")]).await
    }

    pub(super) async fn down(db: &mut Migrator) -> Result<()> {
        db.drop_table("noted").await
    }
}

static SETTING: Chain = Chain {
    root: "",
    module: "",
    packages: &[],
    revisions: &[Revision {
        header: Header::new("m1_setting"),
        file: "m1_setting.rs",
        source: "setting",
        up: direction!(setting::up),
        down: direction!(setting::down),
    }],
};

#[tokio::test(flavor = "multi_thread")]
async fn b42_a_run_leaves_nothing_in_the_sessions_that_a_pooler_gives_to_others() {
    let database = server().await.create().await.expect("a database is made");
    let Some(pooler) = Pooler::start(&database) else { return };
    let public = pooler.target(&database).await;
    let user = public.options.get_username().to_owned();
    let role = format!("served_{}", database.name());
    migrate_tests::execute(
        &database,
        &format!("CREATE ROLE {role}; CREATE SCHEMA {role} AUTHORIZATION {role}"),
    )
    .await;
    let (dependencies, settings) = (Dependencies::default(), RunSettings::default());
    let found = left_in_sessions(&public).await;
    let [session] = found.as_slice() else { panic!("they are alike: {found:?}") };
    assert!(session.starts_with(&user), "{session}");
    for schema in ["tenant_a", "tenant_b", &role] {
        let mut target = Target::new(public.options.clone(), schema);
        target.session.statements = vec!["SET work_mem = '66MB'".to_owned()];
        if schema == role {
            target.session.role = Some(schema.into());
        }
        let run =
            async |goal| apply(&SETTING, &dependencies, &target, &goal, &settings, &quiet).await;
        assert_eq!(run(Goal::Head).await.expect("it applies").revisions.len(), 1);
        run(Goal::Head).await.expect("nothing is pending");
        status(&SETTING, &target).await.expect("it is read");
        assert_eq!(left_in_sessions(&public).await, found, "{schema}");
        let back = rollback(&SETTING, &dependencies, &target, &Goal::Base, &settings, &quiet).await;
        back.expect("it rolls back");
        assert_eq!(left_in_sessions(&public).await, found, "{schema}");
    }
    let owner = "SELECT pg_get_userbyid(relowner)::text FROM pg_class
         WHERE relname = 'migrate_history' AND relnamespace = $1::regnamespace";
    let owner: String = sqlx::query_scalar(owner)
        .bind(&role)
        .fetch_one(&mut connect(&database).await)
        .await
        .expect("the service has a history");
    assert_eq!(owner, role);
    assert_eq!(applied(&public).await, 2);
    assert_eq!(left_in_sessions(&public).await, found);
}

#[tokio::test(flavor = "multi_thread")]
async fn b42_ten_applies_at_once_behind_a_transaction_pooler_run_each_revision_once() {
    let database = server().await.create().await.expect("a database is made");
    let Some(pooler) = Pooler::start(&database) else { return };
    let target = pooler.target(&database).await;
    let all = (0..10).map(|_| {
        let target = target.clone();
        tokio::spawn(async move { applied(&target).await })
    });
    let mut done = 0;
    for one in all.collect::<Vec<_>>() {
        done += one.await.expect("no apply panics");
    }
    assert_eq!(done, 2);
    let titled: i64 = sqlx::query_scalar("SELECT count(*) FROM article WHERE title = 'it''s'")
        .fetch_one(&mut connect(&database).await)
        .await
        .expect("the rows are counted");
    assert_eq!(titled, 1000);
    let (dependencies, settings) = (Dependencies::default(), RunSettings::default());
    let back = rollback(&CHAIN, &dependencies, &target, &Goal::Base, &settings, &quiet).await;
    assert_eq!(back.expect("it rolls back").revisions.len(), 2);
}

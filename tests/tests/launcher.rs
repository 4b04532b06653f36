//! Servers that start by themselves, and the scratch databases on them.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use migrate_core::postgres::{
    Binaries, DevelopmentHome, DevelopmentServer, LaunchError, ScratchError, ScratchServer,
    ThrowawayServer,
};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;

fn binaries() -> Binaries {
    Binaries::find(None).expect("the tests need PostgreSQL's server programs")
}

async fn throwaway() -> ThrowawayServer {
    ThrowawayServer::start(&binaries()).await.expect("a server starts")
}

async fn scratch() -> ScratchServer {
    ScratchServer::launch(None).await.expect("a server starts")
}

async fn connected(options: &PgConnectOptions) -> PgConnection {
    options.connect().await.expect("the server takes connections")
}

async fn run(connection: &mut PgConnection, sql: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.unwrap_or_else(|error| panic!("`{sql}`: {error}"));
}

/// The first column of the first row, as text.
async fn asked(connection: &mut PgConnection, sql: &str) -> String {
    let sql = format!("SELECT ({sql})::text");
    let answer = sqlx::query_scalar(AssertSqlSafe(sql.clone())).fetch_one(connection).await;
    answer.unwrap_or_else(|error| panic!("`{sql}`: {error}"))
}

/// The folder that holds a throw-away server's data, log and socket.
fn folder_of(server: &ThrowawayServer) -> PathBuf {
    server.log_path().parent().expect("a log lies in a folder").to_path_buf()
}

async fn is_gone_soon(path: &Path) -> bool {
    let deadline = Instant::now() + Duration::from_secs(10);
    while path.exists() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    !path.exists()
}

#[tokio::test]
async fn a_started_server_is_of_the_version_of_its_programs() {
    let server = throwaway().await;
    let mut connection = connected(&server.connect_options()).await;
    let major = asked(&mut connection, "current_setting('server_version_num')::int / 10000").await;
    assert_eq!(major, server.major().to_string());
}

#[tokio::test]
async fn a_dropped_server_leaves_nothing_behind() {
    let server = throwaway().await;
    let (folder, options) = (folder_of(&server), server.connect_options());
    let _open = connected(&options).await;
    drop(server);
    assert!(!folder.exists());
    assert!(options.connect().await.is_err());
}

#[tokio::test]
async fn only_its_owner_reaches_a_server() {
    let server = throwaway().await;
    let mode = folder_of(&server).metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test]
async fn a_server_does_not_end_with_the_thread_that_asked_for_it() {
    let start = || tokio::runtime::Runtime::new().expect("a runtime").block_on(throwaway());
    let server = tokio::task::spawn_blocking(move || std::thread::spawn(start).join());
    let server = server.await.expect("it ends").expect("it starts a server");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut connection = connected(&server.connect_options()).await;
    assert_eq!(asked(&mut connection, "1").await, "1");
}

#[tokio::test]
async fn extra_settings_win_over_our_own() {
    let settings = [("wal_level", "logical"), ("log_statement", "all")];
    let server = ThrowawayServer::start_with(&binaries(), &settings).await.expect("it starts");
    let mut connection = connected(&server.connect_options()).await;
    assert_eq!(asked(&mut connection, "current_setting('wal_level')").await, "logical");
    run(&mut connection, "SELECT 'seen in the log'").await;
    let log = fs::read_to_string(server.log_path()).expect("the server logs");
    assert!(log.contains("seen in the log"), "{log}");
}

#[tokio::test]
async fn a_server_that_does_not_start_shows_its_log() {
    let settings = [("no_such_setting", "on")];
    let error = ThrowawayServer::start_with(&binaries(), &settings).await.expect_err("unknown");
    assert!(matches!(error, LaunchError::Exited { .. }), "{error:?}");
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}

#[tokio::test]
async fn servers_start_side_by_side() {
    let (one, two, three) = tokio::join!(throwaway(), throwaway(), throwaway());
    for server in [&one, &two, &three] {
        let mut connection = connected(&server.connect_options()).await;
        run(&mut connection, "CREATE TABLE mine (id int)").await;
    }
}

#[tokio::test]
async fn sqlx_reads_the_url() {
    let server = throwaway().await;
    let options: PgConnectOptions = server.url().parse().expect("the url is one");
    let mut connection = connected(&options).await;
    assert_eq!(
        asked(&mut connection, "current_user || '@' || current_database()").await,
        "postgres@postgres"
    );
}

#[tokio::test]
async fn psql_reads_the_url() {
    let server = scratch().await;
    let database = server.create().await.expect("it is created");
    let psql =
        Command::new("psql").args(["-XAtc", "SELECT current_database()", &database.url()]).output();
    let Ok(output) = psql else {
        eprintln!("skipped: no `psql` on this machine");
        return;
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), database.name(), "{errors}");
}

#[tokio::test]
async fn the_server_of_a_killed_process_stops_and_the_next_one_removes_its_folder() {
    let mut child = Command::new(std::env::current_exe().expect("tests have a file"))
        .args(["--exact", "--ignored", "--nocapture", "holds_a_server_until_killed"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tests can be run");
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    let line = output.lines().map_while(Result::ok).find(|line| line.contains("server in "));
    let (_, folder) =
        line.as_deref().and_then(|line| line.split_once("server in ")).expect("it starts");
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
    let folder = Path::new(folder);
    if cfg!(target_os = "linux") {
        assert!(is_gone_soon(&folder.join("data/postmaster.pid")).await, "the server runs on");
    }
    let _next = throwaway().await;
    assert!(!folder.exists());
}

#[tokio::test]
#[ignore = "the process that another test kills"]
async fn holds_a_server_until_killed() {
    let server = throwaway().await;
    println!("server in {}", folder_of(&server).display());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_missing_version_is_told_by_its_number() {
    let error = ScratchServer::launch(Some(9)).await.expect_err("nobody has it any more");
    assert!(error.to_string().starts_with("no PostgreSQL 9 server programs"), "{error}");
}

#[tokio::test]
async fn a_scratch_database_is_empty_and_goes_when_dropped() {
    let server = scratch().await;
    let database = server.create().await.expect("it is created");
    let mut connection = database.connect().await.expect("it is there");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(asked(&mut connection, tables).await, "0");
    let options = database.options();
    database.drop().await.expect("even with a connection");
    assert!(options.connect().await.is_err());
}

#[tokio::test]
async fn a_scratch_database_keeps_its_server_alive() {
    let server = scratch().await;
    let database = server.create().await.expect("it is created");
    drop(server);
    assert!(database.connect().await.is_ok());
}

#[tokio::test]
async fn a_clone_has_what_its_source_has_and_goes_its_own_way() {
    let server = scratch().await;
    let source = server.create().await.expect("it is created");
    let mut connection = source.connect().await.expect("it is there");
    run(&mut connection, "CREATE TABLE item (id int); INSERT INTO item VALUES (7)").await;
    connection.close().await.expect("it closes");
    let clone = server.clone_of(&source).await.expect("the source is idle");
    let mut connection = clone.connect().await.expect("it is there");
    assert_eq!(asked(&mut connection, "SELECT id FROM item").await, "7");
    run(&mut connection, "DROP TABLE item").await;
    let mut connection = source.connect().await.expect("it is there");
    assert_eq!(asked(&mut connection, "SELECT id FROM item").await, "7");
}

#[tokio::test]
async fn a_database_in_use_is_not_cloned() {
    let server = scratch().await;
    let source = server.create().await.expect("it is created");
    let _open = source.connect().await.expect("it is there");
    let error = server.clone_of(&source).await.expect_err("it is in use");
    assert!(matches!(error, ScratchError::InUse { .. }), "{error:?}");
}

#[tokio::test]
async fn many_scratch_databases_are_made_at_once() {
    let server = scratch().await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(async move { server.create().await })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("it is created");
    }
}

#[tokio::test]
async fn missing_roles_are_made_without_login_on_our_own_server() {
    let server = scratch().await;
    let roles = ["app \"owner\"", "reader", "reader"].map(str::to_owned);
    server.ensure_roles(&roles).await.expect("they are made");
    server.ensure_roles(&roles).await.expect("they are there");
    let database = server.create().await.expect("it is created");
    let mut connection = database.connect().await.expect("it is there");
    let made = "SELECT string_agg(rolname || rolcanlogin, ', ' ORDER BY rolname) FROM pg_roles \
        WHERE rolname IN ('app \"owner\"', 'reader')";
    assert_eq!(asked(&mut connection, made).await, "app \"owner\"false, readerfalse");
}

#[tokio::test]
async fn missing_roles_on_another_server_are_told() {
    let host = throwaway().await;
    let server = ScratchServer::remote(host.connect_options()).await.expect("it answers");
    let roles = ["postgres", "reader"].map(str::to_owned);
    let error = server.ensure_roles(&roles).await.expect_err("one is missing");
    assert!(
        matches!(&error, ScratchError::RolesMissing { roles } if roles == &["reader"]),
        "{error:?}"
    );
}

#[tokio::test]
async fn orphans_on_another_server_are_swept_and_nothing_else() {
    let host = throwaway().await;
    let server = ScratchServer::remote(host.connect_options()).await.expect("it answers");
    let alive = server.create().await.expect("it is created").name().to_owned();
    let dead = alive.replace(&format!("_{}_", std::process::id()), &format!("_{}_", i32::MAX));
    let elsewhere = "migrate_scratch_00000000_2147483647_0";
    let mut connection = connected(&host.connect_options()).await;
    for name in [dead.as_str(), elsewhere, "blog"] {
        run(&mut connection, &format!("CREATE DATABASE {name}")).await;
    }
    ScratchServer::remote(host.connect_options()).await.expect("it answers");
    let left = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database \
        WHERE datname LIKE 'migrate%' OR datname = 'blog'";
    let mut expected = ["blog", elsewhere, &alive];
    expected.sort_unstable();
    assert_eq!(asked(&mut connection, left).await, expected.join(" "));
}

#[tokio::test]
async fn a_role_that_may_not_create_databases_is_told_what_it_lacks() {
    let host = throwaway().await;
    let mut connection = connected(&host.connect_options()).await;
    run(&mut connection, "CREATE ROLE plain LOGIN").await;
    let options = host.connect_options().username("plain");
    let server = ScratchServer::remote(options).await.expect("it answers");
    let error = server.create().await.expect_err("it may not");
    assert!(error.to_string().contains("ALTER ROLE \"plain\" CREATEDB"), "{error}");
}

/// A home of development servers that are stopped at the end of a test.
struct Home {
    home: DevelopmentHome,
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("the temp dir is writable");
        // As root, the user that runs the server must be able to enter it.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("it is ours");
        let home = DevelopmentHome::at(folder.path()).expect("there is a user for the server");
        Self { home, folder }
    }

    async fn server(&self, project: &str) -> DevelopmentServer {
        let project = self.folder.path().join(project);
        DevelopmentServer::find_or_start_in(&self.home, &project).await.expect("it starts")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Err(error) = self.home.stop() {
            eprintln!("a development server runs on: {error}");
        }
    }
}

#[tokio::test]
async fn a_development_server_is_found_again() {
    let home = Home::new();
    let mut connection = connected(&home.server("blog").await.connect_options()).await;
    run(&mut connection, "CREATE TABLE post (id int)").await;
    let pid = home.home.clusters()[0].pid;
    let options: PgConnectOptions = home.server("blog").await.url().parse().expect("a url");
    let mut connection = connected(&options).await;
    assert_eq!(asked(&mut connection, "SELECT count(*) FROM post").await, "0");
    assert_eq!(home.home.clusters()[0].pid, pid);
}

#[tokio::test]
async fn a_development_server_is_durable() {
    let home = Home::new();
    let mut connection = connected(&home.server("blog").await.connect_options()).await;
    let setting = "current_setting('fsync') || current_setting('full_page_writes')";
    assert_eq!(asked(&mut connection, setting).await, "onon");
}

#[tokio::test]
async fn a_stopped_development_server_keeps_its_data() {
    let home = Home::new();
    let mut connection = connected(&home.server("blog").await.connect_options()).await;
    run(&mut connection, "CREATE TABLE post (id int); INSERT INTO post VALUES (3)").await;
    assert_eq!(home.home.stop().expect("it stops").len(), 1);
    assert_eq!(home.home.clusters()[0].pid, None);
    assert_eq!(home.home.stop().expect("nothing runs"), []);
    let mut connection = connected(&home.server("blog").await.connect_options()).await;
    assert_eq!(asked(&mut connection, "SELECT id FROM post").await, "3");
}

#[tokio::test]
async fn two_commands_at_once_share_one_development_server() {
    let home = Home::new();
    let (one, two) = tokio::join!(home.server("blog"), home.server("blog"));
    assert_eq!(one.url(), two.url());
    assert_eq!(home.home.clusters().len(), 1);
}

#[tokio::test]
async fn each_project_has_a_database_of_its_own() {
    let home = Home::new();
    let (blog, shop) = (home.server("blog").await, home.server("shop").await);
    assert_ne!(blog.database(), shop.database());
    assert!(shop.database().starts_with("shop_"), "{}", shop.database());
}

#[tokio::test]
async fn a_reset_empties_one_project_only() {
    let home = Home::new();
    for project in ["blog", "shop"] {
        let mut connection = connected(&home.server(project).await.connect_options()).await;
        run(&mut connection, "CREATE TABLE item (id int)").await;
    }
    let project = home.folder.path().join("blog");
    DevelopmentServer::reset_in(&home.home, &project).await.expect("nobody else needs it");
    let mut tables = Vec::new();
    for project in ["blog", "shop"] {
        let mut connection = connected(&home.server(project).await.connect_options()).await;
        tables.push(
            asked(&mut connection, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
                .await,
        );
    }
    assert_eq!(tables, ["0", "1"]);
}

#[tokio::test]
async fn a_development_server_whose_process_was_killed_starts_again() {
    let home = Home::new();
    home.server("blog").await;
    let pid = home.home.clusters()[0].pid.expect("it runs").to_string();
    Command::new("kill").args(["-KILL", &pid]).status().expect("`kill` is everywhere");
    let deadline = Instant::now() + Duration::from_secs(10);
    while home.home.clusters()[0].pid.is_some() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut connection = connected(&home.server("blog").await.connect_options()).await;
    assert_eq!(asked(&mut connection, "1").await, "1");
}

#[tokio::test]
async fn a_deep_folder_gets_a_socket_elsewhere() {
    let mut home = Home::new();
    let deep = home.folder.path().join("deep".repeat(20));
    fs::create_dir(&deep).expect("it is ours");
    home.home = DevelopmentHome::at(&deep).expect("there is a user for the server");
    let first = home.server("blog").await.url();
    assert!(!first.contains("deepdeep"), "{first}");
    assert_eq!(home.server("blog").await.url(), first);
}

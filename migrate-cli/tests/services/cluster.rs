//! Many servers at once, one of which dies in the middle of a run.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use migrate_core::postgres::{Binaries, ThrowawayServer};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use crate::project::Project;

const TENANTS: usize = 50;

/// The tenant at which the server dies.
const LAST_BEGUN: &str = "t25";

/// The second revision waits for whoever holds the lock of its tenant's name.
const FILES: [(&str, &str); 2] = [
    ("migrations/V1__create_point.sql", "CREATE TABLE point (x int)"),
    (
        "migrations/V2__add_y.sql",
        "SELECT pg_advisory_xact_lock_shared(hashtext(current_schema()));\n\
         ALTER TABLE point ADD COLUMN y int",
    ),
];

#[tokio::test]
async fn the_other_servers_finish_where_one_dies_and_the_next_run_completes_it() {
    let binaries = Binaries::find(None).expect("the tests need PostgreSQL's programs");
    // What a dying server has confirmed has to be there when it comes back.
    let durable = [("synchronous_commit", "on")];
    let start = || ThrowawayServer::start_with(&binaries, &durable);
    let started = tokio::join!(start(), start(), start(), start());
    let servers = [started.0, started.1, started.2, started.3];
    let servers = servers.map(|server| server.expect("a server starts"));
    let project = Arc::new(Project::with(&FILES).await);
    project.write("migrate.toml", &configuration(&servers));
    let dying = &servers[1];
    let held = hold(dying, LAST_BEGUN).await;

    let runner = Arc::clone(&project);
    let running = tokio::task::spawn_blocking(move || runner.run_with(&["apply"], &[]));
    until_somebody_waits(dying).await;
    let folders = Folders::of(dying).await;
    folders.kill();
    let said = running.await.expect("the run ends by itself");
    drop(held);
    said.says(
        1,
        &[
            LAST_BEGUN,
            "applied 349 revisions on 175 targets; 0 had nothing to do, 1 failed, 25 were not begun",
        ],
    );

    let _revived = folders.revive(&binaries);
    until_it_answers(dying).await;
    project
        .run_with(&["apply"], &[])
        .says(0, &["applied 51 revisions on 26 targets; 174 had nothing to do"]);
    for server in &servers {
        let with_y = "SELECT count(*) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
             WHERE relname = 'point' AND attname = 'y'";
        assert_eq!(number(server, with_y).await, Some(50));
    }
}

fn configuration(servers: &[ThrowawayServer]) -> String {
    let urls: Vec<String> = servers.iter().map(ThrowawayServer::url).collect();
    let tenants: Vec<String> = (1..=TENANTS).map(|number| format!("t{number}")).collect();
    let tenants = vec![tenants; servers.len()];
    format!("[cluster]\nurls = {urls:?}\ntenants = {tenants:?}\n")
}

/// A session that keeps the second revision of a tenant waiting.
async fn hold(server: &ThrowawayServer, tenant: &str) -> sqlx::PgConnection {
    let mut session = server.connect_options().connect().await.expect("the server is there");
    let sql = format!("SELECT pg_advisory_lock(hashtext('{tenant}'))");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut session).await.expect("nobody else holds it");
    session
}

/// A number that a query gives; nothing while the server doesn't answer.
async fn number(server: &ThrowawayServer, sql: &'static str) -> Option<i64> {
    let mut session = server.connect_options().connect().await.ok()?;
    let row = sqlx::query(sql).fetch_one(&mut session).await.ok()?;
    session.close().await.ok()?;
    row.try_get(0).ok()
}

async fn until_somebody_waits(server: &ThrowawayServer) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    for _ in 0..3000 {
        if number(server, waiting).await.is_some_and(|count| count > 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no revision came to wait");
}

async fn until_it_answers(server: &ThrowawayServer) {
    for _ in 0..3000 {
        if number(server, "SELECT 1::int8").await.is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the server did not come back");
}

/// Where a server has its data and its socket.
struct Folders {
    data: String,
    socket: String,
}

impl Folders {
    async fn of(server: &ThrowawayServer) -> Self {
        let mut session = server.connect_options().connect().await.expect("the server is there");
        let sql = "SELECT current_setting('data_directory'),
                          current_setting('unix_socket_directories')";
        let row = sqlx::query(sql).fetch_one(&mut session).await.expect("they are known");
        Self { data: row.get(0), socket: row.get(1) }
    }

    /// An immediate shutdown, which ends every session in the middle of its work.
    fn kill(&self) {
        let file = Path::new(&self.data).join("postmaster.pid");
        let pid = fs::read_to_string(&file).expect("the server runs");
        let pid = pid.lines().next().expect("its process comes first");
        let killed = Command::new("kill").args(["-QUIT", pid]).status().expect("kill runs");
        assert!(killed.success(), "the server is gone already");
        while file.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts a server on the same data, which recovers first.
    fn revive(&self, binaries: &Binaries) -> Revived {
        let owner = fs::metadata(&self.data).expect("the data is there");
        let mut command = Command::new(binaries.folder.join("postgres"));
        command.args(["-D", &self.data, "-k", &self.socket]).current_dir("/");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let own = fs::metadata("/proc/self").map_or(owner.uid(), |own| own.uid());
        if own != owner.uid() {
            command.uid(owner.uid()).gid(owner.gid());
        }
        Revived(command.spawn().expect("the server starts"))
    }
}

/// A server that goes before the folder that it stands in.
struct Revived(Child);

impl Drop for Revived {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        let _ = self.0.wait();
    }
}

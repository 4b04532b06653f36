//! A server that lives as long as its value: for scratch databases and tests.

use std::convert::Infallible;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use rustix::process::Signal;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::oneshot;

use super::binaries::Binaries;
use super::cluster::{Cluster, configure};
use super::database_url::database_url;
use super::launch_error::LaunchError;
use super::process::{end_with_thread, send};
use super::server_user::ServerUser;
use super::template::{copy_data_folder, template};
use super::throwaway_folder::ThrowawayFolder;

/// What a server needs that nobody misses after a crash: nothing waits for a disk.
const SETTINGS: [(&str, &str); 14] = [
    ("listen_addresses", ""),
    ("port", "5432"),
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    ("autovacuum", "off"),
    ("shared_buffers", "32MB"),
    ("max_connections", "100"),
    ("max_wal_size", "128MB"),
    ("min_wal_size", "2MB"),
    ("checkpoint_timeout", "1h"),
    ("jit", "off"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
];

/// The least WAL there is; a caller who asks for another level gets senders too.
const MINIMAL_WAL: [(&str, &str); 2] = [("wal_level", "minimal"), ("max_wal_senders", "0")];

/// A PostgreSQL server that is stopped and removed when its value is dropped.
///
/// It listens on a socket in a private folder only. When this process dies, the server stops too
/// (on Linux at once), and the next throw-away server removes its folder.
#[derive(Debug)]
pub struct ThrowawayServer {
    major: u16,
    cluster: Cluster,
    keeper: Keeper,
}

impl ThrowawayServer {
    /// Starts a server on a fresh data folder.
    pub async fn start(binaries: &Binaries) -> Result<Self, LaunchError> {
        Self::start_with(binaries, &[]).await
    }

    /// Starts a server with settings of its own, as `("log_statement", "all")`.
    pub async fn start_with(
        binaries: &Binaries,
        settings: &[(&str, &str)],
    ) -> Result<Self, LaunchError> {
        let order = Order { binaries: binaries.clone(), settings: chosen_settings(settings) };
        let (keeper, started) = Keeper::hire(order)?;
        let cluster = started.await.map_err(|_| LaunchError::ThreadLost)??;
        Ok(Self { major: binaries.major, cluster, keeper })
    }

    /// The major version of PostgreSQL, as 17.
    pub fn major(&self) -> u16 {
        self.major
    }

    /// How to connect as superuser to the database `postgres`.
    pub fn connect_options(&self) -> PgConnectOptions {
        self.cluster.connect_options("postgres")
    }

    /// The same as a URL, for `psql` and other programs.
    pub fn url(&self) -> String {
        database_url(&self.connect_options())
    }

    /// The file that the server logs to.
    pub fn log_path(&self) -> &Path {
        &self.cluster.log
    }

    /// Stops the server and removes its folder, as dropping it does, without holding up the
    /// other tasks of the runtime.
    pub async fn stop(mut self) {
        if let Some(thread) = self.keeper.dismiss() {
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }
}

fn chosen_settings(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    let is_wal_chosen = settings.iter().any(|(name, _)| *name == "wal_level");
    let wal: &[_] = if is_wal_chosen { &[] } else { &MINIMAL_WAL };
    let all = SETTINGS.iter().chain(wal).chain(settings);
    all.map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What server to start.
struct Order {
    binaries: Binaries,
    settings: Vec<(String, String)>,
}

/// The thread that starts a server, holds it while the value lives, and stops it.
///
/// The server is bound to the thread that spawned it. A worker thread of an async runtime may end
/// long before the server should, so each server has a thread of its own; and as the same thread
/// waits for the child, its process id can't pass to another process before it is signalled.
#[derive(Debug)]
struct Keeper {
    /// Closed to stop the server.
    order_to_stay: Option<mpsc::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

type Started = oneshot::Receiver<Result<Cluster, LaunchError>>;

impl Keeper {
    fn hire(order: Order) -> Result<(Self, Started), LaunchError> {
        let (report, started) = oneshot::channel();
        let (order_to_stay, stay) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("postgres-keeper".to_owned())
            .spawn(move || keep(&order, report, &stay))
            .map_err(LaunchError::file("start a thread for", "postgres".as_ref()))?;
        Ok((Self { order_to_stay: Some(order_to_stay), thread: Some(thread) }, started))
    }

    /// Tells the thread to stop the server; the caller waits for it.
    fn dismiss(&mut self) -> Option<JoinHandle<()>> {
        self.order_to_stay = None;
        self.thread.take()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(thread) = self.dismiss() {
            // A panic there has been reported already, and there is nothing left to stop.
            let _ = thread.join();
        }
    }
}

fn keep(
    order: &Order,
    report: oneshot::Sender<Result<Cluster, LaunchError>>,
    stay: &mpsc::Receiver<Infallible>,
) {
    match Running::start(order) {
        Ok(running) => {
            // Nobody waits any more when the start was cancelled; then `stay` is closed as well.
            let _ = report.send(Ok(running.folder.cluster.clone()));
            let _ = stay.recv();
        }
        Err(error) => {
            let _ = report.send(Err(error));
        }
    }
}

/// A server process and its folder, in the order in which they must go.
struct Running {
    _server: Server,
    folder: ThrowawayFolder,
}

impl Running {
    fn start(order: &Order) -> Result<Self, LaunchError> {
        let user = ServerUser::needed()?;
        let user = user.as_ref();
        let template = template(&order.binaries, user)?;
        let folder = ThrowawayFolder::make(user)?;
        let cluster = &folder.cluster;
        copy_data_folder(&template, &cluster.data, user)?;
        let settings = order.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        configure(&cluster.data, &settings.collect::<Vec<_>>())?;
        let mut server = Server(cluster.spawn(&order.binaries, user, end_with_thread)?);
        cluster.wait_until_ready(&mut server.0)?;
        Ok(Self { _server: server, folder })
    }
}

/// A server process, which is stopped at once and waited for in the end.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(pid) = i32::try_from(self.0.id()) {
            send(Signal::QUIT, pid);
        }
        let _ = self.0.wait();
    }
}

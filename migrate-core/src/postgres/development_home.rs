//! The folder of a user's development servers: one data folder for each major version.

use std::cmp::Reverse;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::binaries::Binaries;
use super::cluster::{Cluster, configure, is_short_enough, make_data_folder, refuse_unreachable};
use super::folders::{built_once, data_folder, locked, private_folder};
use super::launch_error::LaunchError;
use super::postmaster::Postmaster;
use super::process::{detach, send};
use super::server_user::ServerUser;

const PREFIX: &str = "postgres-";

/// How long a server may take to stop: it writes everything to disk.
const PATIENCE: Duration = Duration::from_mins(1);

/// Settings of a durable server that only its owner reaches.
const SETTINGS: [(&str, &str); 2] = [("listen_addresses", ""), ("port", "5432")];

/// Where a user's development servers keep their data.
#[derive(Debug, Clone)]
pub struct DevelopmentHome {
    folder: PathBuf,
    user: Option<ServerUser>,
}

/// One development server of a user, running or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevelopmentCluster {
    /// The major version of PostgreSQL, as 17.
    pub major: u16,
    /// The folder that holds the data and the log.
    pub folder: PathBuf,
    /// The process of the server while it runs.
    pub pid: Option<i32>,
}

impl DevelopmentHome {
    /// The folder in the user's data folder, shared by all projects.
    pub fn of_user() -> Result<Self, LaunchError> {
        let user = ServerUser::needed()?;
        let folder = data_folder(user.as_ref())?;
        Ok(Self { folder, user })
    }

    /// A folder of the caller's choice, which must exist; for root, the user `postgres` must be
    /// able to enter it.
    pub fn at(folder: &Path) -> Result<Self, LaunchError> {
        Ok(Self { folder: folder.to_path_buf(), user: ServerUser::needed()? })
    }

    /// The development servers that have data here, newest version first.
    pub fn clusters(&self) -> Vec<DevelopmentCluster> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let majors = entries.filter_map(|entry| {
            entry.file_name().to_str()?.strip_prefix(PREFIX)?.parse::<u16>().ok()
        });
        let mut clusters: Vec<_> = majors
            .filter(|major| self.data(*major).exists())
            .map(|major| DevelopmentCluster {
                major,
                folder: self.cluster_folder(major),
                pid: Postmaster::running(&self.data(major)).map(|postmaster| postmaster.pid),
            })
            .collect();
        clusters.sort_by_key(|cluster| Reverse(cluster.major));
        clusters
    }

    /// Stops the servers that run and says which; it waits for commands that start one.
    pub fn stop(&self) -> Result<Vec<DevelopmentCluster>, LaunchError> {
        self.alone(|| {
            let running: Vec<_> =
                self.clusters().into_iter().filter(|cluster| cluster.pid.is_some()).collect();
            for cluster in &running {
                stop_server(&self.data(cluster.major))?;
            }
            Ok(running)
        })
    }

    /// The server that runs, else a started one; of two processes at once one starts it.
    pub(super) fn find_or_start(&self) -> Result<(u16, Cluster), LaunchError> {
        self.alone(|| {
            let running = self.clusters().into_iter().find(|cluster| cluster.pid.is_some());
            if let Some(cluster) = running.and_then(|running| self.running(running.major)) {
                return Ok(cluster);
            }
            self.start(&self.chosen_binaries()?)
        })
    }

    /// The data that is there decides about the version, so that a newly installed PostgreSQL
    /// doesn't hide it behind an empty server.
    fn chosen_binaries(&self) -> Result<Binaries, LaunchError> {
        let of_data = self.clusters().into_iter();
        let mut of_data = of_data.filter_map(|cluster| Binaries::find(Some(cluster.major)).ok());
        of_data.next().map_or_else(|| Binaries::find(None), Ok)
    }

    fn running(&self, major: u16) -> Option<(u16, Cluster)> {
        let postmaster = Postmaster::running(&self.data(major))?;
        Some((major, self.cluster(major, postmaster.socket_folder)))
    }

    fn start(&self, binaries: &Binaries) -> Result<(u16, Cluster), LaunchError> {
        let (major, user) = (binaries.major, self.user.as_ref());
        refuse_unreachable(&self.folder, user)?;
        private_folder(&self.cluster_folder(major), user)?;
        built_once(&self.data(major), |unfinished| {
            make_data_folder(binaries, user, unfinished, &[])?;
            configure(unfinished, &SETTINGS)
        })?;
        let cluster = self.cluster(major, self.socket_folder(major)?);
        let mut child = cluster.spawn(binaries, user, detach)?;
        let outcome = cluster.wait_until_ready(&mut child);
        // The server outlives us. If it ends before, somebody must take note of that, else its
        // process stays as a zombie.
        thread::spawn(move || child.wait());
        outcome.map(|()| (major, cluster))
    }

    /// The socket lies beside the data unless that is too deep; a running server's is read from
    /// its `postmaster.pid`, so a random name is found again.
    fn socket_folder(&self, major: u16) -> Result<PathBuf, LaunchError> {
        let beside = self.cluster_folder(major);
        if is_short_enough(&beside) {
            return Ok(beside);
        }
        let parent = Path::new("/tmp");
        let mut folder = tempfile::Builder::new();
        folder.prefix("migrate-dev-").permissions(Permissions::from_mode(0o700));
        let folder = folder.tempdir_in(parent);
        let folder = folder.map_err(LaunchError::file("make a folder in", parent))?.keep();
        private_folder(&folder, self.user.as_ref())?;
        Ok(folder)
    }

    fn alone<T>(&self, work: impl FnOnce() -> Result<T, LaunchError>) -> Result<T, LaunchError> {
        locked(&self.folder.join("development.lock"), work)
    }

    fn cluster(&self, major: u16, socket_folder: PathBuf) -> Cluster {
        let log = self.cluster_folder(major).join("server.log");
        Cluster { data: self.data(major), log, socket_folder }
    }

    fn cluster_folder(&self, major: u16) -> PathBuf {
        self.folder.join(format!("{PREFIX}{major}"))
    }

    fn data(&self, major: u16) -> PathBuf {
        self.cluster_folder(major).join("data")
    }
}

/// Ends the connections, and waits until the server has removed its `postmaster.pid`: as a
/// process it may stay for a moment longer.
fn stop_server(data: &Path) -> Result<(), LaunchError> {
    let Some(postmaster) = Postmaster::running(data) else {
        return Ok(());
    };
    let pid = postmaster.pid;
    send(Signal::INT, pid);
    let deadline = Instant::now() + PATIENCE;
    while Postmaster::path(data).exists() {
        if Instant::now() > deadline {
            return Err(LaunchError::NotStopped { pid, seconds: PATIENCE.as_secs() });
        }
        thread::sleep(Duration::from_millis(5));
    }
    if !data.starts_with(&postmaster.socket_folder) {
        let _ = fs::remove_dir(&postmaster.socket_folder);
    }
    Ok(())
}

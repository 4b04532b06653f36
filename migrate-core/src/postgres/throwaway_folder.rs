//! The folders of throw-away servers: where they lie, and how those of dead processes go away.

use std::env;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use tempfile::TempDir;

use super::cluster::{Cluster, is_short_enough};
use super::launch_error::LaunchError;
use super::postmaster::Postmaster;
use super::process::{is_alive, send};
use super::server_user::{ServerUser, can_enter, give_to};

const PREFIX: &str = "migrate-pg-";

/// The room that a server with some scratch databases needs in memory.
const ROOM: u64 = 256 * 1024 * 1024;

/// The folder of one throw-away server. It is private, since the server trusts whoever reaches
/// its socket, and it is removed at the end.
#[derive(Debug)]
pub(super) struct ThrowawayFolder {
    pub(super) cluster: Cluster,
    /// Kept open and locked: tells a sweep, also one in another container, that we live.
    _lock: File,
    _folder: TempDir,
}

impl ThrowawayFolder {
    /// Makes a folder in memory where there is room, else in the temp dir.
    pub(super) fn make(user: Option<&ServerUser>) -> Result<Self, LaunchError> {
        let parent = parent_folders().into_iter().find(|parent| can_enter(user, parent));
        let parent = parent.unwrap_or_else(|| PathBuf::from("/tmp"));
        sweep(&parent);
        let folder = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{}-", std::process::id()))
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .map_err(LaunchError::file("make a folder in", &parent))?;
        let lock = locked_file(folder.path())?;
        give_to(user, folder.path())?;
        let cluster = Cluster {
            data: folder.path().join("data"),
            log: folder.path().join("server.log"),
            socket_folder: folder.path().to_path_buf(),
        };
        Ok(Self { cluster, _lock: lock, _folder: folder })
    }
}

fn locked_file(folder: &Path) -> Result<File, LaunchError> {
    let path = folder.join("lock");
    let file = File::create(&path).map_err(LaunchError::file("make the lock file", &path))?;
    file.lock().map_err(LaunchError::file("lock", &path))?;
    Ok(file)
}

/// The folders that may hold servers, the fastest first. A socket's path has a limit, so a deep
/// temp dir gives way to the system's.
fn parent_folders() -> Vec<PathBuf> {
    let memory = PathBuf::from("/dev/shm");
    let temp = env::temp_dir();
    let is_deep = !is_short_enough(&temp.join(format!("{PREFIX}4294967295-abcdef")));
    let mut folders = Vec::new();
    if free_bytes(&memory).is_some_and(|free| free >= ROOM) {
        folders.push(memory);
    }
    folders.push(if is_deep { PathBuf::from("/tmp") } else { temp });
    folders
}

/// The free space of a file system that we can write to.
fn free_bytes(folder: &Path) -> Option<u64> {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).ok()?;
    let file_system = rustix::fs::statvfs(folder).ok()?;
    file_system.f_bavail.checked_mul(file_system.f_frsize)
}

/// Stops the servers and removes the folders of processes that ended without doing so. What
/// can't be removed belongs to another user, who sweeps it.
fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for folder in entries.map(|entry| entry.path()).filter(|folder| is_orphan(folder)) {
        if let Some(postmaster) = Postmaster::running(&folder.join("data")) {
            send(Signal::QUIT, postmaster.pid);
        }
        match fs::remove_dir_all(&folder) {
            Ok(()) => tracing::debug!(folder = %folder.display(), "removed an orphaned server"),
            Err(error) => tracing::debug!(folder = %folder.display(), %error, "left an orphan"),
        }
    }
}

fn is_orphan(folder: &Path) -> bool {
    let owner = folder.file_name().and_then(|name| owner_of(name.to_str()?));
    owner.is_some_and(|pid| !is_alive(pid)) && !is_locked(folder)
}

/// The process id in a folder's name.
fn owner_of(name: &str) -> Option<i32> {
    let (pid, _) = name.strip_prefix(PREFIX)?.split_once('-')?;
    pid.parse().ok()
}

/// A process of another container has an id that means nothing here, but its lock holds.
fn is_locked(folder: &Path) -> bool {
    File::open(folder.join("lock")).is_ok_and(|file| file.try_lock().is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_folder_tells_its_process() {
        assert_eq!(owner_of("migrate-pg-4242-aB3dEf"), Some(4242));
        assert_eq!(owner_of("migrate-pg-4242"), None);
        assert_eq!(owner_of("pgsql-4242-x"), None);
    }

    #[test]
    fn a_sweep_takes_the_folders_of_dead_processes_only() {
        let parent = tempfile::tempdir().expect("the temp dir is writable");
        let alive = parent.path().join(format!("{PREFIX}{}-a", std::process::id()));
        let dead = parent.path().join(format!("{PREFIX}{}-a", i32::MAX));
        let locked = parent.path().join(format!("{PREFIX}{}-b", i32::MAX));
        let other = parent.path().join("something-else");
        for folder in [&alive, &dead, &locked, &other] {
            fs::create_dir(folder).expect("the temp dir is writable");
        }
        let _lock = locked_file(&locked).expect("nobody else holds it");
        sweep(parent.path());
        let is_left = [&alive, &dead, &locked, &other].map(|folder| folder.exists());
        assert_eq!(is_left, [true, false, true, true]);
    }
}

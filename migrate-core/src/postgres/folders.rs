//! Folders that last: the user's cache and data folders, and what is built in them just once.

use std::env;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::launch_error::LaunchError;
use super::server_user::{ServerUser, can_enter, give_to};

/// Our folder for what can be made again: templates of data folders.
pub(super) fn cache_folder(user: Option<&ServerUser>) -> Result<PathBuf, LaunchError> {
    let in_home = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    first_usable("XDG_CACHE_HOME", in_home, "/var/cache", user)
}

/// Our folder for what must be kept: the development server's data.
pub(super) fn data_folder(user: Option<&ServerUser>) -> Result<PathBuf, LaunchError> {
    let in_home =
        if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
    first_usable("XDG_DATA_HOME", in_home, "/var/lib", user)
}

/// The first folder that is ours alone and that the server's user can enter. Root's home mostly
/// can't be, hence the system's folder; a user without a home gets one in the temp dir.
fn first_usable(
    variable: &'static str,
    in_home: &str,
    of_system: &str,
    user: Option<&ServerUser>,
) -> Result<PathBuf, LaunchError> {
    let named = env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let at_home = env::home_dir().map(|home| home.join(in_home));
    let system = rustix::process::geteuid().is_root().then(|| PathBuf::from(of_system));
    let mut tried: Vec<PathBuf> = [named.or(at_home), system].into_iter().flatten().collect();
    for folder in &mut tried {
        folder.push("migrate");
    }
    let of_temp = format!("migrate-{}", rustix::process::geteuid().as_raw());
    tried.push(env::temp_dir().join(of_temp).join(of_system.rsplit('/').next().unwrap_or("data")));
    let usable = tried.iter().find(|folder| is_usable(folder, user)).cloned();
    usable.ok_or(LaunchError::FolderMissing { tried, variable })
}

fn is_usable(folder: &Path, user: Option<&ServerUser>) -> bool {
    can_enter(user, folder) && made_ours(folder).is_ok() && can_enter(user, folder)
}

/// Makes the folder and its parents, and refuses one that somebody else could write to: in a
/// shared temp dir its name can be guessed, and servers trust what lies in it.
///
/// Nothing is made below a folder of somebody else, as another user's home that `sudo` kept.
fn made_ours(folder: &Path) -> io::Result<()> {
    let existing = folder.ancestors().find(|ancestor| ancestor.exists());
    existing.map_or(Ok(()), refuse_foreign)?;
    DirBuilder::new().recursive(true).mode(0o755).create(folder)?;
    folder.ancestors().take(2).try_for_each(refuse_foreign)
}

/// Refuses a folder if others than this user and root can change what lies in it, or where a link
/// to it leads.
fn refuse_foreign(folder: &Path) -> io::Result<()> {
    let (link, target) = (folder.symlink_metadata()?, folder.metadata()?);
    let us = rustix::process::geteuid().as_raw();
    let is_owned = [&link, &target].iter().all(|metadata| [0, us].contains(&metadata.uid()));
    let is_shared = target.mode() & 0o002 != 0 && target.mode() & 0o1000 == 0;
    if is_owned && !is_shared { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Makes a private folder that belongs to the server's user; one that exists is taken.
pub(super) fn private_folder(path: &Path, user: Option<&ServerUser>) -> Result<(), LaunchError> {
    fs::create_dir_all(path).map_err(LaunchError::file("make the folder", path))?;
    fs::set_permissions(path, Permissions::from_mode(0o700))
        .map_err(LaunchError::file("set the permissions of", path))?;
    give_to(user, path)
}

/// Runs `work` while no other process holds the same lock file; the system frees it with us.
pub(super) fn locked<T>(
    path: &Path,
    work: impl FnOnce() -> Result<T, LaunchError>,
) -> Result<T, LaunchError> {
    let file = File::create(path).map_err(LaunchError::file("make the lock file", path))?;
    file.lock().map_err(LaunchError::file("lock", path))?;
    work()
}

/// Makes sure that the folder `target` exists, whole. It is built beside its place and renamed,
/// under a lock: of two processes one builds and the other waits, and what a crash left of an
/// earlier try is thrown away.
pub(super) fn built_once(
    target: &Path,
    build: impl FnOnce(&Path) -> Result<(), LaunchError>,
) -> Result<(), LaunchError> {
    if target.exists() {
        return Ok(());
    }
    locked(&target.with_added_extension("lock"), || {
        if target.exists() {
            return Ok(());
        }
        let unfinished = target.with_added_extension("unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(LaunchError::file("remove", &unfinished))?;
        }
        build(&unfinished)?;
        fs::rename(&unfinished, target).map_err(LaunchError::file("move into place", &unfinished))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crash_left_behind_is_built_anew() {
        let folder = tempfile::tempdir().expect("the temp dir is writable");
        let target = folder.path().join("template");
        fs::create_dir_all(folder.path().join("template.unfinished/rest")).expect("it is ours");
        let build =
            |path: &Path| fs::create_dir(path).map_err(LaunchError::file("make the folder", path));
        built_once(&target, build).expect("nothing stands in the way");
        assert_eq!(fs::read_dir(&target).expect("it was built").count(), 0);
    }

    #[test]
    fn a_folder_that_others_can_write_to_is_not_ours() {
        let folder = tempfile::tempdir().expect("the temp dir is writable");
        let shared = folder.path().join("shared");
        fs::create_dir(&shared).expect("it is ours");
        fs::set_permissions(&shared, Permissions::from_mode(0o777)).expect("it is ours");
        assert!(made_ours(&shared).is_err());
        assert!(made_ours(&folder.path().join("fresh")).is_ok());
    }
}

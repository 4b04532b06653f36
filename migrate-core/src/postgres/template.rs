//! A data folder as `initdb` makes it, kept and copied, because making one takes a second.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::binaries::Binaries;
use super::cluster::make_data_folder;
use super::folders::{built_once, cache_folder};
use super::launch_error::LaunchError;
use super::server_user::{ServerUser, give_to};
use super::short_hash::short_hash;

/// The path of the kept data folder for these programs, which is made when it is missing.
///
/// The small WAL segments and the missing `fsync` are for throw-away servers only.
pub(super) fn template(
    binaries: &Binaries,
    user: Option<&ServerUser>,
) -> Result<PathBuf, LaunchError> {
    let path = cache_folder(user)?.join(template_name(binaries)?);
    built_once(&path, |unfinished| {
        make_data_folder(binaries, user, unfinished, &["--no-sync", "--wal-segsize=1"])
    })?;
    Ok(path)
}

/// Copies a data folder; the copy belongs to the server's user.
pub(super) fn copy_data_folder(
    source: &Path,
    copy: &Path,
    user: Option<&ServerUser>,
) -> Result<(), LaunchError> {
    fs::create_dir(copy).map_err(LaunchError::file("make the folder", copy))?;
    let entries = fs::read_dir(source).map_err(LaunchError::file("read", source))?;
    for entry in entries {
        let entry = entry.map_err(LaunchError::file("read", source))?;
        let (path, target) = (entry.path(), copy.join(entry.file_name()));
        if entry.file_type().map_err(LaunchError::file("read", &path))?.is_dir() {
            copy_data_folder(&path, &target, user)?;
        } else {
            fs::copy(&path, &target).map_err(LaunchError::file("copy", &path))?;
            give_to(user, &target)?;
        }
    }
    let permissions =
        fs::metadata(source).map_err(LaunchError::file("read", source))?.permissions();
    fs::set_permissions(copy, permissions)
        .map_err(LaunchError::file("set the permissions of", copy))?;
    give_to(user, copy)
}

/// Names the exact programs: a data folder of one build need not suit another one of the same
/// version, and asking for the version costs as much as this whole file.
fn template_name(binaries: &Binaries) -> Result<String, LaunchError> {
    let program = binaries.program("postgres");
    let program = program.canonicalize().map_err(LaunchError::file("find", &program))?;
    let metadata = program.metadata().map_err(LaunchError::file("read", &program))?;
    let build = short_hash(&identity(&program, &metadata));
    Ok(format!("initdb-{}-{build}", binaries.major))
}

fn identity(program: &Path, metadata: &Metadata) -> String {
    let (seconds, nanoseconds) = (metadata.mtime(), metadata.mtime_nsec());
    format!("{}\n{}\n{seconds}.{nanoseconds}", program.display(), metadata.len())
}

//! Where the PostgreSQL server programs of this machine are.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::install::install_command;
use super::launch_error::LaunchError;

/// A folder with the programs `initdb` and `postgres`, and their major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder that both programs are in.
    pub folder: PathBuf,
    /// The major version of PostgreSQL, as 17.
    pub major: u16,
}

/// Folders that packages make for each major version: what stands before and after it.
const INSTALLED: [(&str, &str, &str); 9] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/Library/PostgreSQL", "", "bin"),
    ("/usr/local", "pgsql", "bin"),
];

impl Binaries {
    /// Finds the server programs of this machine, of one major version if given.
    ///
    /// The first of these wins: the folders of `PG_BIN_DIR`, those of `PATH`, the one that
    /// `pg_config` names, and the places where packages put them, newest version first.
    pub fn find(major: Option<u16>) -> Result<Self, LaunchError> {
        let named = folders_of("PG_BIN_DIR").map(|folder| Self::at(&folder));
        let named = named.collect::<Result<Vec<_>, _>>()?;
        let elsewhere = folders_of("PATH")
            .filter_map(|folder| behind_links(&folder))
            .chain(configured_folder())
            .chain(installed_folders(&INSTALLED))
            .filter_map(|folder| Self::at(&folder).ok());
        first_of(named.into_iter().chain(elsewhere), major)
    }

    /// The server programs of one folder.
    pub fn at(folder: &Path) -> Result<Self, LaunchError> {
        let is_complete = ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file());
        let major = is_complete
            .then(|| major_of_path(folder).or_else(|| asked_major(&folder.join("postgres"))));
        major
            .flatten()
            .map(|major| Self { folder: folder.to_path_buf(), major })
            .ok_or_else(|| LaunchError::BinariesIncomplete { folder: folder.to_path_buf() })
    }

    /// The path of one of the programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Takes the first of the wanted major version, and looks no further than needed.
fn first_of(
    candidates: impl Iterator<Item = Binaries>,
    major: Option<u16>,
) -> Result<Binaries, LaunchError> {
    let mut found = Vec::new();
    for binaries in candidates {
        if major.is_none_or(|major| major == binaries.major) {
            return Ok(binaries);
        }
        found.push(binaries.major);
    }
    found.sort_unstable_by_key(|major| Reverse(*major));
    found.dedup();
    let install = install_command(major);
    match major {
        Some(wanted) if !found.is_empty() => {
            Err(LaunchError::MajorMissing { wanted, found, install })
        }
        _ => Err(LaunchError::BinariesMissing { install }),
    }
}

fn folders_of(variable: &str) -> impl Iterator<Item = PathBuf> {
    let folders = env::var_os(variable).unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&folders).collect();
    folders.into_iter().filter(|folder| !folder.as_os_str().is_empty())
}

/// The folder that really holds `postgres`: a link to it in `PATH` often comes without `initdb`.
fn behind_links(folder: &Path) -> Option<PathBuf> {
    let program = folder.join("postgres").canonicalize().ok()?;
    program.parent().map(Path::to_path_buf)
}

/// The folder that `pg_config` names; an iterator, so that it runs only when it is needed.
fn configured_folder() -> impl Iterator<Item = PathBuf> {
    std::iter::once_with(|| {
        let output = Command::new("pg_config").arg("--bindir").output().ok()?;
        Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
    })
    .flatten()
}

/// The folders of installed packages that exist, newest version first.
fn installed_folders(
    places: &'static [(&str, &str, &str)],
) -> impl Iterator<Item = PathBuf> + use<> {
    std::iter::once_with(|| {
        let mut folders: Vec<(u16, PathBuf)> = places.iter().flat_map(versions_in).collect();
        folders.sort_by_key(|(major, _)| Reverse(*major));
        folders.into_iter().map(|(_, folder)| folder)
    })
    .flatten()
}

fn versions_in(&(parent, prefix, suffix): &(&str, &str, &str)) -> Vec<(u16, PathBuf)> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let major = leading_number(name.strip_prefix(prefix)?)?;
            Some((major, entry.path().join(suffix)))
        })
        .collect()
}

/// The major version as Debian's folders have it in their path, which saves running a program.
fn major_of_path(folder: &Path) -> Option<u16> {
    let version = folder.strip_prefix("/usr/lib/postgresql").ok()?.iter().next()?;
    version.to_str()?.parse().ok()
}

fn asked_major(postgres: &Path) -> Option<u16> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    major_of_version(&String::from_utf8(output.stdout).ok()?)
}

/// Reads `postgres (PostgreSQL) 17.2 (Debian …)`, `… 18beta1` and `… 19devel`.
fn major_of_version(answer: &str) -> Option<u16> {
    leading_number(answer.split_once("(PostgreSQL)")?.1.trim_start())
}

fn leading_number(text: &str) -> Option<u16> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binaries(major: u16) -> Binaries {
        Binaries { folder: PathBuf::from(format!("/somewhere/{major}")), major }
    }

    #[test]
    fn the_major_version_is_read_from_what_postgres_answers() {
        let release = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(major_of_version(release), Some(15));
        assert_eq!(major_of_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_of_version("no such program"), None);
    }

    #[test]
    fn debian_has_the_major_version_in_the_path() {
        assert_eq!(major_of_path(Path::new("/usr/lib/postgresql/17/bin")), Some(17));
        assert_eq!(major_of_path(Path::new("/opt/pg/17/bin")), None);
    }

    #[test]
    fn without_a_wanted_version_the_first_is_taken() {
        let found = first_of([binaries(16), binaries(18)].into_iter(), None);
        assert_eq!(found.ok(), Some(binaries(16)));
    }

    #[test]
    fn the_first_of_the_wanted_version_is_taken() {
        let found = first_of([binaries(16), binaries(18)].into_iter(), Some(18));
        assert_eq!(found.ok(), Some(binaries(18)));
    }

    #[test]
    fn a_missing_version_is_told_with_what_is_there() {
        let found = first_of([binaries(14), binaries(16), binaries(14)].into_iter(), Some(17));
        let message = found.expect_err("17 is missing").to_string();
        assert!(message.contains("no PostgreSQL 17 server programs"), "{message}");
        assert!(message.contains("only 16, 14; install"), "{message}");
    }

    #[test]
    fn without_any_programs_the_other_way_is_named() {
        let message = first_of(std::iter::empty(), None).expect_err("nothing is there").to_string();
        assert!(message.contains("DATABASE_URL"), "{message}");
    }

    #[test]
    fn a_folder_without_the_programs_is_refused_with_its_name() {
        let folder = tempfile::tempdir().expect("the temp dir is writable");
        let message = Binaries::at(folder.path()).expect_err("it is empty").to_string();
        assert!(message.contains(&folder.path().display().to_string()), "{message}");
    }
}

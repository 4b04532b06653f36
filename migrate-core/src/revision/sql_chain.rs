//! SQL files as a chain, ordered by their numbers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::sql_name::SqlName;
use super::sql_options::SqlOptions;
use super::sql_script::SqlScript;
use super::{Chain, Direction, Header, Revision, SqlFileError};

/// A SQL file by its path in the folder, and its text.
pub type SqlFile = (&'static str, &'static str);

/// What some editors begin a file with, and PostgreSQL doesn't know.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The files of one revision.
#[derive(Default)]
struct Pair {
    up: Option<SqlFile>,
    down: Option<SqlFile>,
}

impl Chain {
    /// The revisions of SQL files, such as those of [`sql_files!`](crate::sql_files). A chain lives
    /// as long as the program, as one of Rust files does.
    ///
    /// ```
    /// use migrate_core::revision::Chain;
    /// let files = [
    ///     ("V0001__create_point.up.sql", "CREATE TABLE point (x int)"),
    ///     ("V0001__create_point.down.sql", "DROP TABLE point"),
    ///     ("V0002__add_y.sql", "ALTER TABLE point ADD COLUMN y int"),
    /// ];
    /// let chain = Chain::of_sql_files(&files)?;
    /// assert_eq!(chain.ordered()?[1].id(), "V0002__add_y");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_sql_files(files: &[SqlFile]) -> Result<&'static Self, SqlFileError> {
        let mut pairs: BTreeMap<u64, (&'static str, Pair)> = BTreeMap::new();
        for (file, text) in files {
            let text = text.trim_start_matches(BYTE_ORDER_MARK);
            let name = SqlName::parse(file)?;
            let (id, pair) = pairs.entry(name.number).or_insert((name.id, Pair::default()));
            let slot = if name.is_down { &mut pair.down } else { &mut pair.up };
            let other = slot.replace((file, text)).map(|(other, _)| other);
            let other = other.or((*id != name.id).then_some(*id));
            if let Some(other) = other {
                return Err(SqlFileError::Duplicate {
                    first: other.to_owned(),
                    second: (*file).to_owned(),
                    number: name.number,
                });
            }
        }
        let mut revisions = Vec::with_capacity(pairs.len());
        let mut parent = None;
        for (id, pair) in pairs.into_values() {
            revisions.push(revision(id, parent, pair)?);
            parent = Some(id);
        }
        let revisions = Vec::leak(revisions);
        Ok(Box::leak(Box::new(Self { root: "", module: "", packages: &[], revisions })))
    }

    /// The revisions of a folder of SQL files and the folders in it.
    pub fn read_sql_folder(folder: &Path) -> Result<&'static Self, SqlFileError> {
        Self::read_sql_folder_beside(folder, None)
    }

    /// The same without another chain's folder, which may be one of those in it.
    pub fn read_sql_folder_beside(
        folder: &Path,
        other: Option<&Path>,
    ) -> Result<&'static Self, SqlFileError> {
        let other = other.and_then(|other| other.canonicalize().ok());
        let mut files = Vec::new();
        read(folder, folder, other.as_deref(), &mut files)?;
        Self::of_sql_files(&files)
    }
}

fn revision(
    id: &'static str,
    parent: Option<&'static str>,
    pair: Pair,
) -> Result<Revision, SqlFileError> {
    let Some((file, text)) = pair.up else {
        let file = pair.down.map_or(id, |(file, _)| file).to_owned();
        return Err(SqlFileError::DownAlone { file });
    };
    let options = SqlOptions::parse(file, text)?;
    let without_transaction =
        options.without_transaction || SqlName::parse(file)?.without_transaction;
    let up = SqlScript::parse(file, text, without_transaction)?;
    let down = match pair.down {
        None => Direction::Missing,
        Some((file, text)) => {
            let options = SqlOptions::parse(file, text)?;
            if options.is_of_the_whole_revision() {
                let problem = "only `transaction` is said here; the other options are those of the `.up.sql`, and hold for both".to_owned();
                return Err(SqlFileError::Option { file: file.to_owned(), line: 1, problem });
            }
            let without_transaction =
                options.without_transaction || SqlName::parse(file)?.without_transaction;
            let down = SqlScript::parse(file, text, without_transaction)?;
            // A file that nobody has written yet takes nothing back.
            if down.is_empty() && !up.is_empty() {
                Direction::Missing
            } else {
                Direction::Sql(down)
            }
        }
    };
    let requires = options.requires.map(|requires| &*requires.leak());
    let header = Header {
        parent,
        run_as: options.run_as,
        lock_timeout: options.lock_timeout,
        statement_timeout: options.statement_timeout,
        requires,
        ..Header::new(id)
    };
    Ok(Revision { header, file, source: text, up: Direction::Sql(up), down })
}

fn read(
    root: &Path,
    folder: &Path,
    other: Option<&Path>,
    files: &mut Vec<SqlFile>,
) -> Result<(), SqlFileError> {
    let fail = |path: &Path| {
        let path = path.display().to_string();
        move |source| SqlFileError::Read { path, source }
    };
    let entries = fs::read_dir(folder).map_err(fail(folder))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(fail(folder))?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            let is_other = other.is_some() && path.canonicalize().ok().as_deref() == other;
            if !is_other {
                read(root, &path, other, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            let text = read_text(&path).map_err(fail(&path))?;
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.push((name.leak(), text.leak()));
        }
    }
    Ok(())
}

/// The text of a file. What isn't UTF-8, or no text, is named by its line.
pub(super) fn read_text(path: &Path) -> std::io::Result<String> {
    let line = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').count();
    let text = String::from_utf8(fs::read(path)?).map_err(|error| {
        let line = line(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        std::io::Error::other(format!("line {line} is not UTF-8; save the file as that"))
    })?;
    match text.find('\0') {
        None => Ok(text),
        Some(nul) => {
            let line = line(&text.as_bytes()[..nul]);
            Err(std::io::Error::other(format!("line {line} has a NUL byte, which no text has")))
        }
    }
}

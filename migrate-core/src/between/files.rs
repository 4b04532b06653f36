//! SQL files, read whole before anything runs.

use std::fs;
use std::path::{Path, PathBuf};

use super::BetweenError;

/// The SQL of a file, or of the files in a folder and those within it, in the order of their paths.
#[derive(Debug, Clone)]
pub struct SqlFiles {
    /// Each file's path as it was named, and its text.
    pub(super) texts: Vec<(PathBuf, String)>,
}

impl SqlFiles {
    /// Reads a `.sql` file, or each of a folder.
    pub fn read(path: &Path) -> Result<Self, BetweenError> {
        let paths = if path.is_dir() { files_of(path)? } else { vec![path.to_path_buf()] };
        let read = |path: PathBuf| match fs::read_to_string(&path) {
            Ok(text) => Ok((path, text)),
            Err(source) => Err(BetweenError::File { path, source }),
        };
        Ok(Self { texts: paths.into_iter().map(read).collect::<Result<_, _>>()? })
    }
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, BetweenError> {
    let fail = |source| BetweenError::File { path: folder.to_path_buf(), source };
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
            {
                paths.push(path);
            }
        }
    }
    if paths.is_empty() {
        return Err(BetweenError::NoSqlFile { folder: folder.to_path_buf() });
    }
    paths.sort();
    Ok(paths)
}

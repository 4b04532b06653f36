//! The revisions of a program, from first to last.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use thiserror::Error;

use super::checksum::{remembered, sql_checksum};
use super::sql_name::number_of_id;
use super::{Direction, Header, checksum};

/// One revision as it is linked into the program.
pub struct Revision {
    /// Its header.
    pub header: Header,
    /// Its file's name in the folder.
    pub file: &'static str,
    /// Its file's text, for the checksum.
    pub source: &'static str,
    /// `up`.
    pub up: Direction,
    /// `down`.
    pub down: Direction,
}

impl Revision {
    /// The id.
    pub fn id(&self) -> &'static str {
        self.header.id
    }

    /// The hash of the file's tokens, without comments and layout.
    pub fn checksum(&self) -> &'static str {
        remembered(self.source, if self.is_sql() { sql_checksum } else { checksum })
    }

    /// The number of a SQL file.
    pub fn number(&self) -> Option<u64> {
        number_of_id(self.id())
    }

    /// Whether it is a SQL file.
    pub fn is_sql(&self) -> bool {
        matches!(self.up, Direction::Sql(_))
    }
}

/// What the tool-owned `mod.rs` declares: every revision of a folder.
pub struct Chain {
    /// The package's folder.
    pub root: &'static str,
    /// The module path of the folder, such as `app::migrations`.
    pub module: &'static str,
    /// The packages whose models the last generated revision saw.
    pub packages: &'static [&'static str],
    /// The revisions, in no particular order.
    pub revisions: &'static [Revision],
}

/// Revisions that make no chain.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ChainError {
    /// Two revisions have the same parent.
    #[error("`{first}` and `{second}` both come after {}; run `migrate merge` to put one after the other", parent_name(parent.as_ref()))]
    TwoHeads {
        /// The file of the one.
        first: String,
        /// The file of the other.
        second: String,
        /// The parent of both.
        parent: Option<String>,
    },
    /// A parent is not in the folder.
    #[error(
        "`{file}` comes after `{parent}`, which is not in the folder; restore that file, or name another in `.after(…)`"
    )]
    ParentMissing {
        /// The file.
        file: String,
        /// The parent that it names.
        parent: String,
    },
    /// Two files have the same id.
    #[error("`{first}` and `{second}` have the same id `{id}`; give one another")]
    Duplicate {
        /// The file of the one.
        first: String,
        /// The file of the other.
        second: String,
        /// The id.
        id: String,
    },
    /// Parents that come after their own children.
    #[error(
        "`{file}` comes after itself through its parents; correct the `.after(…)` of one of them"
    )]
    Circle {
        /// One file of the circle.
        file: String,
    },
}

fn parent_name(parent: Option<&String>) -> String {
    parent.map_or_else(|| "nothing, as a first revision".to_owned(), |parent| format!("`{parent}`"))
}

impl Chain {
    /// The revisions from first to last.
    pub fn ordered(&self) -> Result<Vec<&Revision>, ChainError> {
        let links = self.revisions.iter().map(|one| Link {
            id: one.header.id,
            parent: one.header.parent,
            file: one.file,
            item: one,
        });
        order(links.collect())
    }

    /// The folder with the revision files.
    pub fn folder(&self) -> PathBuf {
        let modules = self.module.split("::").skip(1);
        PathBuf::from(self.root).join("src").join(modules.collect::<PathBuf>())
    }
}

/// A member of a chain, of whatever kind.
pub(crate) struct Link<'a, T> {
    pub(crate) id: &'a str,
    pub(crate) parent: Option<&'a str>,
    pub(crate) file: &'a str,
    pub(crate) item: T,
}

/// Orders members by their parents.
pub(crate) fn order<T>(links: Vec<Link<'_, T>>) -> Result<Vec<T>, ChainError> {
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for link in &links {
        if let Some(first) = ids.insert(link.id, link.file) {
            let (first, second) = (first.to_owned(), link.file.to_owned());
            return Err(ChainError::Duplicate { first, second, id: link.id.to_owned() });
        }
    }
    let mut children: BTreeMap<Option<&str>, Link<'_, T>> = BTreeMap::new();
    for link in links {
        if let Some(parent) = link.parent.filter(|parent| !ids.contains_key(parent)) {
            let (file, parent) = (link.file.to_owned(), parent.to_owned());
            return Err(ChainError::ParentMissing { file, parent });
        }
        let (parent, file) = (link.parent, link.file);
        if let Some(other) = children.insert(parent, link) {
            let pair = BTreeSet::from([other.file, file]);
            let [first, second] =
                [pair.first(), pair.last()].map(|file| file.unwrap_or(&"").to_string());
            return Err(ChainError::TwoHeads { first, second, parent: parent.map(str::to_owned) });
        }
    }
    let mut ordered = Vec::with_capacity(children.len());
    let mut last = None;
    while let Some(link) = children.remove(&last) {
        last = Some(link.id);
        ordered.push(link.item);
    }
    match children.into_values().next() {
        Some(link) => Err(ChainError::Circle { file: link.file.to_owned() }),
        None => Ok(ordered),
    }
}

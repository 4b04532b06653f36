//! Where a statement of a revision stands.

use std::fmt;
use std::panic::Location;

/// A line of a Rust file or of a SQL file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A verb.
    Rust(&'static Location<'static>),
    /// A statement, by the line on which it begins, from 1.
    Sql { file: &'static str, line: usize },
}

impl Place {
    /// The place of the verb that is called.
    #[track_caller]
    pub(super) fn caller() -> Self {
        Self::Rust(Location::caller())
    }

    /// The place of a character of the statement, counted from 1: only the lines of a SQL file are
    /// known so well.
    pub(super) fn at_character(self, sql: &str, character: usize) -> Self {
        match self {
            Self::Rust(_) => self,
            Self::Sql { file, line } => {
                let before = sql.chars().take(character.saturating_sub(1));
                Self::Sql { file, line: line + before.filter(|sign| *sign == '\n').count() }
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rust(location) => location.fmt(f),
            Self::Sql { file, line } => write!(f, "{file}:{line}"),
        }
    }
}

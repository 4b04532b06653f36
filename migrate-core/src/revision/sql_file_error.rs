//! SQL files that make no chain.

use thiserror::Error;

/// What is wrong with a SQL file, or with two of them.
#[derive(Debug, Error)]
pub enum SqlFileError {
    /// The name says no number.
    #[error(
        "`{file}` is no revision by its name; write `V0001__description.sql`, or a pair of `.up.sql` and `.down.sql`"
    )]
    Name {
        /// The file.
        file: String,
    },
    /// Two files have one number.
    #[error("`{first}` and `{second}` both have the number {number}; give one another")]
    Duplicate {
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// The number.
        number: u64,
    },
    /// A file takes back what no file makes.
    #[error("`{file}` has no file beside it that it takes back; add its `.up.sql`")]
    DownAlone {
        /// The file.
        file: String,
    },
    /// A line of its header is no option.
    #[error("{file}:{line}: {problem}")]
    Option {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A statement can't stand in a revision.
    #[error("{file}:{line}: {what}; {instead}")]
    Statement {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What it is.
        what: String,
        /// What to do.
        instead: &'static str,
    },
    /// A file or folder can't be read.
    #[error("`{path}` can't be read: {source}")]
    Read {
        /// The file or folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

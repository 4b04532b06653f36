//! How far to go.

use std::str::FromStr;

use thiserror::Error;

use crate::revision::{Revision, number, number_of_id};

/// Where an apply or rollback ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// At the last revision.
    Head,
    /// Before the first revision.
    Base,
    /// So many revisions on.
    Count(usize),
    /// At a revision, by its id, a part of it, or the number of a SQL file.
    Revision(String),
}

/// A goal that is none.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum GoalError {
    /// No text at all, as of a variable that isn't set.
    #[error("a revision is named by nothing; write its number, its id or a part of that")]
    Empty,
    /// No revision matches.
    #[error("no revision is named `{text}`; `migrate status` lists them")]
    NoRevision {
        /// The text given.
        text: String,
    },
    /// Several revisions match.
    #[error("`{text}` could be each of these; write more of it{}", lines(matches))]
    Ambiguous {
        /// The text given.
        text: String,
        /// The revisions.
        matches: Vec<String>,
    },
    /// An apply can't go back, nor a rollback forward.
    #[error("`{revision}` is {}", if *applied { "applied already; to go back to it, use `migrate rollback --to`" } else { "not applied; to go on to it, use `migrate apply --to`" })]
    WrongWay {
        /// The revision.
        revision: String,
        /// Whether it is applied.
        applied: bool,
    },
}

impl FromStr for Goal {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let count = text.strip_prefix(['+', '-']).and_then(|count| count.parse().ok());
        Ok(match (text, count) {
            ("head" | "latest", _) => Self::Head,
            ("base", _) => Self::Base,
            (_, Some(count)) => Self::Count(count),
            (text, None) => Self::Revision(text.to_owned()),
        })
    }
}

/// How many of the pending revisions an apply runs up to a goal; `last` is the last applied one.
pub(super) fn count_pending(
    goal: &Goal,
    chain: &[&Revision],
    pending: &[&str],
    last: Option<&str>,
) -> Result<usize, GoalError> {
    match goal {
        Goal::Head => Ok(pending.len()),
        Goal::Base => Ok(0),
        Goal::Count(count) => Ok(*count),
        Goal::Revision(text) => {
            let revision = find(chain, text)?.id();
            match pending.iter().position(|one| *one == revision) {
                Some(place) => Ok(place + 1),
                None if last == Some(revision) => Ok(0),
                None => Err(GoalError::WrongWay { revision: revision.to_owned(), applied: true }),
            }
        }
    }
}

/// The revision that a text names.
pub(super) fn find<'a>(chain: &[&'a Revision], text: &str) -> Result<&'a Revision, GoalError> {
    if let Some(exact) = chain.iter().find(|revision| revision.id() == text) {
        return Ok(exact);
    }
    if text.trim().is_empty() {
        return Err(GoalError::Empty);
    }
    let matches: Vec<&&Revision> =
        chain.iter().filter(|revision| is_named(revision.id(), text)).collect();
    match matches.as_slice() {
        [revision] => Ok(revision),
        [] => Err(GoalError::NoRevision { text: text.to_owned() }),
        several => Err(GoalError::Ambiguous {
            text: text.to_owned(),
            matches: several.iter().map(|revision| revision.id().to_owned()).collect(),
        }),
    }
}

/// Whether a text stands for an id that it isn't: a number only for that of a SQL file, and digits
/// for what a Rust file's id begins with, not for a number of which they are a part.
fn is_named(id: &str, text: &str) -> bool {
    let has_only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match (number(text), number_of_id(id)) {
        (Some(number), Some(number_of_id)) => number == number_of_id,
        _ if has_only_digits => id.strip_prefix('m').unwrap_or(id).starts_with(text),
        _ => id.contains(text),
    }
}

fn lines(ids: &[String]) -> String {
    ids.iter().map(|id| format!("\n  {id}")).collect()
}

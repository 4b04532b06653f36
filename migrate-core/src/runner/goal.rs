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

/// The revision that a text names.
pub(super) fn find<'a>(chain: &[&'a Revision], text: &str) -> Result<&'a Revision, GoalError> {
    if let Some(exact) = chain.iter().find(|revision| revision.id() == text) {
        return Ok(exact);
    }
    let numbered = number(text).and_then(|number| {
        chain.iter().find(|revision| number_of_id(revision.id()) == Some(number))
    });
    if let Some(revision) = numbered {
        return Ok(revision);
    }
    let matches: Vec<&&Revision> =
        chain.iter().filter(|revision| revision.id().contains(text)).collect();
    match matches.as_slice() {
        [revision] => Ok(revision),
        [] => Err(GoalError::NoRevision { text: text.to_owned() }),
        several => Err(GoalError::Ambiguous {
            text: text.to_owned(),
            matches: several.iter().map(|revision| revision.id().to_owned()).collect(),
        }),
    }
}

fn lines(ids: &[String]) -> String {
    ids.iter().map(|id| format!("\n  {id}")).collect()
}

//! Why nothing was generated.

use std::borrow::Cow;

use thiserror::Error;

use crate::catalog::{Ident, ObjectKey};
use crate::diff::{AnswerError, RenameCandidate};
use crate::introspect::IntrospectError;
use crate::model::RegistryError;
use crate::model::objects::ObjectsError;
use crate::plan::PlanError;
use crate::postgres::{ScratchError, said};
use crate::revision::ChainError;
use crate::target::Target;

use super::FileError;

/// A revision that could not be generated. Nothing was written.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The models can't be used.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// Two models contradict each other.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// The files make no chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A file can't be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// No scratch database can be had.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// A database can't be reached.
    #[error("no connection to {place}; check the URL, and that the server runs: {}", said(source))]
    Connect {
        /// Database and server.
        place: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The history of the database can't be read.
    #[error("the history of {place} could not be read: {}", said(source))]
    History {
        /// Database and server.
        place: String,
        /// Why.
        source: sqlx::Error,
    },
    /// A scratch database can't be read.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// An answer speaks of something that isn't there.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The scratch set-up fails.
    #[error("the scratch set-up failed: {}\n    {sql}", said(source))]
    Setup {
        /// The text.
        sql: String,
        /// Why.
        source: sqlx::Error,
    },
    /// PostgreSQL refuses what a model says.
    #[error("PostgreSQL refuses what the models say: {}", said(source.as_ref()))]
    Model {
        /// The statement and the reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Something that a revision made by hand needs what no model has any more.
    #[error(
        "{dependent} uses {referenced}, which no model has; change or drop the {} first, in a revision written by hand",
        kind(dependent)
    )]
    InUse {
        /// What was made by hand.
        dependent: ObjectKey,
        /// What would go.
        referenced: ObjectKey,
    },
    /// The local database can't be rebuilt on a scratch database.
    #[error(
        "the local database was changed by hand, and what the models and revisions know of it can't be built without the rest: {why}\n  take the change back, or begin anew with `migrate dev reset`"
    )]
    Copy {
        /// What goes wrong.
        why: String,
    },
    /// A revision can't be replayed.
    #[error("`{file}` can't be replayed on a scratch database: {}", said(source.as_ref()))]
    Replay {
        /// The file.
        file: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Something may have been renamed.
    #[error("{}", questions(candidates, target))]
    RenameOrDrop {
        /// What may be one.
        candidates: Vec<RenameCandidate>,
        /// The schema of names without one.
        target: Ident,
    },
    /// Most tables would go.
    #[error("this drops {dropped} of {all} tables ({}); if the models are really gone, pass `--allow-mass-drop`", names.join(", "))]
    MassDrop {
        /// How many go.
        dropped: usize,
        /// How many there are.
        all: usize,
        /// Which go.
        names: Vec<String>,
    },
    /// The plan doesn't run.
    #[error(
        "the planned `{direction}` fails on a scratch database, so nothing was written: {}",
        said(source.as_ref())
    )]
    Proof {
        /// `up` or `down`.
        direction: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The plan leads elsewhere.
    #[error("the planned `{direction}` doesn't lead where it should, so nothing was written; left over:\n  {}", differences.join("\n  "))]
    Unproved {
        /// `up` or `down`.
        direction: &'static str,
        /// What differs.
        differences: Vec<String>,
    },
}

impl GenerateError {
    /// A database that can't be reached.
    pub(super) fn connect(target: &Target) -> impl FnOnce(sqlx::Error) -> Self {
        let place = target.place();
        |source| Self::Connect { place, source }
    }
}

/// The word before the name.
fn kind(key: &ObjectKey) -> String {
    let text = key.to_string();
    text.split(" `").next().unwrap_or_default().to_owned()
}

fn questions(candidates: &[RenameCandidate], target: &Ident) -> String {
    let lines: Vec<String> = candidates.iter().map(|one| question(one, target)).collect();
    lines.join("\n")
}

/// What a candidate asks, with the text for each answer.
fn question(candidate: &RenameCandidate, target: &Ident) -> String {
    use crate::diff::plain_name;
    let RenameCandidate { current, desired } = candidate;
    let from = plain_name(current);
    let new_name = |to: &ObjectKey| match to {
        ObjectKey::Column { name, .. } => name.as_str().to_owned(),
        // A name without a schema stays in that of the other.
        to if to.schema().is_none() && current.schema().is_some() => {
            format!("{}.{}", target.as_str(), plain_name(to))
        }
        to => plain_name(to),
    };
    let flags = desired.iter().map(|to| {
        let renamed = format!("{from}={}", new_name(to));
        format!("`--rename {}`", argument(&renamed))
    });
    let flags = flags.collect::<Vec<_>>().join(" or ");
    let names = desired.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    let is_one = desired.len() == 1;
    let is_new = if is_one { "is new" } else { "are new" };
    let moves = matches!((current, desired.as_slice()),
        (ObjectKey::Table { name }, [ObjectKey::Table { name: new }]) if name.schema != new.schema);
    let asked = match (moves, is_one) {
        (true, _) => "did it move to another schema?",
        (false, true) => "was it renamed?",
        (false, false) => "was it renamed to one of them?",
    };
    let attribute = match current {
        _ if moves => None,
        ObjectKey::Column { name, .. } => {
            Some((name, if is_one { "the field" } else { "its field" }))
        }
        ObjectKey::Table { name } => {
            Some((&name.name, if is_one { "the struct" } else { "its struct" }))
        }
        _ => None,
    };
    let attribute = attribute.map(|(name, place)| {
        format!("write #[db(renamed_from = {:?})] on {place}, or ", name.as_str())
    });
    let attribute = attribute.unwrap_or_default();
    format!(
        "{current} is gone and {names} {is_new}: {asked}\n  if so, {attribute}pass {flags}\n  if not, pass `--drop {}`, which loses what it holds",
        argument(&from)
    )
}

/// A text as a shell takes it for one argument.
fn argument(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "_-.=".contains(c);
    match text.chars().all(is_plain) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(format!("'{}'", text.replace('\'', r"'\''"))),
    }
}

#[cfg(test)]
mod tests {
    use super::argument;

    #[test]
    fn a_flag_is_quoted_where_a_shell_would_take_it_apart() {
        assert_eq!(argument("article.content=body"), "article.content=body");
        assert_eq!(argument("audit.Log Entry=it's"), r"'audit.Log Entry=it'\''s'");
    }
}

//! The current and the desired catalog, matched by key, as changes.

mod answer;
mod near;
mod pair;
mod rename;
mod renames;

use crate::catalog::{Catalog, Object, ObjectKey};

pub use answer::{AnswerError, Answers, ColumnRename, Rename};
pub use near::near;
pub use pair::Pair;
pub use rename::{RenameCandidate, followers, other_names, plain_name, rename_candidates};
pub use renames::{Renames, renames};

/// What differs about one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'a> {
    /// Only the desired catalog has it.
    Create { key: &'a ObjectKey, desired: &'a Object },
    /// Both have it, with different properties.
    Migrate { key: &'a ObjectKey, current: &'a Object, desired: &'a Object },
    /// Only the current catalog has it.
    Drop { key: &'a ObjectKey, current: &'a Object },
}

impl<'a> Change<'a> {
    /// The object's key.
    pub fn key(&self) -> &'a ObjectKey {
        match self {
            Self::Create { key, .. } | Self::Migrate { key, .. } | Self::Drop { key, .. } => key,
        }
    }
}

/// Every difference, in key order.
pub fn diff<'a>(current: &'a Catalog, desired: &'a Catalog) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    let mut wanted = desired.objects.iter().peekable();
    for (key, current) in &current.objects {
        while let Some((key, desired)) = wanted.next_if(|(other, _)| *other < key) {
            changes.push(Change::Create { key, desired });
        }
        match wanted.next_if(|(other, _)| *other == key) {
            Some((_, desired)) if current == desired => {}
            Some((_, desired)) => changes.push(Change::Migrate { key, current, desired }),
            None => changes.push(Change::Drop { key, current }),
        }
    }
    changes.extend(wanted.map(|(key, desired)| Change::Create { key, desired }));
    changes
}

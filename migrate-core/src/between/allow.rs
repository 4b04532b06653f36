//! Which losses are meant, as `--allow` says it.

use std::str::FromStr;

use thiserror::Error;

use super::Loss;

/// A kind of loss that is allowed, or one loss of the kind: `drop-column`, `drop-table=audit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    kind: Kind,
    name: Option<String>,
}

/// The kinds, named as the headers of revisions name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    All,
    DropSchema,
    DropTable,
    DropColumn,
    DropSequence,
    LoseElements,
}

const KINDS: [(&str, Kind); 6] = [
    ("all", Kind::All),
    ("drop-schema", Kind::DropSchema),
    ("drop-table", Kind::DropTable),
    ("drop-column", Kind::DropColumn),
    ("drop-sequence", Kind::DropSequence),
    ("lose-elements", Kind::LoseElements),
];

/// A word that names no loss.
#[derive(Debug, Error)]
#[error(
    "`{word}` is no loss; write {}, each with `=name` for one object only",
    KINDS.map(|(word, _)| format!("`{word}`")).join(", ")
)]
pub struct UnknownPermission {
    word: String,
}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (word, name) = match text.split_once('=') {
            Some((word, name)) => (word, Some(name.to_owned())),
            None => (text, None),
        };
        let known = KINDS
            .iter()
            .find(|(known, kind)| *known == word && !(name.is_some() && *kind == Kind::All));
        match known {
            Some((_, kind)) => Ok(Self { kind: *kind, name }),
            None => Err(UnknownPermission { word: text.to_owned() }),
        }
    }
}

impl Loss {
    /// The word that allows it.
    pub fn permission(&self) -> &'static str {
        let kind = self.kind();
        KINDS.iter().find(|(_, known)| *known == kind).map_or("all", |(word, _)| word)
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Schema { .. } => Kind::DropSchema,
            Self::Table { .. } => Kind::DropTable,
            Self::Column { .. } => Kind::DropColumn,
            Self::Sequence { .. } => Kind::DropSequence,
            Self::Elements { .. } => Kind::LoseElements,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Schema { name } => name.as_str().to_owned(),
            Self::Table { name } | Self::Sequence { name } => name.plain(),
            Self::Column { table, name } | Self::Elements { table, column: name } => {
                format!("{}.{}", table.plain(), name.as_str())
            }
        }
    }
}

/// The losses that no permission covers.
pub fn refused<'a>(
    losses: impl IntoIterator<Item = &'a Loss>,
    permissions: &[Permission],
) -> Vec<&'a Loss> {
    let covers = |permission: &Permission, loss: &Loss| {
        permission.kind == Kind::All
            || permission.kind == loss.kind()
                && permission.name.as_ref().is_none_or(|name| *name == loss.name())
    };
    let is_refused = |loss: &&Loss| !permissions.iter().any(|one| covers(one, loss));
    losses.into_iter().filter(is_refused).collect()
}

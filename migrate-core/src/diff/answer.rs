//! What was said about renames and drops, and whether it speaks of something that is there.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::catalog::{Catalog, Ident, ObjectKey, QualifiedName};
use crate::model::objects::DeclaredRename;

use super::near::near;
use super::plain_name;

/// A rename of a table or column that was asked for by a flag or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rename {
    /// A table.
    Table { current: QualifiedName, desired: QualifiedName },
    /// A column.
    Column(ColumnRename),
}

/// A column's rename, in the desired or the current name of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRename {
    /// The table.
    pub table: QualifiedName,
    /// The name that is there.
    pub current: Ident,
    /// The name that shall be there.
    pub desired: Ident,
}

/// What was answered before anything was asked.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// `--rename`.
    pub renames: Vec<Rename>,
    /// The target schema, which may stand before the names of its tables.
    pub target: Option<Ident>,
    /// `--drop`: tables and columns that are really gone, by plain name (`table` or `table.column`).
    pub drops: BTreeSet<String>,
}

/// How names are written.
const NAMES: &str = "write `table` or `table.column`, with the names of the database";

/// An answer about something that isn't there.
#[derive(Debug, Error)]
pub enum AnswerError {
    /// The name to rename is not there.
    #[error(
        "`--rename {current}={desired}`: the revisions so far build no `{current}`; {}",
        near(current, known, NAMES)
    )]
    NothingToRename {
        /// The name given.
        current: String,
        /// The name wanted.
        desired: String,
        /// The names that are there.
        known: BTreeSet<String>,
    },
    /// No model has the name that it shall get.
    #[error(
        "`--rename {current}={desired}`: no model has `{desired}`; {}",
        near(desired, known, "change the model first")
    )]
    NotInModels {
        /// The name given.
        current: String,
        /// The name wanted.
        desired: String,
        /// The names that are there.
        known: BTreeSet<String>,
    },
    /// Something else has the name that it shall get, and no model speaks of the current one.
    #[error(
        "the rename {rename} can't be made, since something else has that name; drop that or rename it first, in a change of its own"
    )]
    NameTaken {
        /// The rename.
        rename: String,
    },
    /// Neither of its names is there.
    #[error(
        "the rename {rename} speaks of nothing: the revisions so far build neither of them, or another rename takes the first; {}",
        near(name, known, "take `renamed_from` out where this is new")
    )]
    NothingRenamed {
        /// The rename.
        rename: String,
        /// The name that isn't there.
        name: String,
        /// The names that are there.
        known: BTreeSet<String>,
    },
    /// Several names change places.
    #[error(
        "the rename {rename} changes places with another, and whether both were made before can't be seen; take them out, and where they are still to be made, write them by hand over a third name"
    )]
    Circle {
        /// The rename.
        rename: String,
    },
    /// The name to drop is not there.
    #[error(
        "`--drop {name}`: the revisions so far build no `{name}`; {}",
        near(name, known, NAMES)
    )]
    NothingToDrop {
        /// The name given.
        name: String,
        /// The names that are there.
        known: BTreeSet<String>,
    },
}

impl Answers {
    /// The answers as the names that are there show them: what looks like a column may be a table of
    /// another schema, and a renamed table may have its current name.
    pub(super) fn meant(&self, declared: &[DeclaredRename], current: &Catalog) -> Self {
        let meant = |rename: &Rename| match rename {
            Rename::Column(ColumnRename { table, current: name, desired })
                if table.schema.is_none() && !has_columns(current, table) =>
            {
                let schema = Some(&table.name).filter(|name| self.target.as_ref() != Some(*name));
                let within =
                    |name: &Ident| QualifiedName { schema: schema.cloned(), name: name.clone() };
                let key = ObjectKey::Table { name: within(name) };
                let is_table = current.objects.contains_key(&key);
                is_table.then(|| Rename::Table { current: within(name), desired: within(desired) })
            }
            _ => None,
        };
        let renames = self.renames.iter().map(|one| meant(one).unwrap_or_else(|| one.clone()));
        let (target, drops) = (self.target.clone(), self.drops.clone());
        let mut answers = Self { renames: renames.collect(), target, drops };
        let tables = answers.renamed_tables(declared);
        for rename in &mut answers.renames {
            if let Rename::Column(column) = rename
                && !tables.contains_key(&column.table)
                && let Some((desired, _)) = tables.iter().find(|(_, now)| **now == column.table)
            {
                column.table = desired.clone();
            }
        }
        answers
    }

    /// Refuses an answer about something that neither side has.
    pub(super) fn require_known(
        &self,
        declared: &[DeclaredRename],
        current: &Catalog,
        desired: &Catalog,
    ) -> Result<(), AnswerError> {
        let tables = self.renamed_tables(declared);
        for rename in &self.renames {
            rename.require_known(&tables, current, desired)?;
        }
        let known = droppable(current, &tables);
        match self.drops.iter().find(|name| !known.contains(*name)) {
            Some(name) => Err(AnswerError::NothingToDrop { name: name.clone(), known }),
            None => Ok(()),
        }
    }

    /// For each desired name of a table, the current one.
    fn renamed_tables(
        &self,
        declared: &[DeclaredRename],
    ) -> BTreeMap<QualifiedName, QualifiedName> {
        let declared = declared.iter().filter_map(|rename| match rename {
            DeclaredRename::Table { current, desired } => Some((desired.clone(), current.clone())),
            DeclaredRename::Type { .. }
            | DeclaredRename::EnumValue { .. }
            | DeclaredRename::Column { .. }
            | DeclaredRename::Index { .. } => None,
        });
        let answered = self.renames.iter().filter_map(|rename| match rename {
            Rename::Table { current, desired } => Some((desired.clone(), current.clone())),
            Rename::Column(_) => None,
        });
        declared.chain(answered).collect()
    }
}

impl Rename {
    fn require_known(
        &self,
        tables: &BTreeMap<QualifiedName, QualifiedName>,
        current: &Catalog,
        desired: &Catalog,
    ) -> Result<(), AnswerError> {
        let (from, to, known, wanted) = match self {
            Self::Table { current: from, desired: to } => {
                (from.plain(), to.plain(), table_names(current), table_names(desired))
            }
            Self::Column(ColumnRename { table, current: from, desired: to }) => {
                let before = tables.get(table).filter(|_| !has_columns(current, table));
                let known = column_names(current, before.unwrap_or(table), table);
                let wanted = desired.columns(table).map(|(name, _)| name.as_str().to_owned());
                let from = table.plain_part(from);
                (from, to.as_str().to_owned(), known, wanted.collect())
            }
        };
        if !known.contains(&from) {
            return Err(AnswerError::NothingToRename { current: from, desired: to, known });
        }
        if !wanted.contains(&to) {
            return Err(AnswerError::NotInModels { current: from, desired: to, known: wanted });
        }
        Ok(())
    }
}

fn has_columns(catalog: &Catalog, table: &QualifiedName) -> bool {
    catalog.columns(table).next().is_some()
}

fn table_names(catalog: &Catalog) -> BTreeSet<String> {
    let tables = catalog.objects.keys().filter(|key| matches!(key, ObjectKey::Table { .. }));
    tables.map(plain_name).collect()
}

/// The columns of a table, under a name that the table has or gets.
fn column_names(
    catalog: &Catalog,
    table: &QualifiedName,
    named: &QualifiedName,
) -> BTreeSet<String> {
    let columns = catalog.columns(table);
    columns.map(|(name, _)| named.plain_part(name)).collect()
}

/// Tables and columns, those of a renamed table under both of its names.
fn droppable(
    current: &Catalog,
    tables: &BTreeMap<QualifiedName, QualifiedName>,
) -> BTreeSet<String> {
    let is_named =
        |key: &&ObjectKey| matches!(key, ObjectKey::Table { .. } | ObjectKey::Column { .. });
    let own = current.objects.keys().filter(is_named).map(plain_name);
    let renamed = tables.iter().flat_map(|(desired, name)| column_names(current, name, desired));
    own.chain(renamed).collect()
}

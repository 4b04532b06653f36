//! What was said about renames and drops, and whether it speaks of something that is there.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::catalog::{Catalog, Ident, ObjectKey, QualifiedName};
use crate::model::objects::DeclaredRename;

use super::near::near;
use super::plain_name;
use super::renames::attributes;

/// A rename of a table, a column or an attribute that was asked for by a flag or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rename {
    /// A table.
    Table { current: QualifiedName, desired: QualifiedName },
    /// A column, or an attribute of a composite type.
    Column(ColumnRename),
}

/// A column's or an attribute's rename, in the desired or the current name of its table or type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRename {
    /// The table or type.
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
    /// What it belongs to is new, while another type that has such a name goes.
    #[error(
        "the rename {rename} speaks of a type that is new, while `{former}`, which has that, goes; write `#[db(renamed_from = \"{former}\")]` on the type where that is its former name, or take out the renames within it"
    )]
    OwnerIsNew {
        /// The rename.
        rename: String,
        /// The type that goes.
        former: String,
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
        let owners = answers.renamed_owners(declared);
        for rename in &mut answers.renames {
            if let Rename::Column(column) = rename
                && !owners.contains_key(&column.table)
                && let Some((desired, _)) = owners.iter().find(|(_, now)| **now == column.table)
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
        let owners = self.renamed_owners(declared);
        for rename in &self.renames {
            rename.require_known(&owners, current, desired)?;
        }
        let known = droppable(current, &owners);
        match self.drops.iter().find(|name| !known.contains(*name)) {
            Some(name) => Err(AnswerError::NothingToDrop { name: name.clone(), known }),
            None => Ok(()),
        }
    }

    /// For each desired name of a table or type, the current one.
    fn renamed_owners(
        &self,
        declared: &[DeclaredRename],
    ) -> BTreeMap<QualifiedName, QualifiedName> {
        let declared = declared.iter().filter_map(|rename| match rename {
            DeclaredRename::Table { current, desired }
            | DeclaredRename::Type { current, desired } => Some((desired.clone(), current.clone())),
            DeclaredRename::EnumValue { .. }
            | DeclaredRename::Attribute { .. }
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
        owners: &BTreeMap<QualifiedName, QualifiedName>,
        current: &Catalog,
        desired: &Catalog,
    ) -> Result<(), AnswerError> {
        let (from, to, known, wanted) = match self {
            Self::Table { current: from, desired: to } => {
                (from.plain(), to.plain(), table_names(current), table_names(desired))
            }
            Self::Column(ColumnRename { table, current: from, desired: to }) => {
                let before = owners.get(table).filter(|_| !has_columns(current, table));
                let known = column_names(current, before.unwrap_or(table), table);
                let wanted = members(desired, table).map(|name| name.as_str().to_owned());
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
    members(catalog, table).next().is_some()
}

/// The columns of a table, or the attributes of a composite type.
fn members<'a>(catalog: &'a Catalog, owner: &'a QualifiedName) -> impl Iterator<Item = &'a Ident> {
    let columns = catalog.columns(owner).map(|(name, _)| name);
    columns.chain(attributes(catalog, owner).into_iter().flatten())
}

fn table_names(catalog: &Catalog) -> BTreeSet<String> {
    let tables = catalog.objects.keys().filter(|key| matches!(key, ObjectKey::Table { .. }));
    tables.map(plain_name).collect()
}

/// The columns of a table or attributes of a type, under a name that it has or gets.
fn column_names(
    catalog: &Catalog,
    table: &QualifiedName,
    named: &QualifiedName,
) -> BTreeSet<String> {
    members(catalog, table).map(|name| named.plain_part(name)).collect()
}

/// Tables, columns and attributes, those of a renamed table or type under both of its names.
fn droppable(
    current: &Catalog,
    owners: &BTreeMap<QualifiedName, QualifiedName>,
) -> BTreeSet<String> {
    let is_named =
        |key: &&ObjectKey| matches!(key, ObjectKey::Table { .. } | ObjectKey::Column { .. });
    let own = current.objects.keys().filter(is_named).map(plain_name);
    let composites = current.objects.keys().filter_map(|key| match key {
        ObjectKey::Composite { name } => Some(name),
        _ => None,
    });
    let attributes = composites.flat_map(|name| column_names(current, name, name));
    let renamed = owners.iter().flat_map(|(desired, name)| column_names(current, name, desired));
    own.chain(attributes).chain(renamed).collect()
}

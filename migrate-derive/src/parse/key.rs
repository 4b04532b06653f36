//! `primary_key(…)` and `unique(…)`.

use super::entry::{Entry, Keys, read_list};
use super::{ColumnRef, Deferrable, Name, Slot};

/// A primary key or a unique constraint.
#[derive(Default)]
pub(crate) struct Key {
    pub(crate) name: Slot<Name>,
    pub(crate) columns: Vec<ColumnRef>,
    pub(crate) include: Slot<Vec<ColumnRef>>,
    pub(crate) nulls_not_distinct: Slot<bool>,
    pub(crate) deferrable: Deferrable,
}

const PRIMARY_KEY: &Keys<Key> = &[
    ("name", |key, entry| key.name.set(&entry.key, entry.name()?)),
    ("include", |key, entry| key.include.set(&entry.key, entry.columns()?)),
    ("deferrable", |key, entry| key.deferrable.deferrable.set(&entry.key, entry.flag()?)),
    ("initially_deferred", |key, entry| {
        key.deferrable.initially_deferred.set(&entry.key, entry.flag()?)
    }),
];

const UNIQUE: &Keys<Key> = &[
    PRIMARY_KEY[0],
    PRIMARY_KEY[1],
    PRIMARY_KEY[2],
    PRIMARY_KEY[3],
    ("nulls_not_distinct", |key, entry| key.nulls_not_distinct.set(&entry.key, entry.flag()?)),
];

impl Key {
    pub(crate) fn parse_primary(entry: &Entry<'_>) -> syn::Result<Self> {
        Self::parse(entry, PRIMARY_KEY)
    }

    pub(crate) fn parse_unique(entry: &Entry<'_>) -> syn::Result<Self> {
        Self::parse(entry, UNIQUE)
    }

    /// `unique` or `unique(options)`, on a field.
    pub(crate) fn parse_on_field(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut key = Self::default();
        if entry.has_parens() {
            entry.keys(&mut key, UNIQUE)?;
        }
        Ok(key)
    }

    fn parse(entry: &Entry<'_>, keys: &Keys<Self>) -> syn::Result<Self> {
        let mut key = Self::default();
        entry.parens(|input| {
            read_list(&mut key, keys, input, entry.scope, |key, input| {
                key.columns.push(input.parse()?);
                Ok(())
            });
            Ok(())
        })?;
        Ok(key)
    }
}

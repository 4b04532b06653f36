//! What a model declares on its table beside columns.

use syn::Ident;

use super::entry::Entry;
use super::{Check, ColumnRef, Exclusion, ForeignKey, Index, Key};

/// A constraint or an index, and the key that declares it.
pub(crate) struct Item {
    pub(crate) key: Ident,
    /// The field that carries it.
    pub(crate) field: Option<Ident>,
    pub(crate) kind: ItemKind,
}

/// The kinds of constraints, and indexes.
pub(crate) enum ItemKind {
    PrimaryKey(Key),
    Unique(Key),
    ForeignKey(ForeignKey),
    Check(Check),
    Exclusion(Exclusion),
    Index(Index),
}

impl Item {
    pub(crate) fn new(entry: &Entry<'_>, kind: ItemKind) -> Self {
        Self { key: entry.key.clone(), field: None, kind }
    }

    /// Makes the item one of this field.
    pub(crate) fn place_on(&mut self, field: &Ident) {
        let column = ColumnRef::Field(field.clone());
        self.field = Some(field.clone());
        match &mut self.kind {
            ItemKind::PrimaryKey(key) | ItemKind::Unique(key) => key.columns.push(column),
            ItemKind::ForeignKey(key) => key.columns.push(column),
            ItemKind::Index(index) => index.place_on(column),
            ItemKind::Check(_) | ItemKind::Exclusion(_) => {}
        }
    }
}

//! `index(…)`.

use super::element::{MODIFIERS, Modifiers};
use super::entry::{Entry, Keys, read_list};
use super::table::StorageParameter;
use super::{ColumnRef, Element, ElementKind, Name, Slot};

/// An index.
#[derive(Default)]
pub(crate) struct Index {
    pub(crate) elements: Vec<Element>,
    /// How the one element is ordered, where the index stands on a field.
    modifiers: Modifiers,
    pub(crate) name: Slot<Name>,
    pub(crate) renamed_from: Slot<Name>,
    pub(crate) unique: Slot<bool>,
    pub(crate) method: Slot<String>,
    pub(crate) predicate: Slot<String>,
    pub(crate) include: Slot<Vec<ColumnRef>>,
    pub(crate) nulls_not_distinct: Slot<bool>,
    pub(crate) options: Slot<Vec<StorageParameter>>,
    pub(crate) tablespace: Slot<Name>,
}

const INDEX: &Keys<Index> = &[
    ("name", |index, entry| index.name.set(&entry.key, entry.name()?)),
    ("renamed_from", |index, entry| index.renamed_from.set(&entry.key, entry.name()?)),
    ("unique", |index, entry| index.unique.set(&entry.key, entry.flag()?)),
    ("using", |index, entry| index.method.set(&entry.key, entry.word()?.to_string())),
    ("where", |index, entry| index.predicate.set(&entry.key, entry.text()?)),
    ("include", |index, entry| index.include.set(&entry.key, entry.columns()?)),
    ("nulls_not_distinct", |index, entry| index.nulls_not_distinct.set(&entry.key, entry.flag()?)),
    ("with", |index, entry| index.options.set(&entry.key, entry.parameters()?)),
    ("tablespace", |index, entry| index.tablespace.set(&entry.key, entry.name()?)),
];

/// On a field the modifiers stand among the options.
const INDEX_ON_FIELD: &Keys<Index> = &[
    INDEX[0],
    INDEX[1],
    INDEX[2],
    INDEX[3],
    INDEX[4],
    INDEX[5],
    INDEX[6],
    INDEX[7],
    INDEX[8],
    ("asc", |index, entry| MODIFIERS[0].1(&mut index.modifiers, entry)),
    ("desc", |index, entry| MODIFIERS[1].1(&mut index.modifiers, entry)),
    ("nulls_first", |index, entry| MODIFIERS[2].1(&mut index.modifiers, entry)),
    ("nulls_last", |index, entry| MODIFIERS[3].1(&mut index.modifiers, entry)),
    ("collate", |index, entry| MODIFIERS[4].1(&mut index.modifiers, entry)),
    ("opclass", |index, entry| MODIFIERS[5].1(&mut index.modifiers, entry)),
];

impl Index {
    pub(crate) fn parse(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut index = Self::default();
        entry.parens(|input| {
            read_list(&mut index, INDEX, input, entry.scope, |index, input| {
                index.elements.push(Element::parse(input, entry.scope)?);
                Ok(())
            });
            Ok(())
        })?;
        Ok(index)
    }

    /// `index` or `index(options)`, on a field.
    pub(crate) fn parse_on_field(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut index = Self::default();
        if entry.has_parens() {
            entry.keys(&mut index, INDEX_ON_FIELD)?;
        }
        Ok(index)
    }

    /// Puts the field that carries the index in as its element.
    pub(crate) fn place_on(&mut self, column: ColumnRef) {
        let modifiers = std::mem::take(&mut self.modifiers);
        self.elements.push(Element { kind: ElementKind::Column(column), modifiers });
    }
}

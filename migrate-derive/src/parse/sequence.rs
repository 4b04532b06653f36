//! `sequence(…)` and `identity(…)`.

use super::entry::{Entry, Keys};
use super::{Name, Number, Slot};

/// The options of a sequence.
#[derive(Default)]
pub(crate) struct Sequence {
    pub(crate) name: Slot<Name>,
    pub(crate) data_type: Slot<&'static str>,
    pub(crate) start: Slot<Number>,
    pub(crate) increment: Slot<Number>,
    pub(crate) min: Slot<Number>,
    pub(crate) max: Slot<Number>,
    pub(crate) cache: Slot<Number>,
    pub(crate) cycle: Slot<bool>,
}

const SEQUENCE: &Keys<Sequence> = &[
    ("name", |sequence, entry| sequence.name.set(&entry.key, entry.name()?)),
    ("as", |sequence, entry| {
        let data_type = entry.one_of(&["smallint", "integer", "bigint"])?;
        sequence.data_type.set(&entry.key, data_type)
    }),
    ("start", |sequence, entry| sequence.start.set(&entry.key, entry.number()?)),
    ("increment", |sequence, entry| sequence.increment.set(&entry.key, entry.number()?)),
    ("min", |sequence, entry| sequence.min.set(&entry.key, entry.number()?)),
    ("max", |sequence, entry| sequence.max.set(&entry.key, entry.number()?)),
    ("cache", |sequence, entry| sequence.cache.set(&entry.key, entry.number()?)),
    ("cycle", |sequence, entry| sequence.cycle.set(&entry.key, entry.flag()?)),
];

impl Sequence {
    pub(crate) fn parse(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut sequence = Self::default();
        entry.keys(&mut sequence, SEQUENCE)?;
        if !sequence.name.is_set() {
            let message = "a sequence needs a name; write `sequence(name = \"…\")`";
            entry.scope.error(entry.key.span(), message);
        }
        Ok(sequence)
    }
}

/// An identity column: by default, or always.
#[derive(Default)]
pub(crate) struct Identity {
    pub(crate) always: Slot<bool>,
    pub(crate) sequence: Sequence,
}

const IDENTITY: &Keys<Identity> = &[
    ("always", |identity, entry| identity.always.set(&entry.key, true)),
    ("by_default", |identity, entry| identity.always.set(&entry.key, false)),
    ("start", |identity, entry| identity.sequence.start.set(&entry.key, entry.number()?)),
    ("increment", |identity, entry| identity.sequence.increment.set(&entry.key, entry.number()?)),
    ("min", |identity, entry| identity.sequence.min.set(&entry.key, entry.number()?)),
    ("max", |identity, entry| identity.sequence.max.set(&entry.key, entry.number()?)),
    ("cache", |identity, entry| identity.sequence.cache.set(&entry.key, entry.number()?)),
    ("cycle", |identity, entry| identity.sequence.cycle.set(&entry.key, entry.flag()?)),
];

impl Identity {
    pub(crate) fn parse(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut identity = Self::default();
        if entry.has_parens() {
            entry.keys(&mut identity, IDENTITY)?;
        }
        Ok(identity)
    }
}

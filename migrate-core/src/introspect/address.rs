//! From PostgreSQL's object addresses to keys.

use rustc_hash::FxHashMap;

use crate::catalog::ObjectKey;

/// The catalogs whose rows have addresses here, by their fixed oids.
pub(super) mod class {
    pub(in crate::introspect) const TYPE: i64 = 1247;
    pub(in crate::introspect) const PROC: i64 = 1255;
    pub(in crate::introspect) const CLASS: i64 = 1259;
    pub(in crate::introspect) const ATTRDEF: i64 = 2604;
    pub(in crate::introspect) const CONSTRAINT: i64 = 2606;
    pub(in crate::introspect) const NAMESPACE: i64 = 2615;
    pub(in crate::introspect) const REWRITE: i64 = 2618;
    pub(in crate::introspect) const EXTENSION: i64 = 3079;
}

/// A row of a catalog, or a column of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Address {
    pub(super) class: i64,
    pub(super) oid: i64,
    pub(super) number: i32,
}

impl Address {
    pub(super) fn of(class: i64, oid: i64) -> Self {
        Self { class, oid, number: 0 }
    }

    pub(super) fn column(relation: i64, number: impl Into<i32>) -> Self {
        Self { class: class::CLASS, oid: relation, number: number.into() }
    }
}

/// The key of each address that was read.
#[derive(Debug, Default)]
pub(super) struct Addresses(FxHashMap<Address, ObjectKey>);

impl Addresses {
    pub(super) fn insert(&mut self, address: Address, key: &ObjectKey) {
        self.0.insert(address, key.clone());
    }

    /// The key at an address, exactly.
    pub(super) fn exact(&self, address: Address) -> Option<&ObjectKey> {
        self.0.get(&address)
    }

    /// The key at an address; a part that has no key of its own counts as the whole.
    pub(super) fn find(&self, address: Address) -> Option<&ObjectKey> {
        self.exact(address).or_else(|| self.exact(Address { number: 0, ..address }))
    }
}

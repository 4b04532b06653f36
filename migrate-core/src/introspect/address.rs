//! From PostgreSQL's object addresses to keys.

use rustc_hash::FxHashMap;
use sqlx::postgres::types::Oid;

use crate::catalog::ObjectKey;

/// The catalogs whose rows have addresses here, by their fixed oids.
pub(super) mod class {
    use sqlx::postgres::types::Oid;

    pub(in crate::introspect) const TYPE: Oid = Oid(1247);
    pub(in crate::introspect) const PROC: Oid = Oid(1255);
    pub(in crate::introspect) const CLASS: Oid = Oid(1259);
    pub(in crate::introspect) const ATTRDEF: Oid = Oid(2604);
    pub(in crate::introspect) const CONSTRAINT: Oid = Oid(2606);
    pub(in crate::introspect) const NAMESPACE: Oid = Oid(2615);
    pub(in crate::introspect) const REWRITE: Oid = Oid(2618);
    pub(in crate::introspect) const EXTENSION: Oid = Oid(3079);
}

/// The oid of nothing.
pub(super) const NONE: Oid = Oid(0);

/// A row of a catalog, or a column of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Address {
    pub(super) class: Oid,
    pub(super) oid: Oid,
    pub(super) number: i32,
}

impl Address {
    pub(super) fn of(class: Oid, oid: Oid) -> Self {
        Self { class, oid, number: 0 }
    }

    /// What this is a part of, or itself.
    pub(super) fn whole(self) -> Self {
        Self { number: 0, ..self }
    }

    pub(super) fn column(relation: Oid, number: impl Into<i32>) -> Self {
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
        self.exact(address).or_else(|| self.exact(address.whole()))
    }
}

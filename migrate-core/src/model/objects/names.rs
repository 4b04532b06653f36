//! Default names of keys, checks and indexes: PostgreSQL's own, made distinct where two would be
//! alike (`a.b_c` and `a_b.c`).

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::catalog::{Ident, MAX_IDENT_BYTES, QualifiedName};

/// The names taken so far, by schema or table.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<(QualifiedName, Ident)>);

impl Names {
    /// Takes a name among the relations of the table's schema.
    pub(super) fn relation(
        &mut self,
        table: &QualifiedName,
        given: Option<&str>,
        parts: &[&str],
    ) -> Ident {
        let space = table.sibling("");
        self.take(space, table, given, parts)
    }

    /// Takes a name among the constraints of the table.
    pub(super) fn constraint(
        &mut self,
        table: &QualifiedName,
        given: Option<&str>,
        parts: &[&str],
    ) -> Ident {
        self.take(table.clone(), table, given, parts)
    }

    fn take(
        &mut self,
        space: QualifiedName,
        table: &QualifiedName,
        given: Option<&str>,
        parts: &[&str],
    ) -> Ident {
        if let Some(given) = given {
            let name = Ident::new(given);
            self.0.insert((space, name.clone()));
            return name;
        }
        let plain = format!("{}_{}", table.name.as_str(), parts.join("_"));
        let identity = format!("{}\0{}", table.name.as_str(), parts.join("\0"));
        let mut name = Ident::new(plain.as_str());
        let mut round = 0;
        while !self.0.insert((space.clone(), name.clone())) {
            name = distinguished(&plain, &format!("{identity}\0{round}"));
            round += 1;
        }
        name
    }
}

fn distinguished(plain: &str, identity: &str) -> Ident {
    let digest = Sha256::digest(identity.as_bytes());
    let hash = format!("_{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
    let mut end = plain.len().min(MAX_IDENT_BYTES - hash.len());
    while !plain.is_char_boundary(end) {
        end -= 1;
    }
    Ident::new(format!("{}{hash}", &plain[..end]))
}

//! What lets a service out of its schema, or others in: a sentence each.

use std::fmt;

/// A hole between services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is so.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// The statement that closes it; it takes away from everybody what everybody was given.
    pub close: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; `{}` closes it", self.what, self.why, self.close)
    }
}

/// Privileges on something that somebody was granted; every text is as it stands in SQL.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Grant {
    pub(super) object: String,
    pub(super) privileges: Vec<String>,
    /// A role, or `PUBLIC`.
    pub(super) grantee: String,
}

/// The same on something that is in no schema, with its kind.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Shared {
    pub(super) kind: String,
    #[sqlx(flatten)]
    pub(super) grant: Grant,
}

impl Grant {
    /// The finding for objects of a kind, as `SCHEMA`.
    pub(super) fn finding(&self, kind: &str, why: impl Into<String>) -> Finding {
        let Self { object, privileges, grantee } = self;
        let privileges = privileges.join(", ");
        let who = who(grantee);
        Finding {
            what: format!("{who} has {privileges} on {} {object}", kind.to_lowercase()),
            why: why.into(),
            close: format!("REVOKE {privileges} ON {kind} {object} FROM {grantee}"),
        }
    }
}

/// A grantee in a sentence.
pub(super) fn who(grantee: &str) -> &str {
    if grantee == "PUBLIC" { "every role" } else { grantee }
}

//! What a bootstrap runs, and what it only reports.

use std::fmt;

/// A statement that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootstrapStatement {
    /// The statement; it holds no password in clear.
    pub sql: String,
    /// Why it has to run.
    pub reason: String,
    /// Whether it is done once for all databases of the server.
    pub is_of_server: bool,
}

impl BootstrapStatement {
    /// As it is shown, without what a password is checked by.
    pub fn without_password(&self) -> String {
        let shown = self.to_string();
        match shown.split_once(" PASSWORD ") {
            Some((before, _)) => format!("{before} PASSWORD '…';"),
            None => shown,
        }
    }
}

impl fmt::Display for BootstrapStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "-- {}\n{};", self.reason, self.sql)
    }
}

/// What isn't as the service wants it, and isn't the bootstrap's to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs, as ``the owner of schema `svc` ``.
    pub what: String,
    /// How it is.
    pub found: String,
    /// How it should be.
    pub wanted: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, wanted: {}", self.what, self.found, self.wanted)
    }
}

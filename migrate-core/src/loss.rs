//! What goes with its data: what a plan loses, how that is allowed, and how many rows hold it.

mod count;
#[cfg(feature = "generate")]
mod of_plan;
mod permission;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use count::{CountError, CountedLoss, count_losses};
#[cfg(feature = "generate")]
pub(crate) use of_plan::{losses, present};
pub use permission::{Permission, UnknownPermission, refused};

/// What goes with its data: how to say it, how to allow it, and how to count it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Loss {
    /// The object, as people name it.
    pub what: String,
    /// The word that allows it, such as `drop-column`.
    pub permission: String,
    /// Its plain name.
    pub name: String,
    /// The query that counts the rows that hold something, where rows do.
    pub count: Option<String>,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl AsRef<Self> for Loss {
    fn as_ref(&self) -> &Self {
        self
    }
}

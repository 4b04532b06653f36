//! Objects that are known only by their definition, so that they can be put back when something
//! below them changes.

use serde::{Deserialize, Serialize};

use super::Ident;

/// A view, function, trigger, policy or rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependent {
    /// The statements that make it, its grants and options included.
    pub create: Vec<String>,
    /// The statement that drops it.
    pub drop: String,
    /// The names of the indexes that a materialized view has, in its schema.
    pub indexes: Vec<Ident>,
}

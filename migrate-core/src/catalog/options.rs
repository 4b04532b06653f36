//! Options with values: storage parameters of tables and indexes, attribute options of columns.

use indexmap::IndexMap;

/// Values by name, in the order in which they were set. The order is no difference, but what is made
/// anew keeps it.
pub type Options = IndexMap<String, String>;

//! What a plan may do and knows beside the two catalogs.

use std::collections::BTreeMap;

use crate::catalog::QualifiedName;

/// How a plan is made.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// Plain forms in one transaction, even where they block a table that has rows.
    pub simple: bool,
    /// For each enum, what rows get that hold a removed label.
    pub enum_mappings: BTreeMap<QualifiedName, Vec<(String, String)>>,
    /// `--using`: for `table.column`, how a value of the current type becomes one of the desired.
    pub using: BTreeMap<String, String>,
}

//! What is asked before a plan that may not be meant.

use crate::catalog::{Catalog, ObjectKey};

use super::GenerateError;

/// Refuses to drop more than half of the tables.
pub(super) fn refuse_mass_drop(current: &Catalog, desired: &Catalog) -> Result<(), GenerateError> {
    let all = current.tables().count();
    let gone = |name: &&crate::catalog::QualifiedName| {
        !desired.objects.contains_key(&ObjectKey::Table { name: (*name).clone() })
    };
    let names: Vec<String> =
        current.tables().filter(gone).map(crate::catalog::QualifiedName::plain).collect();
    if names.len() * 2 > all && names.len() > 1 {
        return Err(GenerateError::MassDrop { dropped: names.len(), all, names });
    }
    Ok(())
}

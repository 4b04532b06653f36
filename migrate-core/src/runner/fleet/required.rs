//! What tenants have that builds on the common schema.

use crate::revision::{Revision, number, number_of_id};

use super::super::RunError;
use super::TargetStatus;

/// Whether a revision is what another calls by its id or number.
fn is_called(revision: &str, by: &str) -> bool {
    revision == by || number(by).is_some_and(|it| number_of_id(revision) == Some(it))
}

/// What a revision builds on has to be among the revisions of the common schema, which come first.
///
/// # Errors
/// Where it isn't, or there is no common schema.
pub fn require_common(revision: &Revision, common: Option<&[&Revision]>) -> Result<(), RunError> {
    let Some(required) = revision.header.requires else { return Ok(()) };
    let mut common = common.into_iter().flatten();
    if common.any(|one| is_called(one.id(), required)) {
        return Ok(());
    }
    let (revision, required) = (revision.id().to_owned(), required.to_owned());
    Err(RunError::CommonMissing { revision, required })
}

/// Something that can't do without a revision of the common schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The tenant and its database.
    pub tenant: String,
    /// Its revision, which is applied.
    pub revision: String,
    /// The one that it builds on.
    pub required: String,
}

/// The first revision of a tenant that builds on one of these of the common schema.
pub fn requirement(
    going: &[&str],
    chain: &[&Revision],
    statuses: &[TargetStatus],
) -> Option<Requirement> {
    let builds_on = |id: &str| {
        let revision = chain.iter().find(|revision| revision.id() == id)?;
        let required = revision.header.requires?;
        going.iter().find(|going| is_called(going, required))
    };
    statuses.iter().filter(|target| !target.is_common).find_map(|target| {
        let mut there = target.status.revisions.iter().filter(|one| one.record.is_some());
        there.find_map(|one| {
            let required = (*builds_on(&one.id)?).to_owned();
            let tenant = format!("{} in {}", target.schema.as_str(), target.database);
            Some(Requirement { tenant, revision: one.id.clone(), required })
        })
    })
}

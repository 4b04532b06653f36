//! Answers whether a step that was interrupted outside a transaction had done its work.

use crate::history::Resolution;
use crate::revision::{Chain, Dependencies};
use crate::target::Target;

use super::record_sql::record_sql;
use super::{GoalError, RunError, goal, session};

/// Writes the answer down and says which revision it is about: the one that a text names, or that
/// only the history has.
pub async fn resolve(
    chain: &Chain,
    dependencies: &Dependencies,
    target: &Target,
    text: &str,
    resolution: Resolution,
) -> Result<String, RunError> {
    let ordered = chain.ordered()?;
    let mut connection = session::connect(target).await?;
    let records = session::records(target, &mut connection).await?;
    let found = match goal::find(&ordered, text) {
        Err(GoalError::NoRevision { .. }) if records.iter().any(|one| one.revision == text) => None,
        found => Some(found?),
    };
    let id = found.map_or(text, |revision| revision.id()).to_owned();
    let begun = records.iter().find(|one| one.revision == id && one.begun_step.is_some());
    let Some((record, step)) = begun.and_then(|one| Some((one, one.begun_step.as_deref()?))) else {
        return Err(RunError::NotInterrupted { revision: id });
    };
    let script = match found {
        Some(revision) => {
            let version = connection.server_version_num().unwrap_or_default();
            let schema = &target.schema;
            let up = record_sql(revision, &revision.up, dependencies, schema, version).await;
            up.script_of(step)
        }
        None => String::new(),
    };
    let resolved = target.history.resolve(&mut connection, record, resolution, &script).await;
    let resolved = resolved.map_err(|source| RunError::Record { source })?;
    session::end(connection).await?;
    match resolved {
        0 => Err(RunError::NotInterrupted { revision: id }),
        _ => Ok(id),
    }
}

//! The current catalog: the revisions so far, replayed on a scratch database and read back.

use crate::catalog::Catalog;
use crate::postgres::ScratchDatabase;
use crate::revision::{Dependencies, Migrator, Revision};
use crate::target::Target;

use super::scratch::read;
use super::{GenerateError, Scratch};

/// Replays revisions, first to last. Roles belong to a server, not to a database, so a role that
/// they grant to is made where it is missing.
pub async fn replay(
    scratch: &Scratch,
    revisions: &[&Revision],
    dependencies: &Dependencies,
) -> Result<(ScratchDatabase, Catalog), GenerateError> {
    loop {
        let database = scratch.database().await?;
        match replay_on(&database, revisions, dependencies).await {
            Ok(()) => {
                let catalog = read(&database).await?;
                return Ok((database, catalog));
            }
            Err(GenerateError::Replay { file, source }) => {
                let Some(role) = missing_role(source.as_ref()) else {
                    return Err(GenerateError::Replay { file, source });
                };
                scratch.server.ensure_roles(&[role]).await?;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn replay_on(
    database: &ScratchDatabase,
    revisions: &[&Revision],
    dependencies: &Dependencies,
) -> Result<(), GenerateError> {
    let target = Target::new(database.options(), database.schema());
    let mut connection = target.connect().await.map_err(GenerateError::connect(&target))?;
    for revision in revisions {
        let fail = |source| GenerateError::Replay { file: revision.file.to_owned(), source };
        let mut db = Migrator::live(connection, revision.id(), database.schema())
            .opening(format!("BEGIN; {}", target.settings("SET LOCAL")))
            .replaying();
        revision.up.call(&mut db, dependencies).await.map_err(fail)?;
        connection = db.commit().await.map_err(|error| fail(error.into()))?;
    }
    drop_quietly(connection).await;
    Ok(())
}

/// The role that a statement named and the server doesn't have.
pub(crate) fn missing_role(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let found = match error.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(refusal)) if refusal.code().as_deref() == Some("42704") => {
            let name = refusal.message().strip_prefix("role \"")?.strip_suffix("\" does not exist");
            name.map(str::to_owned)
        }
        _ => None,
    };
    found.or_else(|| missing_role(error.source()?))
}

async fn drop_quietly(connection: sqlx::PgConnection) {
    use sqlx::Connection;
    connection.close().await.ok();
}

//! The current catalog: the revisions so far, replayed on a scratch database and read back.

use crate::catalog::Catalog;
use crate::postgres::ScratchDatabase;
use crate::revision::{Dependencies, Migrator, Revision};
use crate::target::Target;

use super::scratch::{SCHEMA, read};
use super::{GenerateError, Scratch};

/// Replays revisions, first to last.
pub async fn replay(
    scratch: &Scratch,
    revisions: &[&Revision],
    dependencies: &Dependencies,
) -> Result<(ScratchDatabase, Catalog), GenerateError> {
    let database = scratch.database().await?;
    let target = Target::new(database.options(), SCHEMA);
    let mut connection =
        target.connect().await.map_err(|source| GenerateError::Connect { source })?;
    for revision in revisions {
        let fail = |source| GenerateError::Replay { file: revision.file.to_owned(), source };
        let mut db = Migrator::live(connection, revision.id(), SCHEMA)
            .opening(format!("BEGIN; {}", target.settings("SET LOCAL")))
            .replaying();
        (revision.up.call)(&mut db, dependencies).await.map_err(fail)?;
        connection = db.commit().await.map_err(|error| fail(error.into()))?;
    }
    drop_quietly(connection).await;
    let catalog = read(&database).await?;
    Ok((database, catalog))
}

async fn drop_quietly(connection: sqlx::PgConnection) {
    use sqlx::Connection;
    connection.close().await.ok();
}

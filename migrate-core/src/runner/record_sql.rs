//! A revision's SQL without running it.

use crate::catalog::Ident;
use crate::revision::{Dependencies, Direction, Executed, Migrator, Revision};

/// What a revision will run.
pub struct PendingSql {
    /// The revision's id.
    pub revision: &'static str,
    /// Its statements.
    pub statements: Vec<Executed>,
    /// Whether it also runs code that can't be shown as SQL.
    pub runs_code: bool,
}

/// Writes a direction's statements down, up to where it asks for a connection.
pub async fn record_sql(
    revision: &Revision,
    direction: &Direction,
    dependencies: &Dependencies,
    schema: &Ident,
) -> PendingSql {
    let mut db = Migrator::recording(revision.id(), schema.as_str());
    let outcome = (direction.call)(&mut db, dependencies).await;
    PendingSql {
        revision: revision.id(),
        statements: db.executed().to_vec(),
        runs_code: outcome.is_err(),
    }
}

/// The statements as one text.
pub(super) fn script(statements: &[Executed]) -> String {
    let lines: Vec<String> = statements.iter().map(|one| format!("{};\n", one.sql)).collect();
    lines.concat()
}

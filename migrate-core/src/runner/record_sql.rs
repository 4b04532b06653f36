//! A revision's SQL without running it.

use crate::catalog::Ident;
use crate::revision::{Dependencies, Direction, Executed, Migrator, Revision};

/// What a revision will run.
pub struct PendingSql {
    /// The revision's id.
    pub revision: &'static str,
    /// Its statements, and the places of code that can't be shown as SQL.
    pub statements: Vec<Executed>,
    /// Why nothing could be written down after them, where code of its own stopped.
    pub stopped: Option<String>,
}

impl PendingSql {
    /// Whether it also runs code that can't be shown as SQL.
    pub fn runs_code(&self) -> bool {
        self.stopped.is_some() || self.statements.iter().any(|one| one.sql().is_none())
    }

    /// The SQL of a step, as the history keeps it.
    pub(super) fn script_of(&self, step: &str) -> String {
        let of_step = self.statements.iter().filter(|one| one.step.as_deref() == Some(step));
        of_step.filter_map(Executed::sql).map(|sql| format!("{sql};\n")).collect()
    }

    /// Whether a step runs code that can't be shown as SQL.
    pub(super) fn runs_code_in(&self, step: &str) -> bool {
        let mut of_step = self.statements.iter().filter(|one| one.step.as_deref() == Some(step));
        of_step.any(|one| one.sql().is_none())
    }

    /// Whether all of it is verbs, which change the schema and nothing else that matters.
    pub fn runs_verbs_only(&self) -> bool {
        !self.runs_code() && !self.statements.iter().any(|one| one.own_sql)
    }
}

/// Writes down a direction's statements as a server of this `server_version_num` runs them. Where it asks for a connection, the rest of that step is
/// left out; the next step goes on.
pub async fn record_sql(
    revision: &Revision,
    direction: &Direction,
    dependencies: &Dependencies,
    schema: &Ident,
    server_version: u32,
) -> PendingSql {
    let mut db = Migrator::recording(revision.id(), schema.as_str())
        .for_server(server_version)
        .believing(&revision.header);
    let outcome = direction.call(&mut db, dependencies).await;
    let stopped = outcome.err().filter(|_| !db.stops_at_code()).map(|error| error.to_string());
    PendingSql { revision: revision.id(), statements: db.executed().to_vec(), stopped }
}

/// The statements as one text.
pub(super) fn script(statements: &[Executed]) -> String {
    let statements = statements.iter().filter_map(Executed::sql);
    statements.map(|sql| format!("{sql};\n")).collect()
}

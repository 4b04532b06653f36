//! Whose role a revision runs as: that of its service to the end, and ours where the history is
//! written.

use crate::catalog::Ident;
use crate::model::quote_literal as quoted;

use super::Migrator;
use super::batch::KEEPS_ROLE;
use super::migrator::Progress;

impl Migrator {
    /// Refuses to go on, and to end, as another role than the service's.
    #[must_use]
    pub(crate) fn keeping_role(mut self, role: &Ident) -> Self {
        let name = quoted(role.as_str());
        let question = format!("SELECT 1 / (current_user = {name})::int AS {KEEPS_ROLE}");
        self.setup.role_question = Some(question);
        self.setup.writer = Some(format!("SET LOCAL ROLE {role}"));
        self
    }

    /// Takes back with these statements what statements of one's own did to the role, so that it
    /// is ours that writes the history.
    #[must_use]
    pub(crate) fn returning(mut self, statements: String) -> Self {
        self.setup.role_return = Some(statements);
        self
    }

    /// Asks, with what is waiting, whether this is still the role of the service; only where that is
    /// to be known.
    pub(crate) fn ask_role(&mut self) -> bool {
        let question = self.setup.role_question.clone();
        let asks = question.filter(|_| self.progress != Progress::Untouched);
        if let Some(question) = &asks {
            self.queue(None, question);
        }
        asks.is_some()
    }

    /// Sets the transaction again as it began, role and all, whatever statements have set since.
    pub(crate) fn set_again(&mut self, settings: &str) {
        if self.progress == Progress::Transaction && self.connection.is_some() {
            self.ask_role();
            self.return_role();
            self.waiting.push_several(settings.to_owned());
        }
    }

    /// Takes the role back that a statement may have taken.
    pub(super) fn return_role(&mut self) {
        if let Some(statements) = self.setup.role_return.clone()
            && self.setup.role_may_be_taken
            && self.connection.is_some()
        {
            self.waiting.push_several(statements);
        }
    }
}

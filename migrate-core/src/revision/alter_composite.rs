//! `alter_composite`: changes of one composite type that run as one statement.

use std::future::IntoFuture;

use crate::plan::{Action, AttributeChange};

use super::{Result, Run};

/// `alter_composite`, with its clauses in order.
#[must_use = "a verb runs when it is awaited"]
pub struct AlterComposite<'a>(pub(super) Run<'a>);

impl AlterComposite<'_> {
    fn with(mut self, change: AttributeChange) -> Self {
        if let Action::AlterComposite { changes, .. } = &mut self.0.action {
            changes.push(change);
        }
        self
    }

    /// `ADD ATTRIBUTE`.
    pub fn add_attribute(self, name: &str, sql_type: &str) -> Self {
        self.with(AttributeChange::Add { name: name.into(), sql_type: sql_type.to_owned() })
    }

    /// `DROP ATTRIBUTE`.
    pub fn drop_attribute(self, name: &str) -> Self {
        self.with(AttributeChange::Drop { name: name.into() })
    }

    /// `ALTER ATTRIBUTE … TYPE`.
    pub fn set_attribute_type(self, name: &str, sql_type: &str) -> Self {
        self.with(AttributeChange::SetType { name: name.into(), sql_type: sql_type.to_owned() })
    }
}

impl<'a> IntoFuture for AlterComposite<'a> {
    type Output = Result<()>;
    type IntoFuture = <Run<'a> as IntoFuture>::IntoFuture;

    fn into_future(self) -> Self::IntoFuture {
        self.0.into_future()
    }
}

//! `create_table`.

use std::future::IntoFuture;

use crate::plan::{Action, TableDefinition};

use super::{Constraint, Result, Run};

/// `create_table`, with its constraints and storage.
#[must_use = "a verb runs when it is awaited"]
pub struct CreateTable<'a>(pub(super) Run<'a>);

impl CreateTable<'_> {
    fn with(mut self, change: impl FnOnce(&mut TableDefinition)) -> Self {
        if let Action::CreateTable { definition, .. } = &mut self.0.action {
            change(definition);
        }
        self
    }

    /// A constraint.
    pub fn constraint(self, name: &str, constraint: Constraint) -> Self {
        self.with(|definition| {
            definition.constraints.push((name.into(), constraint.into_constraint()));
        })
    }

    /// `UNLOGGED`.
    pub fn unlogged(self) -> Self {
        self.with(|definition| definition.table.unlogged = true)
    }

    /// A storage parameter; those of the TOAST table begin with `toast.`.
    pub fn option(self, name: &str, value: &str) -> Self {
        self.with(|definition| {
            definition.table.options.insert(name.to_owned(), value.to_owned());
        })
    }

    /// `TABLESPACE`.
    pub fn tablespace(self, tablespace: &str) -> Self {
        self.with(|definition| definition.table.tablespace = Some(tablespace.into()))
    }

    /// `USING`: the table's access method.
    pub fn access_method(self, method: &str) -> Self {
        self.with(|definition| definition.table.access_method = Some(method.into()))
    }
}

impl<'a> IntoFuture for CreateTable<'a> {
    type Output = Result<()>;
    type IntoFuture = <Run<'a> as IntoFuture>::IntoFuture;

    fn into_future(self) -> Self::IntoFuture {
        self.0.into_future()
    }
}

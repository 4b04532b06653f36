//! Constraints as revisions write them.

use crate::catalog::{self, ConstraintKind, Deferrable, Ident, IndexStorage, QualifiedName};

use super::IndexElement;

pub use crate::catalog::ForeignKeyAction;

/// A constraint, checked at once unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint(catalog::Constraint);

fn idents<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Ident> {
    names.into_iter().map(Ident::new).collect()
}

impl Constraint {
    /// `PRIMARY KEY`.
    pub fn primary_key<'a>(columns: impl IntoIterator<Item = &'a str>) -> Self {
        let (columns, include, storage) = (idents(columns), Vec::new(), IndexStorage::default());
        Self(catalog::Constraint::of(ConstraintKind::PrimaryKey { columns, include, storage }))
    }

    /// `UNIQUE`.
    pub fn unique<'a>(columns: impl IntoIterator<Item = &'a str>) -> Self {
        Self(catalog::Constraint::of(ConstraintKind::Unique {
            columns: idents(columns),
            include: Vec::new(),
            nulls_not_distinct: false,
            storage: IndexStorage::default(),
        }))
    }

    /// `FOREIGN KEY … REFERENCES`.
    pub fn foreign_key<'a>(
        columns: impl IntoIterator<Item = &'a str>,
        table: impl Into<QualifiedName>,
        target: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self(catalog::Constraint::of(ConstraintKind::ForeignKey {
            columns: idents(columns),
            table: table.into(),
            target: idents(target),
            on_delete: ForeignKeyAction::NoAction,
            on_update: ForeignKeyAction::NoAction,
            match_full: false,
        }))
    }

    /// `CHECK`.
    pub fn check(expression: &str) -> Self {
        let expression = expression.into();
        Self(catalog::Constraint::of(ConstraintKind::Check { expression, no_inherit: false }))
    }

    /// `EXCLUDE USING`, with an operator for each element.
    pub fn exclusion<'a>(
        method: &str,
        elements: impl IntoIterator<Item = (IndexElement, &'a str)>,
    ) -> Self {
        let elements = elements
            .into_iter()
            .map(|(element, operator)| (element.into_element(), operator.to_owned()));
        Self(catalog::Constraint::of(ConstraintKind::Exclusion {
            method: method.into(),
            elements: elements.collect(),
            include: Vec::new(),
            predicate: None,
            storage: IndexStorage::default(),
        }))
    }

    /// `INCLUDE`.
    #[must_use]
    pub fn include<'a>(mut self, columns: impl IntoIterator<Item = &'a str>) -> Self {
        match &mut self.0.kind {
            ConstraintKind::PrimaryKey { include, .. }
            | ConstraintKind::Unique { include, .. }
            | ConstraintKind::Exclusion { include, .. } => *include = idents(columns),
            ConstraintKind::ForeignKey { .. } | ConstraintKind::Check { .. } => {}
        }
        self
    }

    /// `NULLS NOT DISTINCT`, from PostgreSQL 15.
    #[must_use]
    pub fn nulls_not_distinct(mut self) -> Self {
        if let ConstraintKind::Unique { nulls_not_distinct, .. } = &mut self.0.kind {
            *nulls_not_distinct = true;
        }
        self
    }

    /// `WHERE`, of an exclusion constraint.
    #[must_use]
    pub fn filter(mut self, sql: &str) -> Self {
        if let ConstraintKind::Exclusion { predicate, .. } = &mut self.0.kind {
            *predicate = Some(sql.into());
        }
        self
    }

    /// A storage parameter of the index behind it.
    #[must_use]
    pub fn option(mut self, name: &str, value: &str) -> Self {
        if let Some(storage) = self.storage() {
            storage.options.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// The tablespace of the index behind it.
    #[must_use]
    pub fn tablespace(mut self, tablespace: &str) -> Self {
        if let Some(storage) = self.storage() {
            storage.tablespace = Some(tablespace.into());
        }
        self
    }

    fn storage(&mut self) -> Option<&mut IndexStorage> {
        match &mut self.0.kind {
            ConstraintKind::PrimaryKey { storage, .. }
            | ConstraintKind::Unique { storage, .. }
            | ConstraintKind::Exclusion { storage, .. } => Some(storage),
            ConstraintKind::ForeignKey { .. } | ConstraintKind::Check { .. } => None,
        }
    }

    /// `ON DELETE`.
    #[must_use]
    pub fn on_delete(mut self, action: ForeignKeyAction) -> Self {
        if let ConstraintKind::ForeignKey { on_delete, .. } = &mut self.0.kind {
            *on_delete = action;
        }
        self
    }

    /// `ON UPDATE`.
    #[must_use]
    pub fn on_update(mut self, action: ForeignKeyAction) -> Self {
        if let ConstraintKind::ForeignKey { on_update, .. } = &mut self.0.kind {
            *on_update = action;
        }
        self
    }

    /// `MATCH FULL`.
    #[must_use]
    pub fn match_full(mut self) -> Self {
        if let ConstraintKind::ForeignKey { match_full, .. } = &mut self.0.kind {
            *match_full = true;
        }
        self
    }

    /// `DEFERRABLE`.
    #[must_use]
    pub fn deferrable(mut self) -> Self {
        self.0.deferrable = Deferrable::InitiallyImmediate;
        self
    }

    /// `DEFERRABLE INITIALLY DEFERRED`.
    #[must_use]
    pub fn initially_deferred(mut self) -> Self {
        self.0.deferrable = Deferrable::InitiallyDeferred;
        self
    }

    /// `NOT VALID`: rows that exist are not checked.
    #[must_use]
    pub fn not_valid(mut self) -> Self {
        self.0.validated = false;
        self
    }

    /// `NO INHERIT`, of a check.
    #[must_use]
    pub fn no_inherit(mut self) -> Self {
        if let ConstraintKind::Check { no_inherit, .. } = &mut self.0.kind {
            *no_inherit = true;
        }
        self
    }

    pub(super) fn into_constraint(self) -> catalog::Constraint {
        self.0
    }
}

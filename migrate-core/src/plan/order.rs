//! Which of two actions comes first where nothing decides: by kind, then by name; new columns come as
//! their table has them.

use std::cell::OnceCell;
use std::cmp::Ordering;

use crate::catalog::{Catalog, ConstraintKind, ObjectKey, QualifiedName};

use super::{Action, TableChange};

/// The tie-break of an action, the same on every run.
#[derive(Debug)]
pub(super) struct OrderKey<'a> {
    kind: u8,
    name: String,
    change: u8,
    /// Where a new column stands in its table.
    position: usize,
    action: &'a Action,
    detail: OnceCell<String>,
}

impl OrderKey<'_> {
    /// The statements, which are printed where nothing before decides.
    fn detail(&self) -> &str {
        self.detail.get_or_init(|| crate::sql::statements(self.action).concat())
    }
}

impl Ord for OrderKey<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.kind
            .cmp(&other.kind)
            .then_with(|| self.name.cmp(&other.name))
            .then_with(|| self.change.cmp(&other.change))
            .then_with(|| self.position.cmp(&other.position))
            .then_with(|| self.detail().cmp(other.detail()))
    }
}

impl PartialOrd for OrderKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for OrderKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for OrderKey<'_> {}

/// The tie-break of an action that leads to this catalog.
pub(super) fn order_key<'a>(action: &'a Action, desired: &Catalog) -> OrderKey<'a> {
    let (kind, name, change) = match action {
        Action::DropDependent { key, .. } => (0, key.to_string(), 0),
        Action::RequireUnusedLabels { name, .. } => (0, name.plain(), 1),
        Action::CreateSchema { name } => (1, name.as_str().to_owned(), 0),
        Action::CreateExtension { name, .. } | Action::MoveExtension { name, .. } => {
            (2, name.as_str().to_owned(), 0)
        }
        Action::CreateEnum { name, .. }
        | Action::AddEnumValue { name, .. }
        | Action::RenameEnumValue { name, .. }
        | Action::ReplaceEnum { name, .. } => (3, name.plain(), 0),
        Action::CreateComposite { name, .. }
        | Action::AlterComposite { name, .. }
        | Action::RenameAttribute { composite: name, .. } => (3, name.plain(), 1),
        Action::CreateDomain { name, .. }
        | Action::SetDomainDefault { name, .. }
        | Action::SetDomainNotNull { name }
        | Action::DropDomainNotNull { name } => (3, name.plain(), 2),
        Action::RenameType { name, .. } => (3, name.plain(), 3),
        Action::AddDomainConstraint { domain, .. }
        | Action::DropDomainConstraint { domain, .. }
        | Action::RenameDomainConstraint { domain, .. } => (3, domain.plain(), 4),
        Action::ValidateDomainConstraint { domain, .. } => (18, domain.plain(), 0),
        Action::CreateSequence { name, .. }
        | Action::AlterSequence { name, .. }
        | Action::RestartSequence { name, .. }
        | Action::RenameSequence { name, .. } => (4, name.plain(), 0),
        Action::AlterTable { table, changes } => table_key(table, changes),
        Action::CreateTable { name, .. }
        | Action::RenameTable { name, .. }
        | Action::MoveTable { name, .. } => (5, name.plain(), 0),
        Action::RenameColumn { table, .. } | Action::RenameConstraint { table, .. } => {
            (5, table.plain(), 1)
        }
        Action::Backfill { table, .. } => (5, table.plain(), 20),
        Action::SetSequenceOwner { name, .. }
        | Action::SetSequenceLogged { name }
        | Action::SetSequenceUnlogged { name } => (7, name.plain(), 0),
        Action::SyncSequence { table, .. } | Action::AdvanceSequence { table, .. } => {
            (7, table.plain(), 1)
        }
        Action::ContinueSequence { name, .. } | Action::TakeOverSequence { name, .. } => {
            (7, name.plain(), 1)
        }
        Action::CreateIndex { name, index, .. } => {
            (8, format!("{} {}", index.table.plain(), name.plain()), 0)
        }
        Action::RenameIndex { name, .. } => (8, name.plain(), 0),
        // What calls a function may not say so, as a model's expressions.
        Action::CreateDependent { key: ObjectKey::Function { .. }, .. } => (3, String::new(), 0),
        Action::CreateDependent { key, .. } => (9, key.to_string(), 0),
        Action::SetComment { on, .. } => {
            let table = on.table().map_or_else(|| on.to_string(), QualifiedName::plain);
            (10, table, 0)
        }
        Action::DropIndex { name, .. } => (4, name.plain(), 1),
        Action::DropTable { name } => (11, name.plain(), 0),
        Action::DropSequence { name } => (12, name.plain(), 0),
        Action::DropDomain { name } => (13, name.plain(), 0),
        Action::DropType { name } => (14, name.plain(), 0),
        Action::DropExtension { name } => (15, name.as_str().to_owned(), 0),
        Action::DropSchema { name } => (16, name.as_str().to_owned(), 0),
    };
    let position = position(action, desired);
    OrderKey { kind, name, change, position, action, detail: OnceCell::new() }
}

/// Where a column that is added stands in its table, from 0.
fn position(action: &Action, desired: &Catalog) -> usize {
    let Action::AlterTable { table, changes } = action else { return 0 };
    let Some(TableChange::AddColumn { column }) = changes.first() else { return 0 };
    let columns = desired.column_order.get(table).into_iter().flatten();
    columns.take_while(|name| **name != column.name).count()
}

/// Changes of one table stand together; foreign keys come when all tables are there.
fn table_key(table: &QualifiedName, changes: &[TableChange]) -> (u8, String, u8) {
    let name = table.plain();
    match changes.first() {
        Some(TableChange::AddConstraint { constraint, .. })
            if matches!(constraint.kind, ConstraintKind::ForeignKey { .. }) =>
        {
            (6, name, 0)
        }
        Some(TableChange::ValidateConstraint { .. }) => (18, name, 1),
        Some(TableChange::SetNotNull { .. }) => (5, name, 0),
        Some(TableChange::DropConstraint { .. }) => (5, name, 1),
        Some(TableChange::DropDefault { .. }) => (5, name, 2),
        Some(TableChange::SetType { .. }) => (5, name, 3),
        Some(TableChange::AddColumn { .. }) => (5, name, 4),
        Some(TableChange::SetDefault { .. }) => (5, name, 6),
        Some(TableChange::AddConstraint { .. } | TableChange::AddConstraintUsingIndex { .. }) => {
            (5, name, 7)
        }
        Some(TableChange::DropColumn { .. }) => (5, name, 8),
        _ => (5, name, 5),
    }
}

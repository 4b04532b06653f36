//! Ordered actions as steps: what one transaction holds, and what runs outside one.

use std::collections::HashSet;

use rustc_hash::FxHashSet;

use crate::catalog::QualifiedName;

use super::sort::Placed;
use super::{Action, IndexBuild, TableChange, locks};

/// Actions in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps; one transaction where there is only one.
    pub steps: Vec<Step>,
}

/// Actions that run together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name, unique in the plan.
    pub name: String,
    /// Whether a transaction holds it.
    pub mode: StepMode,
    /// The actions in order.
    pub actions: Vec<Action>,
}

/// How a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepMode {
    /// In a transaction.
    Transaction,
    /// Outside one.
    OutsideTransaction,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The actions of all steps.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.steps.iter().flat_map(|step| &step.actions)
    }

    /// The changes of tables, each with its table.
    pub(crate) fn table_changes(&self) -> impl Iterator<Item = (&QualifiedName, &TableChange)> {
        let altered = self.actions().filter_map(|action| match action {
            Action::AlterTable { table, changes } => Some((table, changes)),
            _ => None,
        });
        altered.flat_map(|(table, changes)| changes.iter().map(move |change| (table, change)))
    }

    /// Whether one transaction holds everything.
    pub fn is_one_transaction(&self) -> bool {
        match self.steps.as_slice() {
            [] => true,
            [step] => step.mode == StepMode::Transaction,
            _ => false,
        }
    }

    /// About how many locks one transaction would need for it, where that is too many for a server
    /// with default settings.
    pub fn too_many_locks(&self) -> Option<usize> {
        let needed = self.actions().map(locks::locks).sum();
        (needed > locks::BUDGET).then_some(needed)
    }

    /// Puts actions before everything else, in a transaction.
    pub fn prepend(&mut self, actions: Vec<Action>) {
        if actions.is_empty() {
            return;
        }
        match self.steps.first_mut() {
            Some(step) if step.mode == StepMode::Transaction => {
                step.actions.splice(0..0, actions);
            }
            _ => self.steps.insert(0, transaction(actions)),
        }
        name_steps(&mut self.steps);
    }

    /// Puts actions after everything else, in a transaction.
    pub fn append(&mut self, actions: Vec<Action>) {
        if actions.is_empty() {
            return;
        }
        match self.steps.last_mut() {
            Some(step) if step.mode == StepMode::Transaction => step.actions.extend(actions),
            _ => self.steps.push(transaction(actions)),
        }
        name_steps(&mut self.steps);
    }
}

fn transaction(actions: Vec<Action>) -> Step {
    Step { name: String::new(), mode: StepMode::Transaction, actions }
}

/// Cuts the order where a commit is needed, a transaction is not allowed, or would hold more locks
/// than a server has room for.
pub(super) fn steps(placed: Vec<Placed>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let (mut last_stage, mut held) = (0, 0);
    for Placed { action, stage } in placed {
        let outside = action.runs_outside_transaction();
        let needed = locks::locks(&action);
        match steps.last_mut() {
            Some(step)
                if step.mode == StepMode::Transaction
                    && !outside
                    && stage == last_stage
                    && held + needed <= locks::BUDGET
                    && step.actions.first().is_some_and(is_validation)
                        == is_validation(&action) =>
            {
                held += needed;
                step.actions.push(action);
            }
            _ => {
                let mode =
                    if outside { StepMode::OutsideTransaction } else { StepMode::Transaction };
                held = needed;
                steps.push(Step { name: String::new(), mode, actions: vec![action] });
            }
        }
        last_stage = stage;
    }
    name_steps(&mut steps);
    steps
}

/// A validation reads a whole table, and nothing that blocks another table may wait for it.
pub(super) fn is_validation(action: &Action) -> bool {
    match action {
        Action::AlterTable { changes, .. } => {
            changes.iter().all(|change| matches!(change, TableChange::ValidateConstraint { .. }))
        }
        Action::ValidateDomainConstraint { .. } => true,
        _ => false,
    }
}

fn name_steps(steps: &mut [Step]) {
    let mut taken: HashSet<String> = HashSet::new();
    for step in steps {
        let plain = swapped_name(&step.actions)
            .or_else(|| step.actions.first().map(name))
            .unwrap_or_default();
        let mut unique = plain.clone();
        let mut number = 2;
        while taken.contains(&unique) {
            unique = format!("{plain} ({number})");
            number += 1;
        }
        taken.insert(unique.clone());
        step.name = unique;
    }
}

/// What takes over from the same in another form, where the step is about that.
fn swapped_name(actions: &[Action]) -> Option<String> {
    let dropped = actions.iter().filter_map(|action| match action {
        Action::DropIndex { name, build: IndexBuild::Plain } => Some(name),
        _ => None,
    });
    let dropped: FxHashSet<&QualifiedName> = dropped.collect();
    actions.iter().find_map(|action| match action {
        Action::RenameIndex { name, desired } => {
            let swapped = dropped.contains(&name.sibling(desired.clone()));
            swapped.then(|| format!("replace {}", desired.as_str()))
        }
        Action::AlterTable { changes, .. } => changes.iter().find_map(|change| match change {
            TableChange::AddConstraintUsingIndex { name, .. }
                if changes.contains(&TableChange::DropConstraint { name: name.clone() }) =>
            {
                Some(format!("replace {}", name.as_str()))
            }
            _ => None,
        }),
        _ => None,
    })
}

/// What a step is about, from its first action.
fn name(action: &Action) -> String {
    match action {
        Action::CreateIndex { name, .. } => format!("build {}", name.plain()),
        Action::DropIndex { name, .. } => format!("drop {}", name.plain()),
        Action::Backfill { table, column, .. } => {
            format!("fill {}.{}", table.plain(), column.as_str())
        }
        Action::AlterTable { table, changes } => match changes.first() {
            Some(TableChange::ValidateConstraint { name }) => format!("validate {}", name.as_str()),
            Some(TableChange::AddConstraintUsingIndex { name, .. }) => {
                format!("add {}", name.as_str())
            }
            Some(TableChange::AddConstraint { name, .. }) => format!("add {}", name.as_str()),
            Some(TableChange::SetNotNull { column }) => {
                format!("require {}.{}", table.plain(), column.as_str())
            }
            _ => format!("change {}", table.plain()),
        },
        Action::AddEnumValue { name, .. } => format!("extend {}", name.plain()),
        Action::ValidateDomainConstraint { name, .. } => format!("validate {}", name.as_str()),
        _ => "change the schema".to_owned(),
    }
}

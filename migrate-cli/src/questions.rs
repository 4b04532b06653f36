//! Questions, asked on a terminal.

use std::collections::BTreeSet;

use anyhow::Context;
use inquire::{Confirm, Select};
use migrate_core::catalog::ObjectKey;
use migrate_core::diff::{Answers, ColumnRename, Rename, RenameCandidate, plain_name};

/// Asks about each candidate and adds the answers.
pub(crate) fn ask(candidates: &[RenameCandidate], answers: &mut Answers) -> anyhow::Result<()> {
    let mut taken = BTreeSet::new();
    for RenameCandidate { current, desired } in candidates {
        let free: Vec<&ObjectKey> = desired.iter().filter(|to| !taken.contains(to)).collect();
        if free.is_empty() {
            // What it may have become is another one now: it is asked about again, or dropped.
            continue;
        }
        let mut choices: Vec<String> = free.iter().map(|to| format!("renamed to {to}")).collect();
        choices.push("dropped, with what it holds".to_owned());
        let answer = Select::new(&format!("{current} is gone. It was"), choices)
            .raw_prompt()
            .context("no answer; `--rename` and `--drop` answer without a question")?;
        match free.get(answer.index) {
            Some(to) => {
                taken.insert(*to);
                answers.renames.extend(rename(current, to));
            }
            None => {
                answers.drops.insert(plain_name(current));
            }
        }
    }
    Ok(())
}

/// Asks whether to go on.
pub(crate) fn confirm(question: &str) -> anyhow::Result<bool> {
    let answer = Confirm::new(question).with_default(false).prompt();
    answer.context("no answer; `--yes` answers without a question")
}

fn rename(current: &ObjectKey, desired: &ObjectKey) -> Option<Rename> {
    match (current, desired) {
        (ObjectKey::Table { name: current }, ObjectKey::Table { name: desired }) => {
            Some(Rename::Table { current: current.clone(), desired: desired.clone() })
        }
        (ObjectKey::Column { name: current, .. }, ObjectKey::Column { table, name: desired }) => {
            Some(Rename::Column(ColumnRename {
                table: table.clone(),
                current: current.clone(),
                desired: desired.clone(),
            }))
        }
        _ => None,
    }
}

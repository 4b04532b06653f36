//! Questions, asked on a terminal.

use anyhow::Context;
use inquire::{Confirm, Select};
use migrate_core::catalog::ObjectKey;
use migrate_core::diff::{Answers, ColumnRename, Rename, RenameCandidate, plain_name};

/// Asks about each candidate and adds the answers.
pub(crate) fn ask(candidates: &[RenameCandidate], answers: &mut Answers) -> anyhow::Result<()> {
    for candidate in candidates {
        let RenameCandidate { current, desired } = candidate;
        let renamed = format!("renamed to {desired}");
        let question = format!("{current} is gone and {desired} is new. It was");
        let answer = Select::new(&question, vec![renamed.as_str(), "dropped, with what it holds"])
            .prompt()
            .context("no answer; `--rename` and `--drop` answer without a question")?;
        if answer == renamed {
            answers.renames.extend(rename(current, desired));
        } else {
            answers.drops.insert(plain_name(current));
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

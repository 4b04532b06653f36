//! `migrate status`.

use comfy_table::{Table, presets};
use migrate_core::runner::{self, Status};
use serde_json::json;

use crate::args::{Common, StatusArgs};
use crate::output::{Output, shown};
use crate::{Application, database, exit};

pub(crate) async fn run(
    application: &Application,
    common: &Common,
    args: &StatusArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let target = database::target(&application.project(), common).await?;
    let status = runner::status(application.chain, &target).await?;
    if args.json {
        output.data(&serde_json::to_string_pretty(&as_json(&status))?);
    } else {
        output.data(&as_table(&status));
    }
    if status.is_synced {
        output.say("note: `migrate dev sync` made changes that no applied revision makes; `migrate apply` keeps them where the next revisions make the same, and takes them back first where they don't");
    }
    if let Some(problem) = &status.problem {
        output.say(&format!("! {problem}"));
    }
    Ok(match (status.is_ahead, status.problem.is_some(), status.pending().next().is_some()) {
        (true, _, _) => exit::DATABASE_AHEAD,
        (false, true, _) => exit::ERROR,
        (false, false, true) => exit::DIFFERENCES,
        (false, false, false) => exit::FINE,
    })
}

fn as_table(status: &Status) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for revision in &status.revisions {
        let (at, by, took) = match &revision.record {
            Some(record) => {
                let took =
                    record.duration_ms.and_then(|milliseconds| u64::try_from(milliseconds).ok());
                let took = took.map(|took| shown(std::time::Duration::from_millis(took)));
                (record.applied_at.clone(), record.applied_by.clone(), took.unwrap_or_default())
            }
            None => (String::new(), String::new(), String::new()),
        };
        table.add_row([revision.word().to_owned(), revision.id.clone(), at, by, took]);
    }
    if status.revisions.is_empty() { "no revisions".to_owned() } else { table.trim_fmt() }
}

fn as_json(status: &Status) -> serde_json::Value {
    let revisions: Vec<_> = status
        .revisions
        .iter()
        .map(|revision| {
            let record = revision.record.as_ref();
            json!({
                "revision": revision.id,
                "state": revision.word(),
                "parent": record.and_then(|record| record.parent.clone()),
                "checksum": record.map(|record| record.checksum.clone()),
                "steps": record.map(|record| record.steps.clone()),
                "applied_by": record.map(|record| record.applied_by.clone()),
                "applied_at": record.map(|record| record.applied_at.clone()),
                "duration_ms": record.and_then(|record| record.duration_ms),
            })
        })
        .collect();
    json!({ "revisions": revisions, "problem": status.problem, "ahead": status.is_ahead })
}

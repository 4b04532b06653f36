//! `migrate plan`.

use migrate_core::runner::{self, PendingSql};
use serde_json::json;

use crate::args::{Common, PlanArgs};
use crate::output::Output;
use crate::{Application, database, exit};

pub(crate) async fn run(
    application: &Application,
    common: &Common,
    args: &PlanArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let target = database::target(&application.project(), common).await?;
    let pending =
        runner::pending_sql(application.chain, &application.dependencies, &target).await?;
    if args.json {
        output.data(&serde_json::to_string_pretty(&as_json(&pending))?);
    } else if !pending.is_empty() {
        output.data(&script(&pending));
    }
    if pending.is_empty() {
        output.say("nothing is pending");
        return Ok(exit::FINE);
    }
    Ok(exit::DIFFERENCES)
}

/// The statements with their steps and hazards as comments.
pub(super) fn script(pending: &[PendingSql]) -> String {
    let mut text = String::new();
    for revision in pending {
        text += &format!("-- {}\n", revision.revision);
        let mut step = &None;
        for statement in &revision.statements {
            if statement.step != *step {
                step = &statement.step;
                let outside =
                    if statement.outside_transaction { " (outside a transaction)" } else { "" };
                text += &format!("\n-- step: {}{outside}\n", step.as_deref().unwrap_or_default());
            }
            for hazard in &statement.hazards {
                text += &format!("-- {hazard}\n");
            }
            text += &format!("{};\n", statement.sql);
        }
        if revision.runs_code {
            text += "-- and code of its own, which can't be shown as SQL\n";
        }
        text += "\n";
    }
    text
}

fn as_json(pending: &[PendingSql]) -> serde_json::Value {
    let revisions = pending.iter().map(|revision| {
        let statements = revision.statements.iter().map(|statement| {
            json!({
                "step": statement.step,
                "outside_transaction": statement.outside_transaction,
                "sql": statement.sql,
                "hazards": statement.hazards.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        });
        json!({
            "revision": revision.revision,
            "runs_code": revision.runs_code,
            "statements": statements.collect::<Vec<_>>(),
        })
    });
    json!({ "pending": revisions.collect::<Vec<_>>() })
}

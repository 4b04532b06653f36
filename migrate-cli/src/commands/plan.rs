//! `migrate plan`.

use migrate_core::revision::{Executed, Work};
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
            text += &match &statement.work {
                Work::Sql(sql) => format!("{sql};\n"),
                Work::Code { place } => code(place, step.is_some()),
            };
        }
        if let Some(error) = &revision.stopped {
            let error = error.replace('\n', "\n-- ");
            text += &format!("-- hand-written code stops here, as nothing is run: {error}\n");
        }
        text += "\n";
    }
    text
}

/// Says where code runs; what its step does with the connection and after it is its own matter.
fn code(place: &str, in_step: bool) -> String {
    let within = if in_step { "step" } else { "revision" };
    format!(
        "-- hand-written code runs here, at {place}\n-- (it and what follows it in this {within} can't be shown as SQL)\n"
    )
}

fn as_json(pending: &[PendingSql]) -> serde_json::Value {
    let revisions = pending.iter().map(|revision| {
        json!({
            "revision": revision.revision,
            "runs_code": revision.runs_code(),
            "stopped": revision.stopped,
            "statements": statements_as_json(&revision.statements),
        })
    });
    json!({ "pending": revisions.collect::<Vec<_>>() })
}

/// Statements with their steps, locks and hazards.
pub(super) fn statements_as_json(statements: &[Executed]) -> Vec<serde_json::Value> {
    let statements = statements.iter().map(|statement| {
        json!({
            "step": statement.step,
            "outside_transaction": statement.outside_transaction,
            "sql": statement.sql(),
            "code": match &statement.work {
                Work::Sql(_) => None,
                Work::Code { place } => Some(place),
            },
            "hazards": statement.hazards.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    statements.collect()
}

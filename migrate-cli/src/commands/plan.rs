//! `migrate plan`.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow, bail};
use migrate_core::catalog::Ident;
use migrate_core::revision::{Chain, Executed, Work};
use migrate_core::runner::{self, Goal, PendingSql};
use migrate_core::target::Fleet;
use serde_json::json;

use crate::args::PlanArgs;
use crate::output::Output;
use crate::{Application, Config, exit, fleet};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &PlanArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    show(application, config, args, &Goal::Head, output).await
}

/// Shows what a run up to a goal would do.
pub(super) async fn show(
    application: &Application,
    config: &Config,
    args: &PlanArgs,
    goal: &Goal,
    output: &Output,
) -> anyhow::Result<u8> {
    let fleet = fleet::fleet(application, config, &args.selection).await?;
    fleet::note_no_tenants(&fleet, output);
    let single = if args.json { fleet::picked(&fleet, &args.selection) } else { fleet.single() };
    let Some(target) = single else {
        return of_fleet(application, config, &fleet, args, goal, output).await;
    };
    let chain = application.chain_for(&args.selection)?;
    let dependencies = &application.dependencies;
    let pending = runner::pending_sql(chain, dependencies, target, goal).await?;
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

/// Shows what is pending once for all targets that stand alike.
async fn of_fleet(
    application: &Application,
    config: &Config,
    fleet: &Fleet,
    args: &PlanArgs,
    goal: &Goal,
    output: &Output,
) -> anyhow::Result<u8> {
    if args.json {
        bail!("`--json` is for one target; name one with `--only`");
    }
    let chains = application.chains_for(&args.selection)?;
    let statuses = runner::fleet_status(fleet, chains, config.parallel()).await?;
    let mut alike: BTreeMap<(bool, Vec<String>), Vec<String>> = BTreeMap::new();
    for status in statuses {
        let target = status.map_err(|(database, error)| anyhow!("{database}: {error}"))?;
        if let Some(problem) = target.status.problem {
            bail!("`{}` in {}: {problem}", target.schema.as_str(), target.database);
        }
        let name = format!("{} in {}", target.schema.as_str(), target.database);
        // What is common comes whole, whatever goal the tenants have.
        let goal = if target.is_common && chains.common.is_some() { &Goal::Head } else { goal };
        let chain = chains.common.filter(|_| target.is_common).unwrap_or(chains.tenants);
        let pending = target.status.pending_to(chain, goal);
        let pending = pending.with_context(|| format!("`{name}`"))?;
        let pending: Vec<String> = pending.into_iter().map(|one| one.id.clone()).collect();
        alike.entry((!target.is_common, pending)).or_default().push(name);
    }
    alike.retain(|(_, pending), _| !pending.is_empty());
    for ((is_tenant, pending), targets) in &alike {
        let shared = chains.common.filter(|_| !is_tenant).unwrap_or(chains.tenants);
        let ordered = shared.ordered()?;
        let wanted: Vec<_> = ordered
            .into_iter()
            .filter(|revision| pending.iter().any(|id| id == revision.id()))
            .collect();
        let common = chains.common.filter(|_| *is_tenant).map(Chain::ordered).transpose()?;
        let mut sql = Vec::new();
        for revision in wanted {
            runner::require_common(revision, common.as_deref())?;
            let schema = Ident::new("{current_schema}");
            let (up, dependencies) = (&revision.up, &application.dependencies);
            sql.push(runner::record_sql(revision, up, dependencies, &schema, 0).await);
        }
        let named = targets.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let more = targets.len().saturating_sub(5);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        output.data(&format!("-- on {named}{more}\n\n{}", script(&sql)));
    }
    if alike.is_empty() {
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

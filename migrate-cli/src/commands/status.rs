//! `migrate status`.

use comfy_table::{Table, presets};
use migrate_core::runner::{self, RevisionStatus, RunError, Status, TargetStatus};
use serde_json::json;

use crate::args::StatusArgs;
use crate::output::{Output, shown};
use crate::{Application, Config, exit, fleet};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &StatusArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let fleet = fleet::fleet(application, config, &args.selection).await?;
    fleet::note_no_tenants(&fleet, output);
    let Some(target) = fleet.single() else {
        let chains = application.chains_for(&args.selection)?;
        let statuses = runner::fleet_status(&fleet, chains, config.parallel()).await?;
        return of_fleet(&statuses, args, runs_hooks(application, config)?, output);
    };
    let chain = application.chain_for(&args.selection)?;
    let status = runner::status(chain, target).await?;
    let unfinished = unfinished(&status, runs_hooks(application, config)?);
    if args.json {
        let json = as_json(&status, unfinished.as_deref(), args);
        output.data(&serde_json::to_string_pretty(&json)?);
    } else {
        output.data(&as_table(&status, args));
    }
    if status.is_synced {
        output.say("note: `migrate dev sync` made changes that no applied revision makes; `migrate apply` keeps them where the next revisions make the same, and takes them back first where they don't");
    }
    if let Some(problem) = status.problem.as_ref().or(unfinished.as_ref()) {
        output.say(&format!("! {problem}"));
    }
    Ok(code(&status, unfinished.is_some()))
}

/// Whether hooks come after everything.
fn runs_hooks(application: &Application, config: &Config) -> anyhow::Result<bool> {
    Ok(!config.run_settings(&application.hooks)?.hooks.after_all.is_empty())
}

/// What an earlier run left to be finished, beside what is pending.
fn unfinished(status: &Status, runs_hooks: bool) -> Option<String> {
    let hooks = (status.has_hooks_due && runs_hooks)
        .then(|| "the hooks after everything are owed; `migrate apply` runs them".to_owned());
    status.interrupted().or(hooks)
}

fn code(status: &Status, is_unfinished: bool) -> u8 {
    let has_work = is_unfinished || status.pending().next().is_some();
    match (status.is_ahead, status.problem.is_some(), has_work) {
        (true, _, _) => exit::DATABASE_AHEAD,
        (false, true, _) => exit::ERROR,
        (false, false, true) => exit::DIFFERENCES,
        (false, false, false) => exit::FINE,
    }
}

/// A line for each target: where it stands and how much is pending.
fn of_fleet(
    statuses: &[Result<TargetStatus, (String, RunError)>],
    args: &StatusArgs,
    runs_hooks: bool,
    output: &Output,
) -> anyhow::Result<u8> {
    if args.json {
        let targets: Vec<_> =
            statuses.iter().map(|status| target_as_json(status, runs_hooks, args)).collect();
        output.data(&serde_json::to_string_pretty(&json!({ "targets": targets }))?);
    } else {
        output.data(&fleet_table(statuses, args, runs_hooks));
    }
    let codes = statuses.iter().map(|status| match status {
        Ok(target) => code(&target.status, unfinished(&target.status, runs_hooks).is_some()),
        Err(_) => exit::ERROR,
    });
    // An error weighs more than being ahead, and that more than pending revisions.
    let weight = |code: &u8| match *code {
        exit::ERROR => 3,
        exit::DATABASE_AHEAD => 2,
        exit::DIFFERENCES => 1,
        _ => 0,
    };
    Ok(codes.max_by_key(weight).unwrap_or(exit::FINE))
}

fn fleet_table(
    statuses: &[Result<TargetStatus, (String, RunError)>],
    args: &StatusArgs,
    runs_hooks: bool,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for status in statuses {
        match status {
            Ok(target) => {
                let pending = target.status.pending().count();
                let unfinished = unfinished(&target.status, runs_hooks);
                let problem = target.status.problem.as_ref().or(unfinished.as_ref());
                if args.pending && pending == 0 && problem.is_none() {
                    continue;
                }
                let last = target.status.revisions.iter().rev().find(|one| one.word() == "applied");
                let last = last.map_or("nothing applied", |revision| revision.id.as_str());
                let word = match (problem, pending) {
                    (Some(problem), 0) => format!("! {problem}"),
                    (Some(problem), pending) => format!("{pending} pending, ! {problem}"),
                    (None, 0) => "up to date".to_owned(),
                    (None, pending) => format!("{pending} pending"),
                };
                table.add_row([target.schema.as_str(), &target.database, last, &word]);
            }
            Err((database, error)) => {
                table.add_row(["", database.as_str(), "", &format!("! {error}")]);
            }
        }
    }
    match (statuses, table.is_empty()) {
        ([], _) => "no targets".to_owned(),
        (_, true) => "every target is up to date".to_owned(),
        (_, false) => table.trim_fmt(),
    }
}

fn target_as_json(
    status: &Result<TargetStatus, (String, RunError)>,
    runs_hooks: bool,
    args: &StatusArgs,
) -> serde_json::Value {
    match status {
        Ok(target) => {
            let unfinished = unfinished(&target.status, runs_hooks);
            let mut json = as_json(&target.status, unfinished.as_deref(), args);
            json["database"] = target.database.clone().into();
            json["schema"] = target.schema.as_str().into();
            json["common"] = target.is_common.into();
            json
        }
        Err((database, error)) => json!({ "database": database, "problem": error.to_string() }),
    }
}

fn as_table(status: &Status, args: &StatusArgs) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for revision in listed(status, args) {
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
    if table.is_empty() { "no revisions".to_owned() } else { table.trim_fmt() }
}

fn listed<'a>(
    status: &'a Status,
    args: &StatusArgs,
) -> impl Iterator<Item = &'a RevisionStatus> + use<'a> {
    let all = !args.pending;
    status.revisions.iter().filter(move |revision| all || revision.word() != "applied")
}

/// A revision with our words, and with those that pgmigrate's `info` has.
fn as_json(status: &Status, unfinished: Option<&str>, args: &StatusArgs) -> serde_json::Value {
    let revisions: Vec<_> = listed(status, args)
        .map(|revision| {
            let record = revision.record.as_ref();
            json!({
                "revision": revision.id,
                "version": revision.number(),
                "description": revision.description(),
                "state": revision.word(),
                "type": if record.is_some_and(|record| record.is_baseline) { "manual" } else { "auto" },
                "transactional": revision.is_transactional,
                "parent": record.and_then(|record| record.parent.clone()),
                "checksum": record.map(|record| record.checksum.clone()),
                "steps": record.map(|record| record.steps.clone()),
                "applied_by": record.map(|record| record.applied_by.clone()),
                "applied_at": record.map(|record| record.applied_at.clone()),
                "installed_by": record.map(|record| record.applied_by.clone()),
                "installed_on": record.map(|record| record.applied_at.clone()),
                "duration_ms": record.and_then(|record| record.duration_ms),
            })
        })
        .collect();
    json!({
        "revisions": revisions,
        "problem": status.problem,
        "unfinished": unfinished,
        "ahead": status.is_ahead,
    })
}

//! `migrate apply`.

use anyhow::bail;
use migrate_core::revision::Chain;
use migrate_core::runner::{self, Goal, RunSettings, Serves};
use migrate_core::target::Target;

use crate::args::{ApplyArgs, PlanArgs};
use crate::output::Output;
use crate::{Application, Config, exit, fleet, fleet_output};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: ApplyArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let goal = goal(args.to.as_deref(), args.number, Goal::Head, '-')?;
    if args.dry_run {
        let plan = PlanArgs { json: false, selection: args.selection };
        return super::plan::show(application, config, &plan, &goal, output).await;
    }
    let settings = RunSettings {
        accepted_checksums: args.accept_checksum,
        serves: if args.selection.is_empty() { Serves::All } else { Serves::Picked },
        ..config.run_settings(&application.hooks)?
    };
    let fleet = fleet::fleet(application, config, &args.selection).await?;
    fleet::note_no_tenants(&fleet, output);
    if config.bootstrap.unwrap_or(false) {
        super::bootstrap::bootstrap(application, config, &fleet, output).await?;
    }
    let chain = application.chain_for(&args.selection)?;
    if let Some(target) = fleet.single() {
        return of_target(application, config, chain, target, &goal, &settings, output).await;
    }
    let chains = application.chains_for(&args.selection)?;
    let shown = fleet_output::Progress::new(&fleet, output);
    let listen = |target: &Target, event| shown.event("applied", target, event);
    let report = runner::apply_fleet(
        &fleet,
        chains,
        &application.dependencies,
        &goal,
        &settings,
        config.fleet_settings(args.heal),
        &listen,
    )
    .await;
    shown.finish();
    Ok(fleet_output::summarize("applied", &report?, output))
}

async fn of_target(
    application: &Application,
    config: &Config,
    chain: &Chain,
    target: &Target,
    goal: &Goal,
    settings: &RunSettings,
    output: &Output,
) -> anyhow::Result<u8> {
    let listen = |event| output.event("applied", event);
    let is_own = std::ptr::eq(chain, application.chain);
    let may_adopt = is_own && *goal == Goal::Head && settings.accepted_checksums.is_empty();
    if may_adopt && super::dev_sync::adopt(application, config, target, output).await? {
        return Ok(exit::FINE);
    }
    let dependencies = &application.dependencies;
    let outcome = runner::apply(chain, dependencies, target, goal, settings, &listen).await;
    output.finish();
    match outcome {
        Ok(applied) => {
            if applied.revisions.is_empty() {
                output.say(match goal {
                    Goal::Head => "nothing is pending",
                    Goal::Count(0) => "nothing was to be applied",
                    Goal::Base | Goal::Count(_) | Goal::Revision(_) => {
                        "nothing is pending up to there"
                    }
                });
            }
            Ok(exit::FINE)
        }
        Err(error) => {
            let error = error.into();
            output.error(&error);
            Ok(exit::of(&error))
        }
    }
}

/// The goal of `--to` or `-n`.
pub(super) fn goal(
    to: Option<&str>,
    number: Option<usize>,
    otherwise: Goal,
    wrong_way: char,
) -> anyhow::Result<Goal> {
    Ok(match (to, number) {
        (Some(to), _) => match to.parse().unwrap_or(otherwise) {
            Goal::Count(_) if to.starts_with(wrong_way) => {
                bail!(
                    "`--to {to}` is the other way; `apply` goes on by `+1`, `rollback` back by `-1`"
                )
            }
            goal => goal,
        },
        (None, Some(count)) => Goal::Count(count),
        (None, None) => otherwise,
    })
}

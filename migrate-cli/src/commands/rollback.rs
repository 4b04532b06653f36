//! `migrate rollback`.

use anyhow::{anyhow, bail};
use migrate_core::runner::{self, Chains, Goal, RunSettings};
use migrate_core::target::Target;

use crate::args::{RollbackArgs, Selection};
use crate::output::Output;
use crate::{Application, Config, exit, fleet, fleet_output};

use super::apply::goal;

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: RollbackArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let goal = goal(args.to.as_deref(), args.number, Goal::Count(1), '+')?;
    let (chain, dependencies) =
        (application.chain_for(&args.selection)?, &application.dependencies);
    if args.selection.common {
        require_nothing_built_on(application, config, &args.selection, &goal).await?;
    }
    if args.dry_run {
        let target = fleet::single(application, config, &args.selection).await?;
        let pending = runner::rollback_sql(chain, dependencies, &target, &goal).await?;
        output.data(&super::plan::script(&pending));
        return Ok(exit::FINE);
    }
    let settings = RunSettings {
        accepted_checksums: args.accept_checksum,
        ..config.run_settings(&application.hooks)?
    };
    let fleet = fleet::fleet(application, config, &args.selection).await?;
    fleet::note_no_tenants(&fleet, output);
    if let Some(target) = fleet.single() {
        let listen = |event| output.event("rolled back", event);
        let rolled_back =
            runner::rollback(chain, dependencies, target, &goal, &settings, &listen).await?;
        output.finish();
        if rolled_back.revisions.is_empty() {
            output.say("nothing is applied that would have to go");
        }
        return Ok(exit::FINE);
    }
    let shown = fleet_output::Progress::new(&fleet, output);
    let listen = |target: &Target, event| shown.event("rolled back", target, event);
    let over = config.fleet_settings(false);
    let report =
        runner::rollback_fleet(&fleet, chain, dependencies, &goal, &settings, over, &listen).await;
    shown.finish();
    Ok(fleet_output::summarize("rolled back", &report?, output))
}

/// Refuses to take from below tenants what their revisions build on.
async fn require_nothing_built_on(
    application: &Application,
    config: &Config,
    common: &Selection,
    goal: &Goal,
) -> anyhow::Result<()> {
    let (chain, dependencies) = (application.chain_for(common)?, &application.dependencies);
    let mut going = Vec::new();
    for database in fleet::fleet(application, config, common).await?.databases {
        for target in &database.tenants {
            let sql = runner::rollback_sql(chain, dependencies, target, goal).await?;
            going.extend(sql.into_iter().map(|one| one.revision));
        }
    }
    let all = Selection::default();
    let tenants = application.chain_for(&all)?;
    let fleet = fleet::fleet(application, config, &all).await?;
    let chains = Chains { common: application.common, tenants };
    let statuses = runner::fleet_status(&fleet, chains, config.parallel()).await?;
    let statuses: Result<Vec<_>, _> = statuses.into_iter().collect();
    let statuses = statuses.map_err(|(database, error)| anyhow!("{database}: {error}"))?;
    match runner::requirement(&going, &tenants.ordered()?, &statuses) {
        None => Ok(()),
        Some(found) => bail!(
            "`{}` of {} builds on `{}`, which would go; roll the tenants back first; nothing was run",
            found.revision,
            found.tenant,
            found.required
        ),
    }
}

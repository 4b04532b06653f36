//! `migrate rollback`.

use migrate_core::runner::{self, Goal, RunSettings};
use migrate_core::target::Target;

use crate::args::RollbackArgs;
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

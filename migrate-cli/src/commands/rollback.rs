//! `migrate rollback`.

use migrate_core::runner::{self, Goal, RunSettings};

use crate::args::{Common, RollbackArgs};
use crate::output::Output;
use crate::{Application, database, exit};

use super::apply::goal;

pub(crate) async fn run(
    application: &Application,
    common: &Common,
    args: RollbackArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let goal = goal(args.to.as_deref(), args.number, Goal::Count(1));
    let target = database::target(&application.project(), common).await?;
    if args.dry_run {
        let pending =
            runner::rollback_sql(application.chain, &application.dependencies, &target, &goal)
                .await?;
        output.data(&super::plan::script(&pending));
        return Ok(exit::FINE);
    }
    let listen = |event| output.event("rolled back", event);
    let settings =
        RunSettings { accepted_checksums: args.accept_checksum, ..args.waiting.settings() };
    let rolled_back = runner::rollback(
        application.chain,
        &application.dependencies,
        &target,
        &goal,
        &settings,
        &listen,
    )
    .await?;
    output.finish();
    if rolled_back.revisions.is_empty() {
        output.say("nothing is applied that would have to go");
    }
    Ok(exit::FINE)
}

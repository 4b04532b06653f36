//! `migrate resolve`.

use migrate_core::history::Resolution;
use migrate_core::runner;

use crate::args::ResolveArgs;
use crate::output::Output;
use crate::{Application, Config, exit, fleet};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &ResolveArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let target = fleet::single(application, config, &args.selection).await?;
    let resolution = if args.redo { Resolution::Redo } else { Resolution::Done };
    let (chain, dependencies) =
        (application.chain_for(&args.selection)?, &application.dependencies);
    let text = &args.revision;
    let resolved = runner::resolve(chain, dependencies, &target, text, resolution).await?;
    output.say(&format!("noted for `{resolved}`; `migrate apply`, or `migrate rollback` where it stopped, goes on from there"));
    Ok(exit::FINE)
}

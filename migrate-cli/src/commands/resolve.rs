//! `migrate resolve`.

use anyhow::bail;
use migrate_core::history::Resolution;

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
    let mut connection = target.connect().await?;
    let resolved = target.history.resolve(&mut connection, &args.revision, resolution).await?;
    if resolved == 0 {
        bail!(
            "no step of `{}` was interrupted; `migrate status` shows where the database stands",
            args.revision
        );
    }
    output.say("noted; `migrate apply` goes on from there");
    Ok(exit::FINE)
}

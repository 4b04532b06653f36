//! `migrate clean`.

use migrate_core::runner;

use crate::args::CleanArgs;
use crate::output::Output;
use crate::{Application, Config, exit, fleet};

use super::dev_sync::go_on;

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &CleanArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let fleet = fleet::fleet(application, config, &args.selection).await?;
    let targets: Vec<_> = fleet
        .databases
        .iter()
        .flat_map(|database| {
            // What is shared goes where all goes.
            let common = database.common.iter().filter(|_| args.selection.is_empty());
            common.chain(&database.tenants)
        })
        .collect();
    let mut to_remove = Vec::new();
    for target in targets {
        let place = format!("{} in {}", target.history, target.place());
        match runner::history_to_clean(target).await? {
            Some(revisions) => {
                output.say(&format!("{place}: {revisions} revisions"));
                to_remove.push(target);
            }
            None => output.say(&format!("{place}: nothing to remove")),
        }
    }
    if to_remove.is_empty() {
        return Ok(exit::FINE);
    }
    output.say("The history goes; what revisions made stays, and looks like made by nobody.");
    if !go_on("Remove it?", args.yes, output)? {
        return Ok(exit::FINE);
    }
    let settings = config.run_settings(&application.hooks)?;
    let listen = |event| output.event("removed", event);
    for target in to_remove {
        runner::clean(target, &settings, &listen).await?;
    }
    output.say("removed");
    Ok(exit::FINE)
}

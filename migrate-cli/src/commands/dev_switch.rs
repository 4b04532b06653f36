//! `migrate dev switch`.

use migrate_core::runner::{self, RunSettings};

use crate::args::SwitchArgs;
use crate::output::Output;
use crate::{Application, Config, database, exit};

use super::dev_sync::go_on;

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &SwitchArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let (target, _) = database::local_target(&application.project(), config).await?;
    let gone = runner::to_switch(application.chain, &target).await?;
    for one in &gone {
        output.say(&format!("-- {}", one.revision));
        output.say(one.down_sql.trim_end());
    }
    if !gone.is_empty() {
        if !go_on("Take this back, with the rows in what goes?", args.yes, output)? {
            return Ok(exit::FINE);
        }
        let listen = |event| output.event("took back", event);
        runner::switch(application.chain, &target, &RunSettings::default(), &listen).await?;
        output.finish();
    }
    let status = runner::status(application.chain, &target).await?;
    if !runner::synced(&target).await?.is_empty() {
        output.say("note: `migrate dev sync` made changes that no applied revision makes; `migrate dev sync --undo` takes them back");
    }
    if let Some(problem) = &status.problem {
        output.say(&format!("! {problem}"));
        return Ok(exit::ERROR);
    }
    let pending: Vec<&str> = status.pending().map(|revision| revision.id.as_str()).collect();
    if pending.is_empty() {
        output.say("the database is where this branch is; nothing is pending");
        return Ok(exit::FINE);
    }
    output.say("`migrate apply` goes on with");
    for id in pending {
        output.say(&format!("  {id}"));
    }
    Ok(exit::FINE)
}

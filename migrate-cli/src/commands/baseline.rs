//! `migrate baseline`.

use anyhow::bail;
use migrate_core::generate::{self, Scratch};
use migrate_core::runner;
use migrate_core::target::Target;

use crate::args::BaselineArgs;
use crate::output::Output;
use crate::{Application, Config, exit, fleet, scratch};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &BaselineArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let fleet = fleet::fleet(application, config, &args.selection).await?;
    let targets: Vec<&Target> =
        fleet.databases.iter().flat_map(|database| &database.tenants).collect();
    if args.verify {
        for target in &targets {
            verify(application, config, target, args).await?;
        }
    }
    let settings = config.run_settings(&application.hooks)?;
    let (chain, dependencies) =
        (application.chain_for(&args.selection)?, &application.dependencies);
    for target in &targets {
        runner::check_baseline(chain, dependencies, target, &args.at, &settings).await?;
    }
    for target in targets {
        let listen = |event| output.event("noted", event);
        let noted =
            runner::baseline(chain, dependencies, target, &args.at, &settings, &listen).await?;
        let schema = target.schema.as_str();
        if noted.is_empty() {
            output.say(&format!("{schema}: it was applied already"));
        }
        for revision in noted {
            output
                .say(&format!("{schema}: {revision} is written down as applied; nothing was run"));
        }
    }
    Ok(exit::FINE)
}

/// Refuses a baseline that says what isn't so.
async fn verify(
    application: &Application,
    config: &Config,
    target: &Target,
    args: &BaselineArgs,
) -> anyhow::Result<()> {
    let revisions = runner::baseline_revisions(application.chain_for(&args.selection)?, &args.at)?;
    let scratch = Scratch { schema: target.schema.clone(), ..scratch::open(config).await? };
    let common = config.common_schema.as_ref().zip(application.common);
    let scratch = match common.filter(|_| !args.selection.common) {
        Some((schema, chain)) => {
            let dependencies = &application.dependencies;
            generate::share(&scratch, &schema.into(), chain, dependencies, None).await?
        }
        None => scratch,
    };
    let drift =
        generate::drift_from(&revisions, &application.dependencies, &scratch, target).await?;
    if drift.changed.is_empty() {
        return Ok(());
    }
    bail!(
        "`{}` is not what the revisions up to `{}` build, so nothing was written down:\n  {}",
        target.schema.as_str(),
        args.at,
        drift.changed.join("\n  ")
    )
}

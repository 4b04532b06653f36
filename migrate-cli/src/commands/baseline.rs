//! `migrate baseline`.

use anyhow::bail;
use migrate_core::generate::{self, Drift, Scratch};
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
    let (chain, dependencies) =
        (application.chain_for(&args.selection)?, &application.dependencies);
    if args.verify && !targets.is_empty() {
        let revisions = runner::baseline_revisions(chain, &args.at)?;
        let scratch = beside_what_is_shared(application, config, args).await?;
        for target in &targets {
            let scratch = Scratch { schema: target.schema.clone(), ..scratch.clone() };
            let drift = generate::drift_from(&revisions, dependencies, &scratch, target).await?;
            require_none(&drift, target, &args.at)?;
            if let Some(extra) = listed(&drift.extra) {
                let (schema, at) = (target.schema.as_str(), &args.at);
                output.say(&format!(
                    "{schema}: there is also what the revisions up to `{at}` don't build: {extra}; a later one that does would fail"
                ));
            }
        }
    }
    let settings = config.run_settings(&application.hooks)?;
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

/// Where targets are built anew, with what they share.
async fn beside_what_is_shared(
    application: &Application,
    config: &Config,
    args: &BaselineArgs,
) -> anyhow::Result<Scratch> {
    let scratch = scratch::open(config).await?;
    let common = config.common_schema.as_ref().zip(application.common);
    let Some((schema, chain)) = common.filter(|_| !args.selection.common) else {
        return Ok(scratch);
    };
    let dependencies = &application.dependencies;
    Ok(generate::share(&scratch, &schema.into(), chain, dependencies, None).await?)
}

/// The first of some objects, and how many more there are.
fn listed(objects: &[String]) -> Option<String> {
    const SHOWN: usize = 10;
    let shown = objects.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match objects.len() {
        0 => None,
        many if many > SHOWN => Some(format!("{shown} and {} more", many - SHOWN)),
        _ => Some(shown),
    }
}

/// Refuses a baseline that says what isn't so.
fn require_none(drift: &Drift, target: &Target, at: &str) -> anyhow::Result<()> {
    if drift.changed.is_empty() {
        return Ok(());
    }
    bail!(
        "`{}` is not what the revisions up to `{at}` build, so nothing was written down:\n  {}",
        target.schema.as_str(),
        drift.changed.join("\n  ")
    )
}

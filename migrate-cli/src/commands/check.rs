//! `migrate check`.

use migrate_core::generate::{self, Agreement, Comparison, DraftSettings, Sources};
use migrate_core::runner;
use serde_json::json;

use crate::args::CheckArgs;
use crate::output::Output;
use crate::{Application, Config, database, exit, scratch};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &CheckArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let registry = super::generate::registry(application, &[])?;
    output.say(&super::generate::counted(&registry));
    output.working("comparing the models with the revisions");
    let sources = Sources {
        registry: &registry,
        chain: application.chain,
        dependencies: &application.dependencies,
    };
    let (differences, notes) = model_differences(&sources, config).await?;
    let found = match args.database {
        true => Some(database_findings(application, config).await?),
        false => None,
    };
    output.finish();
    let code = report(&differences, found.as_ref(), args, output)?;
    output.notes(&notes);
    Ok(code)
}

/// What differs, and what is to be said beside it.
async fn model_differences(
    sources: &Sources<'_>,
    config: &Config,
) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let agreement = scratch::agreement(sources, config)?;
    if let Some(notes) = agreement.as_ref().and_then(Agreement::known) {
        return Ok((Vec::new(), notes));
    }
    let schema = Some(config.schema());
    let settings = DraftSettings { schema, ..DraftSettings::default() };
    let scratch = scratch::open(config).await?;
    let Comparison { differences, stale_renames } =
        generate::compare(sources, &scratch, &settings).await?;
    let notes = super::generate::stale_notes(&stale_renames);
    if differences.is_empty() {
        agreement.inspect(|agreement| agreement.remember(&notes));
    }
    Ok((differences, notes))
}

/// What `--database` finds.
struct Findings {
    problem: Option<String>,
    lag: Vec<String>,
    drift: Vec<String>,
    extra: Vec<String>,
    unfinished: Option<String>,
}

async fn database_findings(application: &Application, config: &Config) -> anyhow::Result<Findings> {
    let scratch = scratch::open(config).await?;
    let target = database::target(&application.project(), config).await?;
    let status = runner::status(application.chain, &target).await?;
    let drift =
        generate::drift(application.chain, &application.dependencies, &scratch, &target).await?;
    Ok(Findings {
        lag: status.pending().map(|revision| revision.id.clone()).collect(),
        problem: status.problem,
        drift: drift.changed,
        extra: drift.extra,
        unfinished: drift.unfinished,
    })
}

fn report(
    differences: &[String],
    found: Option<&Findings>,
    args: &CheckArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    if args.json {
        let database = found.map(|found| {
            json!({
                "problem": found.problem,
                "unfinished": found.unfinished,
                "lag": found.lag,
                "drift": found.drift,
                "extra": found.extra,
            })
        });
        let report = json!({ "models": differences, "database": database });
        output.data(&serde_json::to_string_pretty(&report)?);
    } else {
        lines("the models and the revisions differ; run `migrate generate`:", differences, output);
        if let Some(found) = found {
            lines("pending in the database; run `migrate apply`:", &found.lag, output);
            lines(
                "not compared with the database, as changes by hand can't be told before:",
                found.unfinished.as_slice(),
                output,
            );
            lines("changed in the database by hand:", &found.drift, output);
            lines("in the database, made by no revision, left alone:", &found.extra, output);
            lines("the history doesn't fit:", found.problem.as_slice(), output);
        }
    }
    let differs = found.is_some_and(|found| {
        found.problem.is_some()
            || found.unfinished.is_some()
            || !found.lag.is_empty()
            || !found.drift.is_empty()
    });
    if differs || !differences.is_empty() {
        return Ok(exit::DIFFERENCES);
    }
    output.say("the models and the revisions agree");
    Ok(exit::FINE)
}

fn lines(title: &str, lines: &[String], output: &Output) {
    if lines.is_empty() {
        return;
    }
    output.data(title);
    for line in lines {
        output.data(&format!("  {line}"));
    }
}

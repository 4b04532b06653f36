//! `migrate check`.

use migrate_core::generate::{self, Agreement, Comparison, DraftSettings};
use migrate_core::model::Registry;
use migrate_core::runner;
use migrate_core::target::Target;
use serde_json::json;

use crate::args::CheckArgs;
use crate::output::Output;
use crate::{Application, Config, exit, fleet};

use super::generate::{Parts, Work};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &CheckArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let registry = super::generate::registry(application, &[])?;
    output.say(&super::generate::counted(&registry));
    output.working("comparing the models with the revisions");
    let (mut differences, mut notes) = (Vec::new(), Vec::new());
    let works = works(application, config, registry)?;
    for work in &works {
        let (more, said) = model_differences(work).await?;
        differences.extend(more);
        notes.extend(said);
    }
    let found = match args.database {
        true => Some(database_findings(application, config, &works, args).await?),
        false => None,
    };
    output.finish();
    let code = report(&differences, found.as_ref(), args, output)?;
    output.notes(&notes);
    Ok(code)
}

/// What is compared: each chain with its models.
fn works<'a>(
    application: &'a Application,
    config: &'a Config,
    registry: Registry,
) -> anyhow::Result<Vec<Work<'a>>> {
    Ok(match Parts::of(application, config)? {
        None => vec![Work::on(application, config, registry)],
        Some(parts) => {
            vec![parts.common(config, registry.clone()), parts.tenants(config, registry, None)]
        }
    })
}

/// What differs, and what is to be said beside it.
async fn model_differences(work: &Work<'_>) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let agreement = work.agreement()?;
    if let Some(notes) = agreement.as_ref().and_then(Agreement::known) {
        return Ok((Vec::new(), notes));
    }
    let settings = DraftSettings { schema: Some(work.schema.clone()), ..DraftSettings::default() };
    let scratch = work.scratch().await?;
    let Comparison { differences, stale_renames } =
        generate::compare(&work.sources(), &scratch, &settings).await?;
    let notes = super::generate::stale_notes(&stale_renames);
    if differences.is_empty() {
        agreement.inspect(|agreement| agreement.remember(&notes));
    }
    Ok((differences, notes))
}

/// What `--database` finds.
#[derive(Default)]
struct Findings {
    problem: Vec<String>,
    lag: Vec<String>,
    drift: Vec<String>,
    extra: Vec<String>,
    unfinished: Vec<String>,
}

/// What `--database` finds on every target.
async fn database_findings(
    application: &Application,
    config: &Config,
    works: &[Work<'_>],
    args: &CheckArgs,
) -> anyhow::Result<Findings> {
    let fleet = fleet::fleet(application, config, &args.selection).await?;
    if let (Some(target), [work]) = (fleet.single(), works) {
        return findings_on(work, target).await;
    }
    let mut all = Findings::default();
    for database in &fleet.databases {
        let tenants = database.tenants.iter().map(|tenant| (works.last(), tenant));
        let common = database.common.iter().map(|common| (works.first(), common));
        for (work, target) in common.chain(tenants) {
            let Some(work) = work else { continue };
            all.add(
                &format!("{} in {}: ", target.schema.as_str(), database.name),
                findings_on(work, target).await?,
            );
        }
    }
    Ok(all)
}

async fn findings_on(work: &Work<'_>, target: &Target) -> anyhow::Result<Findings> {
    let status = runner::status(work.chain, target).await?;
    let scratch = work.scratch().await?;
    let drift = generate::drift(work.chain, work.dependencies, &scratch, target).await?;
    Ok(Findings {
        lag: status.pending().map(|revision| revision.id.clone()).collect(),
        problem: status.problem.into_iter().collect(),
        drift: drift.changed,
        extra: drift.extra,
        unfinished: drift.unfinished.into_iter().collect(),
    })
}

impl Findings {
    fn add(&mut self, place: &str, other: Self) {
        let pairs = [
            (&mut self.problem, other.problem),
            (&mut self.lag, other.lag),
            (&mut self.drift, other.drift),
            (&mut self.extra, other.extra),
            (&mut self.unfinished, other.unfinished),
        ];
        for (all, more) in pairs {
            all.extend(more.into_iter().map(|line| format!("{place}{line}")));
        }
    }
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
                "problem": joined(&found.problem),
                "unfinished": joined(&found.unfinished),
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
                &found.unfinished,
                output,
            );
            lines("changed in the database by hand:", &found.drift, output);
            lines("in the database, made by no revision, left alone:", &found.extra, output);
            lines("the history doesn't fit:", &found.problem, output);
        }
    }
    let differs = found.is_some_and(|found| {
        !found.problem.is_empty()
            || !found.unfinished.is_empty()
            || !found.lag.is_empty()
            || !found.drift.is_empty()
    });
    if differs || !differences.is_empty() {
        return Ok(exit::DIFFERENCES);
    }
    output.say("the models and the revisions agree");
    Ok(exit::FINE)
}

fn joined(lines: &[String]) -> Option<String> {
    (!lines.is_empty()).then(|| lines.join("\n"))
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

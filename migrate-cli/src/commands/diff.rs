//! `migrate diff`.

use anyhow::bail;
use migrate_core::between::{
    self, Comparison, End, Need, Pattern, Settings, Side, Source, psql_script,
};
use migrate_core::generate::Scratch;
use migrate_core::loss::{self, CountedLoss, Loss, Permission};
use migrate_core::runner::{self, Hooks};
use migrate_core::target::Target;
use serde_json::json;
use sqlx::Connection;
use sqlx::postgres::PgConnectOptions;

use super::plan::statements_as_json;
use crate::answers::{answers, using};
use crate::args::DiffArgs;
use crate::output::Output;
use crate::sides::Words;
use crate::{Config, database, exit, questions, scratch};

pub(crate) async fn run(
    words: &Words<'_>,
    config: &Config,
    args: DiffArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let allow = permissions(&args)?;
    let registry = words.registry([&args.from, &args.to])?;
    let sources = [
        words.source(End::Current, &args.from, registry.as_ref())?,
        words.source(End::Desired, &args.to, registry.as_ref())?,
    ];
    let from = sources[0].database().map(|options| config.target(options.clone()));
    require_answer(from.as_ref(), &args, output)?;
    output.working("reading both schemas");
    let work = Work { words, config, settings: settings(&args, config)?, sources };
    let comparison = work.compare(args.verify, output).await?;
    output.finish();
    tell(&comparison, output);
    require_allowed(&comparison, &allow, from.as_ref()).await?;
    require_no_rows_in_the_way(&comparison, from.as_ref()).await?;
    let target = from.unwrap_or_else(|| config.target(PgConnectOptions::new()));
    show(&comparison, &target, &args, output)?;
    match (comparison.statements.is_empty(), args.apply) {
        (true, _) => Ok(exit::FINE),
        (false, false) => Ok(exit::DIFFERENCES),
        (false, true) => apply(&comparison, &target, config, &args, output).await,
    }
}

fn permissions(args: &DiffArgs) -> anyhow::Result<Vec<Permission>> {
    args.allow.iter().map(|text| Ok(text.parse()?)).collect()
}

fn settings(args: &DiffArgs, config: &Config) -> anyhow::Result<Settings> {
    // Names of the target have no schema in front.
    let target = format!("{}.", config.schema().as_str());
    let local = |text: &str| Pattern::from(text.strip_prefix(&target).unwrap_or(text));
    Ok(Settings {
        simple: args.simple,
        answers: answers(&args.rename, &[], &config.schema())?,
        using: using(&args.using)?,
        exclude: args.exclude.iter().map(|text| local(text)).collect(),
    })
}

/// Refuses, before anything is read, an `--apply` without a database or without an answer.
fn require_answer(from: Option<&Target>, args: &DiffArgs, output: &Output) -> anyhow::Result<()> {
    if args.apply && from.is_none() {
        bail!("`--apply` changes FROM, which is no database here; name its URL first");
    }
    if args.apply && !args.yes && !output.can_ask() {
        bail!(
            "`--apply` asks before it changes FROM, and nobody can answer here; pass `--yes` when what `migrate diff` shows is meant"
        );
    }
    Ok(())
}

/// What is compared, and how.
struct Work<'a> {
    words: &'a Words<'a>,
    config: &'a Config,
    settings: Settings,
    sources: [Source<'a>; 2],
}

impl Work<'_> {
    async fn compare(&self, verify: bool, output: &Output) -> anyhow::Result<Comparison> {
        let schema = self.config.schema();
        let is_built = self.sources.iter().any(|source| source.database().is_none());
        let mut scratch = if is_built || verify { Some(self.scratch().await?) } else { None };
        let sources = self.sources.each_ref();
        let [current, desired] = between::read(sources, &schema, scratch.as_ref()).await?;
        for note in current.notes.iter().chain(&desired.notes) {
            output.say(note);
        }
        if scratch.is_none() {
            scratch = self.scratch_where_needed(&current, &desired, output).await?;
        }
        let scratch = scratch.as_ref();
        let comparison =
            between::compare(&current, &desired, &schema, scratch, &self.settings).await?;
        if let (true, Some(scratch)) = (verify, scratch) {
            between::verify(&comparison, &current, scratch).await?;
            output.say(match current.catalog.unhandled.is_empty() {
                true => "proved on a copy of FROM",
                false => "proved on a copy of FROM, without what isn't handled there",
            });
        }
        current.close().await;
        desired.close().await;
        Ok(comparison)
    }

    /// Two databases need no scratch server before something is in question.
    async fn scratch_where_needed(
        &self,
        current: &Side,
        desired: &Side,
        output: &Output,
    ) -> anyhow::Result<Option<Scratch>> {
        match between::need(current, desired, &self.settings)? {
            Need::Nothing => Ok(None),
            Need::Required => self.scratch().await.map(Some),
            Need::Helpful => {
                let scratch = self.scratch().await;
                if let Err(error) = &scratch {
                    output.say(&format!("no scratch server can be had: {error:#}"));
                }
                Ok(scratch.ok())
            }
        }
    }

    /// A scratch server of the version of whichever side is a database.
    async fn scratch(&self) -> anyhow::Result<Scratch> {
        let database = self.sources.iter().find_map(Source::database).cloned();
        let fallback = self.words.fallback.as_deref();
        let fallback =
            fallback.map(|url| database::parse(url, "the URL of the database")).transpose()?;
        let scratch = scratch::open_beside(self.config, database.or(fallback)).await?;
        Ok(Scratch { schema: self.config.schema(), ..scratch })
    }
}

fn tell(comparison: &Comparison, output: &Output) {
    for note in &comparison.notes {
        output.say(note);
    }
    for object in &comparison.left_alone {
        output.say(&format!("left alone: {} ({})", object.what, object.found));
    }
    if comparison.statements.is_empty() {
        let but =
            if comparison.left_alone.is_empty() { "" } else { ", but for what is left alone" };
        output.say(&format!("FROM and TO have the same schema{but}"));
    }
}

/// Shows the SQL; nothing where there is none, but JSON is JSON.
fn show(
    comparison: &Comparison,
    target: &Target,
    args: &DiffArgs,
    output: &Output,
) -> anyhow::Result<()> {
    if args.json {
        output.data(&serde_json::to_string_pretty(&as_json(comparison))?);
    } else if !comparison.statements.is_empty() {
        output.data(&psql_script(&comparison.statements, target));
    }
    Ok(())
}

/// Refuses what would be lost without being meant, and says how much it is.
async fn require_allowed(
    comparison: &Comparison,
    allow: &[Permission],
    from: Option<&Target>,
) -> anyhow::Result<()> {
    let refused = loss::refused(&comparison.losses, allow);
    if refused.is_empty() {
        return Ok(());
    }
    let refused: Vec<CountedLoss> = match from {
        Some(target) => counted(refused, target).await?,
        None => {
            refused.into_iter().map(|loss| CountedLoss { loss: loss.clone(), rows: None }).collect()
        }
    };
    if refused.is_empty() {
        return Ok(());
    }
    let mut words: Vec<&str> = refused.iter().map(|one| one.loss.permission.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    let lines: Vec<String> = refused.iter().map(ToString::to_string).collect();
    bail!(
        "this loses what FROM holds:\n  {}\nif something was renamed, say so with `--rename old=new`; if the loss is meant, pass `--allow {}`",
        lines.join("\n  "),
        words.join(",")
    );
}

/// Refuses what rows of FROM would end in its middle.
async fn require_no_rows_in_the_way(
    comparison: &Comparison,
    from: Option<&Target>,
) -> anyhow::Result<()> {
    let Some(from) = from else { return Ok(()) };
    let found = runner::rows_in_the_way(&comparison.plan, from).await?;
    if found.is_empty() {
        return Ok(());
    }
    bail!("rows of FROM are in the way:\n  {}", found.join("\n  "));
}

/// The losses that rows have something of, or that no row decides on.
async fn counted(losses: Vec<&Loss>, target: &Target) -> anyhow::Result<Vec<CountedLoss>> {
    let mut connection = target.open_reading().await?;
    let mut counted = loss::count_losses(&mut connection, losses.into_iter().cloned()).await?;
    connection.close().await.ok();
    counted.retain(|loss| !loss.is_of_no_row());
    Ok(counted)
}

fn as_json(comparison: &Comparison) -> serde_json::Value {
    let losses = comparison
        .losses
        .iter()
        .map(|loss| json!({ "what": loss.to_string(), "allow": loss.permission }));
    let left_alone = comparison
        .left_alone
        .iter()
        .map(|object| json!({ "what": object.what, "found": object.found }));
    json!({
        "statements": statements_as_json(&comparison.statements),
        "losses": losses.collect::<Vec<_>>(),
        "left_alone": left_alone.collect::<Vec<_>>(),
    })
}

async fn apply(
    comparison: &Comparison,
    target: &Target,
    config: &Config,
    args: &DiffArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    if !args.yes && !questions::confirm(&format!("Run this on {}?", target.place()))? {
        output.say("nothing was run");
        return Ok(exit::DIFFERENCES);
    }
    let listen = |event| output.event("ran", event);
    runner::apply_plan(&comparison.plan, target, &config.run_settings(&Hooks::default())?, &listen)
        .await?;
    output.finish();
    Ok(exit::FINE)
}

//! `migrate dev sync`.

use anyhow::bail;
use migrate_core::generate::{self, DraftSettings, GenerateError, Sources, SyncDraft};
use migrate_core::runner::{self, CountedLoss, Goal, PendingSql, Permission, RunSettings};
use migrate_core::target::Target;

use crate::answers::{answers, using};
use crate::args::SyncArgs;
use crate::output::Output;
use crate::{Application, Config, database, exit, questions, scratch};

use super::generate::{counted, registry, show_statements};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: SyncArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    if application.common.is_some() {
        bail!(
            "`dev sync` is for one chain, and tenants share a schema with another here; use `migrate generate` and `migrate apply`"
        );
    }
    let (target, config) = database::local_target(&application.project(), config).await?;
    let permissions = permissions(&args.allow)?;
    if args.undo {
        return undo(&target, &permissions, args.yes, output).await;
    }
    require_no_pending(application, &target).await?;
    let Some(sync) = draft(application, &config, &args, &target, output).await? else {
        output.say("the database has what the models say; nothing was changed");
        return Ok(exit::FINE);
    };
    show_statements(&sync.draft.up, output);
    let mut connection = target.connect().await?;
    let mut losses = runner::count_losses(&mut connection, sync.losses.iter().cloned()).await?;
    losses.retain(|loss| !loss.is_of_no_row());
    require_allowed(&sync, &losses, &permissions)?;
    for loss in losses.iter().map(ToString::to_string).chain(extras(&sync)) {
        output.say(&format!("  ! loses {loss}"));
    }
    output.notes(&fills(&sync));
    if !go_on("Change the database?", args.yes, output)? {
        return Ok(exit::FINE);
    }
    generate::run_sync(&sync.steps, &target).await?;
    output.say(
        "the database has what the models say; `migrate generate` writes the revision when the models are done",
    );
    Ok(exit::FINE)
}

fn permissions(texts: &[String]) -> anyhow::Result<Vec<Permission>> {
    texts.iter().map(|text| Ok(text.parse()?)).collect()
}

/// Asks before a database is changed.
pub(super) fn go_on(question: &str, yes: bool, output: &Output) -> anyhow::Result<bool> {
    if yes {
        return Ok(true);
    }
    if !output.can_ask() {
        bail!("nothing was changed, as nobody can be asked without a terminal; pass `--yes`");
    }
    let answer = questions::confirm(question)?;
    if !answer {
        output.say("nothing was changed");
    }
    Ok(answer)
}

async fn undo(
    target: &Target,
    permissions: &[Permission],
    yes: bool,
    output: &Output,
) -> anyhow::Result<u8> {
    let synced = runner::synced(target).await?;
    if synced.is_empty() {
        output.say("no sync made anything that isn't taken back or in a revision");
        return Ok(exit::FINE);
    }
    for one in synced.iter().rev() {
        output.say(one.down_sql.trim_end());
    }
    if !go_on("Take this back?", yes, output)? {
        return Ok(exit::FINE);
    }
    runner::undo_synced(target, permissions, &RunSettings::default(), &|_| {}).await?;
    output.say("took back what `dev sync` had made");
    Ok(exit::FINE)
}

/// A revision that is pending may make what would be synced.
async fn require_no_pending(application: &Application, target: &Target) -> anyhow::Result<()> {
    let status = runner::status(application.chain, target).await?;
    if status.problem.is_some() {
        let problem = status.problem.unwrap_or_default();
        bail!(problem);
    }
    match status.pending().next() {
        Some(revision) => bail!("`{}` is pending; run `migrate apply` first", revision.id),
        None => Ok(()),
    }
}

async fn draft(
    application: &Application,
    config: &Config,
    args: &SyncArgs,
    target: &Target,
    output: &Output,
) -> anyhow::Result<Option<SyncDraft>> {
    let registry = registry(application, &[])?;
    output.say(&counted(&registry));
    let sources = Sources {
        registry: &registry,
        chain: application.chain,
        dependencies: &application.dependencies,
    };
    let mut settings = DraftSettings {
        simple: true,
        answers: answers(&args.rename, &args.drop, &config.schema())?,
        using: using(&args.using)?,
        // What goes is refused one by one.
        allow_mass_drop: true,
        schema: Some(config.schema()),
    };
    let scratch = scratch::open(config).await?;
    loop {
        output.working("comparing the models with the database");
        let drafted = generate::sync_draft(&sources, &scratch, &settings, target).await;
        output.finish();
        match drafted {
            Err(GenerateError::RenameOrDrop { candidates, .. }) if output.can_ask() => {
                questions::ask(&candidates, &mut settings.answers)?;
            }
            outcome => return Ok(outcome?),
        }
    }
}

fn require_allowed(
    sync: &SyncDraft,
    losses: &[CountedLoss],
    permissions: &[Permission],
) -> anyhow::Result<()> {
    let refused = runner::refused(losses, permissions);
    if refused.is_empty() {
        return Ok(());
    }
    let mut words: Vec<&str> = refused.iter().map(|one| one.loss.permission.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    let lost: Vec<String> = refused.iter().map(ToString::to_string).chain(extras(sync)).collect();
    bail!(
        "nothing was changed, as this would be lost:\n  {}\nif that is meant, pass `--allow {}`",
        lost.join("\n  "),
        words.join(",")
    );
}

fn extras(sync: &SyncDraft) -> impl Iterator<Item = String> {
    sync.lost_extras.iter().map(|key| format!("{key}, made by hand, with it"))
}

/// What rows get.
fn fills(sync: &SyncDraft) -> Vec<String> {
    // There is no revision here that could be edited.
    let plain = |note: &String| note.split(": edit it").next().unwrap_or(note).to_owned();
    sync.draft.notes.iter().map(plain).collect()
}

/// Where syncs made already what all pending revisions build, takes these for applied.
pub(super) async fn adopt(
    application: &Application,
    config: &Config,
    target: &Target,
    output: &Output,
) -> anyhow::Result<bool> {
    let (chain, dependencies) = (application.chain, &application.dependencies);
    if runner::synced(target).await?.is_empty() {
        return Ok(false);
    }
    let pending = runner::pending_sql(chain, dependencies, target, &Goal::Head).await?;
    if pending.is_empty() || !pending.iter().all(PendingSql::runs_verbs_only) {
        return Ok(false);
    }
    let registry = registry(application, &[])?;
    let sources = Sources { registry: &registry, chain, dependencies };
    let scratch = scratch::open(config).await?;
    if !generate::is_synced_to(&sources, &scratch, target).await? {
        return Ok(false);
    }
    let settings = RunSettings::default();
    let adopted = runner::adopt_synced(chain, dependencies, target, &settings, &|_| {}).await?;
    let is_adopted = !adopted.is_empty();
    for revision in adopted {
        output.say(&format!(
            "{} is applied: `dev sync` had made all that it makes, so nothing was run",
            revision.id
        ));
    }
    Ok(is_adopted)
}

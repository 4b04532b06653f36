//! `migrate generate`.

use anyhow::bail;
use migrate_core::catalog::Ident;
use migrate_core::generate::{
    self, Agreement, Draft, DraftSettings, GenerateError, Outcome, RevisionFolder, Scratch, Sources,
};
use migrate_core::model::objects::DeclaredRename;
use migrate_core::model::{Part, Registry};
use migrate_core::plan::Plan;
use migrate_core::render::{RevisionText, revision, rustfmt};
use migrate_core::revision::{Chain, Dependencies};

use crate::answers::{answers, using};
use crate::args::GenerateArgs;
use crate::output::Output;
use crate::{Application, Config, clock, exit, questions, scratch};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: GenerateArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let registry = registry(application, &args.forget_package)?;
    require_all_linked(&application.revision_folder(), application.chain)?;
    output.say(&counted(&registry));
    let Some(parts) = Parts::of(application, config)? else {
        let part = Work::on(application, config, registry);
        let written = part.write(&args, None, output).await?;
        return Ok(told(written.is_some(), output));
    };
    require_all_linked(&application.common_revision_folder()?, parts.chain)?;
    let common = parts.common(config, registry.clone());
    let before = common.write(&parts.answered(&args, true), None, output).await?;
    let change = before.as_ref().map(|written| &written.up);
    let tenants = parts.tenants(config, registry, change);
    let requires = before.as_ref().map(|written| written.id.as_str());
    let after = tenants.write(&parts.answered(&args, false), requires, output).await?;
    Ok(told(before.is_some() || after.is_some(), output))
}

fn told(is_written: bool, output: &Output) -> u8 {
    if !is_written {
        output.say("nothing changed; no revision was written");
    }
    exit::FINE
}

/// A revision that was written, or shown.
struct Written {
    id: String,
    up: Plan,
}

/// The models and revisions of one chain.
pub(super) struct Work<'a> {
    pub(super) registry: Registry,
    pub(super) chain: &'static Chain,
    pub(super) dependencies: &'a Dependencies,
    pub(super) config: &'a Config,
    /// The target schema.
    pub(super) schema: Ident,
    folder: RevisionFolder,
    /// What tenants share, for scratch databases to begin with.
    shared: Option<Shared<'a>>,
}

/// What tenants share.
struct Shared<'a> {
    schema: Ident,
    chain: &'static Chain,
    change: Option<&'a Plan>,
}

impl<'a> Work<'a> {
    /// Everything, where nothing is shared.
    pub(super) fn on(application: &'a Application, config: &'a Config, registry: Registry) -> Self {
        Self {
            registry,
            chain: application.chain,
            dependencies: &application.dependencies,
            config,
            schema: config.schema(),
            folder: application.revision_folder(),
            shared: None,
        }
    }

    pub(super) fn sources(&self) -> Sources<'_> {
        Sources { registry: &self.registry, chain: self.chain, dependencies: self.dependencies }
    }

    /// A verdict of before, which depends on what is shared too.
    pub(super) fn agreement(&self) -> anyhow::Result<Option<Agreement>> {
        let mut beside = String::new();
        if let Some(Shared { schema, chain, change }) = &self.shared {
            if change.is_some() {
                return Ok(None);
            }
            beside = schema.to_string();
            for revision in chain.ordered()? {
                beside += revision.source;
            }
        }
        scratch::agreement(&self.sources(), self.config, &self.schema, &beside)
    }

    pub(super) async fn scratch(&self) -> anyhow::Result<Scratch> {
        let scratch = scratch::open(self.config).await?;
        let Some(Shared { schema, chain, change }) = &self.shared else { return Ok(scratch) };
        Ok(generate::share(&scratch, schema, chain, self.dependencies, *change).await?)
    }

    /// Writes the revision for what changed, or shows it.
    async fn write(
        &self,
        args: &GenerateArgs,
        requires: Option<&str>,
        output: &Output,
    ) -> anyhow::Result<Option<Written>> {
        output.working("comparing the models with the revisions");
        let (draft, notes) = self.draft(args, output).await?;
        output.finish();
        let Some(draft) = draft else {
            output.notes(&notes);
            return Ok(None);
        };
        let parent = self.chain.ordered()?.last().map(|revision| revision.id());
        let id = clock::revision_id(&args.message);
        let text = rustfmt(&revision(&RevisionText {
            id: &id,
            parent,
            requires,
            message: &args.message,
            notes: &draft.all_notes(),
            up: &draft.up,
            down: &draft.down,
        }));
        summarize(&draft, output);
        output.notes(&notes);
        if args.sql {
            output.data(&format!("-- up\n{}\n-- down\n{}", sql(&draft.up), sql(&draft.down)));
        } else if args.dry_run {
            output.data(&text);
        } else {
            let packages: Vec<&str> = self.registry.packages().into_iter().collect();
            let path = self.folder.add(&id, &text, &packages)?;
            output.say(&format!("wrote {}", path.display()));
        }
        Ok(Some(Written { id, up: draft.up }))
    }

    /// The change, where there is one, and what is to be said beside it.
    async fn draft(
        &self,
        args: &GenerateArgs,
        output: &Output,
    ) -> anyhow::Result<(Option<Draft>, Vec<String>)> {
        let agreement = self.agreement()?;
        let asks_nothing = args.rename.is_empty() && args.drop.is_empty() && args.using.is_empty();
        let known = agreement.as_ref().filter(|_| asks_nothing).and_then(Agreement::known);
        if let Some(notes) = known {
            return Ok((None, notes));
        }
        let scratch = self.scratch().await?;
        let mut settings = DraftSettings {
            simple: args.simple,
            answers: answers(&args.rename, &args.drop, &self.schema)?,
            using: using(&args.using)?,
            allow_mass_drop: args.allow_mass_drop,
            schema: Some(self.schema.clone()),
        };
        loop {
            match generate::draft(&self.sources(), &scratch, &settings).await {
                Err(GenerateError::RenameOrDrop { candidates, .. }) if output.can_ask() => {
                    output.finish();
                    questions::ask(&candidates, &mut settings.answers)?;
                }
                outcome => {
                    let Outcome { draft, stale_renames } = outcome?;
                    let notes = stale_notes(&stale_renames);
                    if draft.is_none() {
                        agreement.inspect(|agreement| agreement.remember(&notes));
                    }
                    return Ok((draft, notes));
                }
            }
        }
    }
}

/// The two chains of an application whose tenants share something.
pub(super) struct Parts<'a> {
    application: &'a Application,
    schema: Ident,
    chain: &'static Chain,
    folder: RevisionFolder,
}

impl<'a> Parts<'a> {
    /// The parts, where there are two.
    pub(super) fn of(
        application: &'a Application,
        config: &Config,
    ) -> anyhow::Result<Option<Self>> {
        let (Some(chain), Some(schema)) = (application.common, &config.common_schema) else {
            return Ok(None);
        };
        let folder = application.common_revision_folder()?;
        Ok(Some(Self { application, schema: Ident::new(schema.as_str()), chain, folder }))
    }

    /// What tenants share.
    pub(super) fn common(&self, config: &'a Config, registry: Registry) -> Work<'a> {
        Work {
            registry: registry.part(Part::Common),
            chain: self.chain,
            schema: self.schema.clone(),
            folder: RevisionFolder { path: self.folder.path.clone() },
            ..Work::on(self.application, config, Registry::default())
        }
    }

    /// What each tenant has, on what is shared.
    pub(super) fn tenants(
        &self,
        config: &'a Config,
        registry: Registry,
        change: Option<&'a Plan>,
    ) -> Work<'a> {
        let common = self.schema.clone();
        let shared = Shared { schema: common.clone(), chain: self.chain, change };
        Work {
            shared: Some(shared),
            ..Work::on(self.application, config, registry.part(Part::Tenants { common }))
        }
    }

    /// The answers for one of the parts: names with the common schema in front are for it.
    fn answered(&self, args: &GenerateArgs, for_common: bool) -> GenerateArgs {
        let prefix = format!("{}.", self.schema.as_str());
        let pick = |names: &[String]| {
            let own = names.iter().filter(|name| name.starts_with(&prefix) == for_common);
            own.map(|name| name.strip_prefix(&prefix).unwrap_or(name).to_owned()).collect()
        };
        GenerateArgs {
            rename: pick(&args.rename),
            drop: pick(&args.drop),
            using: pick(&args.using),
            ..args.clone()
        }
    }
}

/// The linked models, none of whose packages got lost.
pub(crate) fn registry(
    application: &Application,
    forgotten: &[String],
) -> anyhow::Result<Registry> {
    let registry = Registry::linked()?;
    let known = application.chain.packages.iter().copied();
    registry
        .require_packages(known.filter(|package| !forgotten.iter().any(|gone| gone == package)))?;
    Ok(registry)
}

/// Refuses to work from a program that lacks files of the folder.
fn require_all_linked(folder: &RevisionFolder, chain: &Chain) -> anyhow::Result<()> {
    for file in folder.files()? {
        if !chain.revisions.iter().any(|revision| revision.id() == file.id) {
            bail!(
                "`{}` is in the folder but not in this program; run `migrate merge`, which writes `mod.rs` anew, and build again",
                file.file
            );
        }
    }
    Ok(())
}

pub(super) fn counted(registry: &Registry) -> String {
    let (tables, packages) = (registry.models().count(), registry.packages());
    let of =
        |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let names: Vec<&str> = packages.iter().copied().collect();
    format!("{} from {} ({})", of(tables, "table"), of(packages.len(), "crate"), names.join(", "))
}

/// What a reader can do about renames that were made before.
pub(super) fn stale_notes(renames: &[DeclaredRename]) -> Vec<String> {
    let note = |rename| format!("the rename {rename} was made before; its attribute can go");
    renames.iter().map(note).collect()
}

fn summarize(draft: &Draft, output: &Output) {
    show_statements(&draft.up, output);
    for hazard in &draft.hazards {
        output.say(&format!("  ! {hazard}"));
    }
    output.notes(&draft.notes);
    output.notes(&draft.notes_of_down);
}

pub(super) fn show_statements(plan: &Plan, output: &Output) {
    for statement in plan.actions().flat_map(migrate_core::sql::statements) {
        output.say(&shown(&statement));
    }
}

/// How many lines of a statement are shown; bodies of functions may be long.
const SHOWN_LINES: usize = 12;

/// A statement, indented; of a long one the beginning, and how much follows.
fn shown(statement: &str) -> String {
    let count = statement.lines().count();
    let shown = if count <= SHOWN_LINES { count } else { SHOWN_LINES - 1 };
    let mut lines: Vec<String> =
        statement.lines().take(shown).map(|line| format!("  {line}")).collect();
    if shown < count {
        lines.push(format!("  … and {} further lines", count - shown));
    }
    lines.join("\n")
}

fn sql(plan: &Plan) -> String {
    let statements = plan.actions().flat_map(migrate_core::sql::statements);
    statements.map(|statement| format!("{statement};\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_statement_is_shown_whole_and_a_long_one_with_the_count_of_what_follows() {
        let alter = "ALTER TABLE article\n    ADD COLUMN a int,\n    ADD COLUMN b int";
        let indented = "  ALTER TABLE article\n      ADD COLUMN a int,\n      ADD COLUMN b int";
        assert_eq!(shown(alter), indented);
        let function = vec!["line"; 20].join("\n");
        let text = shown(&function);
        assert_eq!(text.lines().count(), 12);
        assert!(text.ends_with("\n  … and 9 further lines"), "{text}");
    }
}

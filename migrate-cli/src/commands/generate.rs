//! `migrate generate`.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use migrate_core::catalog::QualifiedName;
use migrate_core::diff::{Answers, ColumnRename, Rename};
use migrate_core::generate::{
    self, Agreement, Draft, DraftSettings, GenerateError, Outcome, Sources,
};
use migrate_core::model::Registry;
use migrate_core::model::objects::DeclaredRename;
use migrate_core::plan::Plan;
use migrate_core::render::{RevisionText, revision, rustfmt};

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
    require_all_linked(application)?;
    output.say(&counted(&registry));
    output.working("comparing the models with the revisions");
    let (draft, notes) = draft(application, config, &args, &registry, output).await?;
    output.finish();
    let Some(draft) = draft else {
        output.say("nothing changed; no revision was written");
        output.notes(&notes);
        return Ok(exit::FINE);
    };
    let parent = application.chain.ordered()?.last().map(|revision| revision.id());
    let id = clock::revision_id(&args.message);
    let text = rustfmt(&revision(&RevisionText {
        id: &id,
        parent,
        message: &args.message,
        notes: &draft.notes,
        up: &draft.up,
        down: &draft.down,
    }));
    summarize(&draft, output);
    output.notes(&notes);
    if args.sql {
        output.data(&format!("-- up\n{}\n-- down\n{}", sql(&draft.up), sql(&draft.down)));
        return Ok(exit::FINE);
    }
    if args.dry_run {
        output.data(&text);
        return Ok(exit::FINE);
    }
    let packages: Vec<&str> = registry.packages().into_iter().collect();
    let path = application.revision_folder().add(&id, &text, &packages)?;
    output.say(&format!("wrote {}", path.display()));
    Ok(exit::FINE)
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
fn require_all_linked(application: &Application) -> anyhow::Result<()> {
    let folder = application.revision_folder();
    for file in folder.files()? {
        if !application.chain.revisions.iter().any(|revision| revision.id() == file.id) {
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

/// The change, where there is one, and what is to be said beside it.
async fn draft(
    application: &Application,
    config: &Config,
    args: &GenerateArgs,
    registry: &Registry,
    output: &Output,
) -> anyhow::Result<(Option<Draft>, Vec<String>)> {
    let sources =
        Sources { registry, chain: application.chain, dependencies: &application.dependencies };
    let agreement = scratch::agreement(&sources, config)?;
    let asks_nothing = args.rename.is_empty() && args.drop.is_empty() && args.using.is_empty();
    let known = agreement.as_ref().filter(|_| asks_nothing).and_then(Agreement::known);
    if let Some(notes) = known {
        return Ok((None, notes));
    }
    let scratch = scratch::open(config).await?;
    let mut settings = DraftSettings {
        simple: args.simple,
        answers: answers(&args.rename, &args.drop)?,
        using: using(&args.using)?,
        allow_mass_drop: args.allow_mass_drop,
        schema: Some(config.schema()),
    };
    loop {
        match generate::draft(&sources, &scratch, &settings).await {
            Err(GenerateError::RenameOrDrop { candidates }) if output.can_ask() => {
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

/// What `--rename` and `--drop` say.
pub(super) fn answers(renamed: &[String], drops: &[String]) -> anyhow::Result<Answers> {
    Ok(Answers { renames: renames(renamed)?, drops: drops.iter().cloned().collect() })
}

/// The renames of `--rename`.
pub(super) fn renames(texts: &[String]) -> anyhow::Result<Vec<Rename>> {
    texts.iter().map(|text| rename(text)).collect()
}

/// `table=new`, `table.column=new`, or either with a schema in front where there are more dots.
fn rename(text: &str) -> anyhow::Result<Rename> {
    let (current, desired) = text.split_once('=').with_context(|| {
        format!("`--rename {text}` says no new name; write `table=new` or `table.column=new`")
    })?;
    let desired = desired.rsplit('.').next().unwrap_or(desired);
    let parts: Vec<&str> = current.split('.').collect();
    match parts.as_slice() {
        [table] => Ok(Rename::Table {
            current: QualifiedName::from(*table),
            desired: QualifiedName::from(desired),
        }),
        [table, column] => Ok(column_rename(QualifiedName::from(*table), column, desired)),
        [schema, table, column] => Ok(column_rename((*schema, *table).into(), column, desired)),
        _ => bail!("`--rename {text}` has too many dots; write `table=new` or `table.column=new`"),
    }
}

fn column_rename(table: QualifiedName, current: &str, desired: &str) -> Rename {
    Rename::Column(ColumnRename { table, current: current.into(), desired: desired.into() })
}

/// The expressions of `--using`.
pub(super) fn using(texts: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    texts
        .iter()
        .map(|text| match text.split_once('=') {
            Some((column, sql)) => Ok((column.to_owned(), sql.to_owned())),
            None => bail!("`--using {text}` has no expression; write `table.column=expression`"),
        })
        .collect()
}

fn summarize(draft: &Draft, output: &Output) {
    show_statements(&draft.up, output);
    for hazard in &draft.hazards {
        output.say(&format!("  ! {hazard}"));
    }
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

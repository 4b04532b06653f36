//! `migrate new`.

use std::fs;
use std::path::Path;

use anyhow::Context;
use migrate_core::generate::{RevisionFolder, slug};
use migrate_core::render::{empty_revision, rustfmt};
use migrate_core::revision::Chain;

use crate::args::NewArgs;
use crate::output::Output;
use crate::{clock, exit};

pub(crate) fn run(folder: &RevisionFolder, args: &NewArgs, output: &Output) -> anyhow::Result<u8> {
    let ordered = folder.ordered()?;
    let parent = ordered.last().map(|file| file.id.as_str());
    let id = clock::revision_id(&args.message);
    let text = rustfmt(&empty_revision(&id, parent, &args.message));
    let packages = folder.packages();
    let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
    let path = folder.add(&id, &text, &packages)?;
    output.say(&format!("wrote {}", path.display()));
    Ok(exit::FINE)
}

/// The word in the name of a SQL file that keeps its statements out of a transaction.
const WITHOUT_TRANSACTION: &str = "NONTRANSACTIONAL";

/// A pair of SQL files with the next number; the common schema's folder, which may be in this one,
/// has numbers of its own.
pub(super) fn run_sql(
    folder: &Path,
    common: Option<&Path>,
    args: &NewArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    fs::create_dir_all(folder)
        .with_context(|| format!("the folder `{}` can't be made", folder.display()))?;
    let chain = Chain::read_sql_folder_beside(folder, common)?;
    let last = chain.ordered()?.last().and_then(|revision| revision.number());
    let number = last.unwrap_or(0) + 1;
    let words = args.message.replace(WITHOUT_TRANSACTION, " ");
    let mut description = slug(&words);
    if words != args.message {
        description = format!("{description}_{WITHOUT_TRANSACTION}");
    }
    for (direction, what) in [("up", ""), ("down", "Takes back: ")] {
        let path = folder.join(format!("V{number:04}__{description}.{direction}.sql"));
        fs::write(&path, format!("-- {what}{}\n", args.message.replace('\n', " ")))
            .with_context(|| format!("`{}` can't be written", path.display()))?;
        output.say(&format!("wrote {}", path.display()));
    }
    Ok(exit::FINE)
}

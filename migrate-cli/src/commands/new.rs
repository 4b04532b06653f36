//! `migrate new`.

use migrate_core::generate::RevisionFolder;
use migrate_core::render::{empty_revision, rustfmt};

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

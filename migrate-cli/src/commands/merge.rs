//! `migrate merge`: works from the files alone, also when the application doesn't compile.

use migrate_core::generate::{GenerateError, RevisionFile, RevisionFolder};
use migrate_core::revision::ChainError;

use crate::exit;
use crate::output::Output;

pub(crate) fn run(folder: &RevisionFolder, output: &Output) -> anyhow::Result<u8> {
    let mut rounds = folder.files()?.len();
    while let Err(GenerateError::Chain(ChainError::TwoHeads { first, second, .. })) =
        folder.ordered()
    {
        rounds = rounds.checked_sub(1).ok_or_else(|| {
            anyhow::anyhow!(
                "`{first}` and `{second}` can't be put after one another; correct their `.after(…)`"
            )
        })?;
        let files = folder.files()?;
        let Some(moved) = files.iter().find(|file| file.file == second) else { break };
        let last = last_of_branch(&files, &first);
        folder.move_after(moved, &last)?;
        output.say(&format!("{second} now comes after {last}"));
    }
    folder.ordered()?;
    let packages = folder.packages();
    let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
    folder.write_mod_file(&packages)?;
    output.say(&format!("wrote {}", folder.path.join("mod.rs").display()));
    Ok(exit::FINE)
}

/// The last revision of the branch that begins with a file.
fn last_of_branch(files: &[RevisionFile], first: &str) -> String {
    let start = files.iter().find(|file| file.file == first).map(|file| file.id.clone());
    let mut last = start.unwrap_or_default();
    while let Some(next) = files.iter().find(|file| file.parent.as_deref() == Some(last.as_str())) {
        last.clone_from(&next.id);
    }
    last
}

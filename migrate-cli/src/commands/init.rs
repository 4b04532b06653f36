//! `migrate init`: the folder that an application's revisions go to.

use migrate_core::generate::RevisionFolder;

use crate::exit;
use crate::output::Output;

pub(super) fn run(folder: &RevisionFolder, output: &Output) -> anyhow::Result<u8> {
    if folder.path.join("mod.rs").exists() {
        output.say(&format!("{} is there already", folder.path.join("mod.rs").display()));
        return Ok(exit::FINE);
    }
    std::fs::create_dir_all(&folder.path)?;
    folder.write_mod_file(&[])?;
    output.say(&format!(
        "wrote {}\nadd `mod migrations;` to main.rs and mount `migrate_cli::Migrate` in the command line",
        folder.path.join("mod.rs").display()
    ));
    Ok(exit::FINE)
}

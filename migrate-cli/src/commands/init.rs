//! `migrate init`: the folder that revisions go to, and a configuration with every key explained.

use std::fs;
use std::path::Path;

use migrate_core::generate::RevisionFolder;

use crate::args::InitArgs;
use crate::config::{FILE_NAME, template};
use crate::exit;
use crate::output::Output;

pub(super) fn run(
    rust: &RevisionFolder,
    sql: &Path,
    args: &InitArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    if args.sql {
        make_folder(sql, output)?;
    } else {
        make_rust_folder(rust, output)?;
    }
    if Path::new(FILE_NAME).exists() {
        output.say(&format!("{FILE_NAME} is there already"));
    } else {
        fs::write(FILE_NAME, template())?;
        output.say(&format!("wrote {FILE_NAME}, in which everything is commented out"));
    }
    Ok(exit::FINE)
}

fn make_folder(folder: &Path, output: &Output) -> anyhow::Result<()> {
    if folder.is_dir() {
        output.say(&format!("{} is there already", folder.display()));
    } else {
        fs::create_dir_all(folder)?;
        output.say(&format!(
            "made {}; `migrate new -m \"…\"` writes the first revision",
            folder.display()
        ));
    }
    Ok(())
}

fn make_rust_folder(folder: &RevisionFolder, output: &Output) -> anyhow::Result<()> {
    let file = folder.path.join("mod.rs");
    if file.exists() {
        output.say(&format!("{} is there already", file.display()));
        return Ok(());
    }
    fs::create_dir_all(&folder.path)?;
    folder.write_mod_file(&[])?;
    output.say(&format!(
        "wrote {}\nadd `mod migrations;` to main.rs and mount `migrate_cli::Migrate` in the command line",
        file.display()
    ));
    Ok(())
}

//! `migrate import`: takes over what another tool left behind, and changes nothing of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use migrate_core::runner;
use sqlx::Connection;

use crate::args::{ImportArgs, ImportTool, Place, Selection};
use crate::config::FILE_NAME;
use crate::import::{Import, migreat, pgmigrate};
use crate::output::Output;
use crate::{Application, Config, exit, fleet};

use super::file_command::application;

/// Takes over configuration, files and histories. Where that fails, what was written goes again: with
/// a configuration and no history, everything would run a second time.
pub(super) async fn run(args: &ImportArgs, flags: &Config, output: &Output) -> anyhow::Result<u8> {
    let file = args.file.as_deref();
    let import = match args.tool {
        ImportTool::Pgmigrate => pgmigrate(file)?,
        ImportTool::Migreat => migreat(file)?,
    };
    let mut written = Vec::new();
    let taken = match write(&import, &mut written, output) {
        Ok(()) => take_over(&import, flags, output).await,
        Err(error) => Err(error),
    };
    if taken.is_err() && !written.is_empty() {
        for path in &written {
            fs::remove_file(path).ok();
        }
        output.say("what was written just now is removed, since the histories were not taken over");
    }
    taken
}

/// Writes the configuration and the files, and notes them. What is there stays as it is.
fn write(import: &Import, written: &mut Vec<PathBuf>, output: &Output) -> anyhow::Result<()> {
    let config = (PathBuf::from(FILE_NAME), toml::to_string(&import.config)?);
    for (path, text) in import.files.iter().chain([&config]) {
        if path.exists() {
            if *path == config.0 {
                output.say(&format!("{FILE_NAME} is there already, and is used"));
            }
            continue;
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let fail = || format!("`{}` can't be written", path.display());
        fs::create_dir_all(folder).with_context(fail)?;
        written.push(path.clone());
        fs::write(path, text).with_context(fail)?;
        output.say(&format!("wrote {}", path.display()));
    }
    for note in &import.notes {
        output.say(&format!("! {note}"));
    }
    for difference in import.differences {
        output.say(difference);
    }
    Ok(())
}

/// Takes over the histories of every target, as they are configured now.
async fn take_over(import: &Import, flags: &Config, output: &Output) -> anyhow::Result<u8> {
    let layers = Place::default().layers(&Config::default(), None, flags)?;
    layers.require_one_place()?;
    let config = &layers.config()?;
    let application: Application = application(config)?;
    let fleet = fleet::fleet(&application, config, &Selection::default()).await?;
    if config.bootstrap.unwrap_or(false) {
        super::bootstrap::bootstrap(&application, config, &fleet, output).await?;
    }
    let settings = config.run_settings(&application.hooks)?;
    let mut count = 0;
    for database in &fleet.databases {
        let tenants = database.tenants.iter().map(|tenant| (application.chain, tenant));
        let common = database.common.iter().zip(application.common);
        for (chain, target) in common.map(|(target, chain)| (chain, target)).chain(tenants) {
            let schema = target.schema.as_str();
            let place = || format!("`{schema}` in {} can't be taken over", database.name);
            let mut connection = target.open().await.with_context(place)?;
            let applied = import.history.read(&mut connection, target, chain).await;
            connection.close().await.ok();
            let applied = applied.with_context(place)?;
            let listen = |event| output.event("noted", event);
            let taken = runner::take_over(chain, target, &applied, &settings, &listen).await;
            let taken = taken.with_context(place)?;
            output.say(&format!(
                "{schema} in {}: {} revisions taken over",
                database.name,
                taken.len()
            ));
            count += applied.len();
        }
    }
    output.say(&format!(
        "{count} revisions are written down as applied; the other tool's tables are left as they are, `migrate status` shows where every target stands"
    ));
    if import.notes.is_empty() {
        return Ok(exit::FINE);
    }
    Ok(exit::DIFFERENCES)
}

/// Refuses a folder that has Rust revisions.
pub(super) fn require_sql(folder: &Path) -> anyhow::Result<()> {
    if folder.join("mod.rs").exists() {
        bail!(
            "`{}` has Rust revisions; import into a folder of SQL files, which an application takes with `Chain::read_sql_folder`",
            folder.display()
        );
    }
    Ok(())
}

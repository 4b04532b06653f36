//! `migrate import`: takes over what another tool left behind, and changes nothing of it.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use migrate_core::runner;
use sqlx::Connection;

use crate::args::{ImportArgs, ImportTool, Selection};
use crate::config::FILE_NAME;
use crate::import::{Import, migreat, pgmigrate};
use crate::output::Output;
use crate::{Application, Config, exit, fleet};

use super::file_command::application;

/// Writes the configuration and the files. What is there stays as it is.
pub(super) fn write(args: &ImportArgs, output: &Output) -> anyhow::Result<Import> {
    let file = args.file.as_deref();
    let import = match args.tool {
        ImportTool::Pgmigrate => pgmigrate(file)?,
        ImportTool::Migreat => migreat(file)?,
    };
    for (path, text) in &import.files {
        if path.exists() {
            continue;
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path, text))
            .with_context(|| format!("`{}` can't be written", path.display()))?;
        output.say(&format!("wrote {}", path.display()));
    }
    if Path::new(FILE_NAME).exists() {
        output.say(&format!("{FILE_NAME} is there already, and is used"));
    } else {
        let text = toml::to_string(&import.config)?;
        fs::write(FILE_NAME, text).with_context(|| format!("`{FILE_NAME}` can't be written"))?;
        output.say(&format!("wrote {FILE_NAME}"));
    }
    for note in &import.notes {
        output.say(&format!("! {note}"));
    }
    Ok(import)
}

/// Takes over the histories of every target.
pub(super) async fn take_over(
    import: &Import,
    config: &Config,
    output: &Output,
) -> anyhow::Result<u8> {
    let application: Application = application(config)?;
    let fleet = fleet::fleet(&application, config, &Selection::default()).await?;
    if config.bootstrap.unwrap_or(false) {
        super::bootstrap::bootstrap(config, &fleet, output).await?;
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

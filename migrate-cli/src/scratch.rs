//! Where scratch databases are made.

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::Context;
use migrate_core::catalog::Ident;
use migrate_core::generate::{Agreement, Scratch, Sources};
use migrate_core::postgres::{Binaries, ScratchServer};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::{Config, database};

/// The remembered verdict on models and revisions, and what stands beside them, for the
/// PostgreSQL that would be asked.
pub(crate) fn agreement(
    sources: &Sources<'_>,
    config: &Config,
    schema: &Ident,
    beside: &str,
) -> anyhow::Result<Option<Agreement>> {
    let Some(cache) = cache_folder() else { return Ok(None) };
    let binaries = Binaries::find(None).map(|binaries| binaries.folder);
    let server = format!("{:?} {:?} {:?}", config.scratch_url, config.database_url, binaries.ok());
    let setup = [setup(config)?, vec![beside.to_owned()]].concat();
    Ok(Some(Agreement::on(cache.join("agreements"), sources, schema, &setup, &server)?))
}

fn cache_folder() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    cache.map(|cache| cache.join("migrate"))
}

/// The texts of `--scratch-setup`.
fn setup(config: &Config) -> anyhow::Result<Vec<String>> {
    let read = |path: &PathBuf| {
        fs::read_to_string(path).with_context(|| {
            format!("`{}`, named by --scratch-setup, can't be read", path.display())
        })
    };
    config.scratch_setup.iter().flatten().map(read).collect()
}

/// A scratch server: the one of the flag, a throw-away one of the target's major version, or the
/// target's own where it is on this machine.
pub(crate) async fn open(config: &Config) -> anyhow::Result<Scratch> {
    let database = config.database_url.as_deref();
    let database =
        database.map(|url| database::parse(url, "the URL of the database")).transpose()?;
    open_beside(config, database).await
}

/// The same, for databases that are compared with one.
pub(crate) async fn open_beside(
    config: &Config,
    database: Option<PgConnectOptions>,
) -> anyhow::Result<Scratch> {
    let server = match &config.scratch_url {
        Some(url) => ScratchServer::remote(database::parse(url, "--scratch-url")?).await?,
        None => beside(database).await?,
    };
    Ok(Scratch { setup: setup(config)?, ..Scratch::new(server) })
}

async fn beside(database: Option<PgConnectOptions>) -> anyhow::Result<ScratchServer> {
    let Some(options) = database else { return Ok(ScratchServer::launch(None).await?) };
    let Some(major) = major(&options).await else { return Ok(ScratchServer::launch(None).await?) };
    match ScratchServer::launch(Some(major)).await {
        Ok(server) => Ok(server),
        Err(_) if is_local(&options) => Ok(ScratchServer::remote(options).await?),
        Err(error) => Err(error).context(
            "scratch databases are made by PostgreSQL programs of the database's major version; install them, or name a server with `--scratch-url`",
        ),
    }
}

/// The major version of a database, where it can be reached.
async fn major(options: &PgConnectOptions) -> Option<u16> {
    let mut connection = options.clone().connect().await.ok()?;
    let version: Option<i32> =
        sqlx::query_scalar("SELECT current_setting('server_version_num')::int / 10000")
            .fetch_one(&mut connection)
            .await
            .ok();
    connection.close().await.ok();
    version.and_then(|version| u16::try_from(version).ok())
}

pub(crate) fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

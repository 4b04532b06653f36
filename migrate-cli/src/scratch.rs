//! Where scratch databases are made.

use std::fs;
use std::net::IpAddr;

use anyhow::Context;
use migrate_core::generate::Scratch;
use migrate_core::postgres::ScratchServer;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::args::Common;
use crate::database;

/// A scratch server: the one of the flag, a throw-away one of the target's major version, or the
/// target's own where it is on this machine.
pub(crate) async fn open(common: &Common) -> anyhow::Result<Scratch> {
    let server = match &common.scratch_url {
        Some(url) => ScratchServer::remote(database::parse(url, "--scratch-url")?).await?,
        None => beside(database::url(common)).await?,
    };
    let mut scratch = Scratch::new(server);
    for path in &common.scratch_setup {
        let text = fs::read_to_string(path).with_context(|| {
            format!("`{}`, named by --scratch-setup, can't be read", path.display())
        })?;
        scratch.setup.push(text);
    }
    Ok(scratch)
}

async fn beside(url: Option<String>) -> anyhow::Result<ScratchServer> {
    let Some(url) = url else { return Ok(ScratchServer::launch(None).await?) };
    let options = database::parse(&url, "DATABASE_URL")?;
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

fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

//! The database at hand: the one of the URL, or our own development database.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use migrate_core::diff::near;
use migrate_core::postgres::DevelopmentServer;
use migrate_core::target::Target;
use sqlx::postgres::PgConnectOptions;

use crate::{Config, scratch};

/// How to reach the database.
pub(crate) async fn options(project: &Path, config: &Config) -> anyhow::Result<PgConnectOptions> {
    match &config.database_url {
        Some(url) => parse(url, "the URL of the database"),
        None => Ok(development(project).await?.connect_options()),
    }
}

/// The development database, our own or one on this machine, and the configuration that names it:
/// nothing else is changed without a revision.
pub(crate) async fn local_target(
    project: &Path,
    config: &Config,
) -> anyhow::Result<(Target, Config)> {
    if !cfg!(debug_assertions) {
        bail!(
            "this is for development databases, and a release build changes none; use `migrate apply` and `migrate rollback`"
        );
    }
    let url = match &config.database_url {
        Some(url) => url.clone(),
        None => development(project).await?.url(),
    };
    let target = config.target(parse(&url, "the URL of the database")?);
    if !scratch::is_local(&target.options) {
        bail!(
            "{} is not on this machine, and only development databases are changed without a revision; use `migrate generate` and `migrate apply`",
            target.place()
        );
    }
    Ok((target, Config { database_url: Some(url), ..config.clone() }))
}

/// Reads a URL; its text stays out of the error, since it may hold a password.
pub(crate) fn parse(url: &str, name: &str) -> anyhow::Result<PgConnectOptions> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        bail!(
            "{name} is no PostgreSQL URL; write it as `postgres://user:password@host:port/database`"
        );
    }
    if url.matches("://").count() > 1 {
        bail!("{name} has more than one URL in it; write one");
    }
    require_known_parameters(url, name)?;
    PgConnectOptions::from_str(url).with_context(|| {
        format!("{name} can't be read; write it as `postgres://user:password@host:port/database`")
    })
}

/// What may stand behind the question mark of a URL: what sqlx reads, and what else libpq does of old.
const PARAMETERS: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "options",
    "passfile",
    "password",
    "port",
    "replication",
    "require_auth",
    "requirepeer",
    "service",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "statement-cache-capacity",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// Refuses a parameter that is nearly one that is read: a wrong `sslmode` would leave encryption out.
fn require_known_parameters(url: &str, name: &str) -> anyhow::Result<()> {
    let Some((_, parameters)) = url.split_once('?') else { return Ok(()) };
    let parameters = parameters.split('&').filter(|one| !one.is_empty());
    for (key, value) in parameters.map(|one| one.split_once('=').unwrap_or((one, ""))) {
        if !PARAMETERS.contains(&key) {
            let known = PARAMETERS.iter().map(|one| (*one).to_owned()).collect();
            // Other tools have parameters of their own; a near one is a slip.
            let meant = near(key, &known, "");
            if !meant.is_empty() {
                bail!("{name} has a parameter `{key}`, which there is none of; {meant}");
            }
        }
        if key == "connect_timeout" && value.parse::<i32>().is_err() {
            bail!("{name} has a `connect_timeout` that is no number of seconds");
        }
    }
    Ok(())
}

/// How long a URL says that connecting may take, in seconds, where it says so; zero is for ever.
pub(crate) fn patience(url: &str) -> Option<Duration> {
    let (_, parameters) = url.split_once('?')?;
    let mut said = parameters.split('&').filter_map(|one| one.strip_prefix("connect_timeout="));
    let seconds = said.next()?.parse::<u32>().ok()?;
    Some(Duration::from_secs(if seconds == 0 { u32::MAX } else { seconds }.into()))
}

/// The development server, where one may be started.
pub(crate) async fn development(project: &Path) -> anyhow::Result<DevelopmentServer> {
    if !cfg!(debug_assertions) {
        bail!(
            "no database is named, and a release build starts none; set DATABASE_URL or pass `--database-url`"
        );
    }
    if std::env::var_os("CI").is_some_and(|value| value != "false" && !value.is_empty()) {
        bail!(
            "no database is named, and none is started in CI; set DATABASE_URL or pass `--database-url`"
        );
    }
    Ok(DevelopmentServer::find_or_start(project).await?)
}

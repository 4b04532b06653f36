//! Variables: those of the environment, and of a file `.env` beside where the command runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use anyhow::bail;
use clap::{CommandFactory, Parser};
use migrate_core::diff::near;
use toml::Table;

use super::Config;

/// A line with nothing but keys.
#[derive(Debug, Parser)]
#[command(name = "migrate")]
pub(super) struct Line {
    #[command(flatten)]
    pub(super) config: Config,
}

/// The names of all keys.
pub(super) fn known() -> Vec<String> {
    let command = Line::command();
    let longs = command.get_arguments().filter_map(clap::Arg::get_long);
    longs.filter(|long| !["help", "version"].contains(long)).map(str::to_owned).collect()
}

/// A variable of the environment, or of `.env`.
pub(super) fn variable(name: &str) -> Option<String> {
    static FILE: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    std::env::var(name).ok().or_else(|| {
        let read = || dotenvy::dotenv_iter().map(|pairs| pairs.filter_map(Result::ok).collect());
        FILE.get_or_init(|| read().unwrap_or_default()).get(name).cloned()
    })
}

/// Refuses a file `.env` with a line that can't be read, which would hide those after it.
fn require_readable_file() -> anyhow::Result<()> {
    let Ok(pairs) = dotenvy::dotenv_iter() else { return Ok(()) };
    if pairs.into_iter().any(|pair| matches!(pair, Err(dotenvy::Error::LineParse(..)))) {
        // The line may hold a password.
        bail!(
            "`.env` has a line that is no `NAME=value`, or a quote that is not closed; correct it"
        );
    }
    Ok(())
}

/// Refuses a variable that is nearly one of ours: it would be taken for nothing.
fn require_meant(known: &[String]) -> anyhow::Result<()> {
    let known: BTreeSet<String> = known.iter().cloned().collect();
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let Some(rest) = name.strip_prefix("MIGRATE_") else { continue };
        let key = rest.to_lowercase().replace('_', "-");
        if known.contains(&key) {
            continue;
        }
        let meant = near(&key, &known, "");
        if !meant.is_empty() {
            bail!("the variable {name} sets nothing: there is no key `{key}`; {meant}");
        }
    }
    Ok(())
}

/// The variables that a key is read from, the stronger one first.
fn names(key: &str) -> Vec<String> {
    let mut names = vec![format!("MIGRATE_{}", key.replace('-', "_").to_uppercase())];
    if key == "database-url" {
        names.push("DATABASE_URL".to_owned());
    }
    names
}

/// The keys that variables set, and the variable of each.
pub(super) fn read(known: &[String]) -> anyhow::Result<Vec<(Table, String)>> {
    require_readable_file()?;
    require_meant(known)?;
    let mut found = Vec::new();
    for key in known {
        let set = names(key).into_iter().find_map(|name| {
            let value = variable(&name).filter(|value| !value.trim().is_empty())?;
            Some((name, value))
        });
        let Some((name, value)) = set else { continue };
        let line = ["migrate".to_owned(), format!("--{key}={value}")];
        match Line::try_parse_from(line) {
            Ok(line) => found.push((Table::try_from(&line.config)?, name)),
            Err(error) => {
                let text = error.to_string();
                let reason = text.lines().next().unwrap_or_default();
                let reason = reason.rsplit_once(": ").map_or(reason, |(_, reason)| reason);
                bail!("the variable {name} can't be used: {reason}");
            }
        }
    }
    Ok(found)
}

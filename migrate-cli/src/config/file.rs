//! `migrate.toml`: tables are another way to write keys, so that `[history] schema` is
//! `history-schema`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use migrate_core::diff::near;
use toml::{Table, Value};

use super::interpolate::{interpolate, is_variable};
use super::keys::PATHS;
use super::{Config, environment};

/// The name of the file.
pub(crate) const NAME: &str = "migrate.toml";

/// The file that is named, or the one of the folder, or of the project's folder.
pub(super) fn find(
    named: Option<&Path>,
    project: Option<&Path>,
) -> anyhow::Result<Option<PathBuf>> {
    let named = named
        .map(Path::to_owned)
        .or_else(|| environment::variable("MIGRATE_CONFIG").map(Into::into));
    match named {
        Some(path) if path.exists() => Ok(Some(path)),
        Some(path) => bail!("the configuration `{}` is not there", path.display()),
        None => {
            let folders = [Some(Path::new("")), project].into_iter().flatten();
            Ok(folders.map(|folder| folder.join(NAME)).find(|path| path.exists()))
        }
    }
}

/// The keys of a file.
pub(super) fn read(path: &Path, known: &[String]) -> anyhow::Result<Table> {
    let text =
        fs::read_to_string(path).with_context(|| format!("`{}` can't be read", path.display()))?;
    // The error's own text shows the line, which may hold a password.
    let table: Table = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let before = error.span().map_or("", |span| &text[..span.start.min(text.len())]);
        let line = before.matches('\n').count() + 1;
        anyhow::anyhow!("`{}` is no TOML, at line {line}: {}", path.display(), error.message())
    })?;
    let mut keys = Table::new();
    flatten("", table, known, &mut keys)
        .and_then(|()| fill(&mut keys))
        .with_context(|| format!("`{}` can't be used", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for (key, value) in &mut keys {
        if PATHS.contains(&key.as_str()) {
            seen_from(folder, value);
        }
    }
    Ok(keys)
}

fn flatten(prefix: &str, table: Table, known: &[String], keys: &mut Table) -> anyhow::Result<()> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}-{name}") };
        match value {
            Value::Table(table) => flatten(&key, table, known, keys)?,
            _ if !known.contains(&key) => {
                let known = known.iter().cloned().collect();
                let all = "`migrate config --all` lists those there are";
                bail!("there is no key `{key}`; {}", near(&key, &known, all));
            }
            value => {
                if keys.insert(key.clone(), value).is_some() {
                    bail!("`{key}` is there twice; keep one");
                }
            }
        }
    }
    Ok(())
}

fn fill(keys: &mut Table) -> anyhow::Result<()> {
    for (key, value) in keys {
        let is_variable = value.as_str().is_some_and(is_variable);
        fill_value(value).map_err(|problem| anyhow::anyhow!("`{key}`: {problem}"))?;
        if is_variable {
            take_as_wanted(key, value);
        }
    }
    Ok(())
}

/// A variable is a text, also where it stands for a number or for yes and no.
fn take_as_wanted(key: &str, value: &mut Value) {
    let fits = |value: &Value| {
        Table::from_iter([(key.to_owned(), value.clone())]).try_into::<Config>().is_ok()
    };
    let Some(text) = value.as_str().filter(|_| !fits(value)).map(str::trim) else { return };
    let word = match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    };
    let number = text.parse().ok().map(Value::Integer);
    let candidates = number.into_iter().chain(word.map(Value::Boolean));
    if let Some(wanted) = candidates.into_iter().find(fits) {
        *value = wanted;
    }
}

fn fill_value(value: &mut Value) -> Result<(), String> {
    match value {
        Value::String(text) => *text = interpolate(text, environment::variable)?,
        Value::Array(values) => values.iter_mut().try_for_each(fill_value)?,
        _ => {}
    }
    Ok(())
}

fn seen_from(folder: &Path, value: &mut Value) {
    match value {
        Value::String(path) => *path = folder.join(&*path).display().to_string(),
        Value::Array(paths) => paths.iter_mut().for_each(|path| seen_from(folder, path)),
        _ => {}
    }
}

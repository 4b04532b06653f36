//! The layers put together, and where each value came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use migrate_core::catalog::MAX_IDENT_BYTES;
use toml::{Table, Value};

use super::keys::{NAMES, SECRETS, URLS};
use super::{Config, environment, file};
use crate::database;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag,
    Variable(String),
    File(PathBuf),
    Code,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Code => f.write_str("application"),
        }
    }
}

impl Origin {
    pub(super) fn is_variable(&self) -> bool {
        matches!(self, Self::Variable(_))
    }
}

/// Every key that is set somewhere, by its strongest layer.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    pub(super) keys: BTreeMap<String, (Value, Origin)>,
    /// What a variable took the place of.
    pub(super) left_out: Vec<String>,
    /// A key, and where it is set, of which nobody knows whether it is meant.
    pub(super) in_doubt: Option<(String, String)>,
    /// Where paths are seen from that nobody names: the folder of the file.
    pub(crate) folder: PathBuf,
}

impl Layers {
    /// Reads the layers: the application's own, the file, the variables, the flags.
    pub(crate) fn read(
        code: &Config,
        named: Option<&Path>,
        project: Option<&Path>,
        flags: &Config,
    ) -> anyhow::Result<Self> {
        let known = environment::known();
        let mut layers = Self::default();
        layers.put(Table::try_from(code)?, &Origin::Code);
        if let Some(path) = file::find(named, project)? {
            let keys = file::read(&path, &known)?;
            path.parent().unwrap_or(Path::new("")).clone_into(&mut layers.folder);
            layers.put(keys, &Origin::File(path));
        }
        for (keys, variable) in environment::read(&known)? {
            layers.put(keys, &Origin::Variable(variable));
        }
        layers.put(Table::try_from(flags)?, &Origin::Flag);
        Ok(layers)
    }

    fn put(&mut self, keys: Table, origin: &Origin) {
        for (key, value) in keys {
            self.take_out_for(&key, origin);
            self.keys.insert(key, (value, origin.clone()));
        }
    }

    /// What a variable took the place of, in sentences.
    pub(crate) fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// The configuration in force.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let mut config = Table::new();
        for (key, (value, origin)) in &self.keys {
            let one = Table::from_iter([(key.clone(), value.clone())]);
            let is_secret = SECRETS.contains(&key.as_str()) || URLS.contains(&key.as_str());
            // The error's own text may show the value.
            let problem = |error: toml::de::Error| match is_secret {
                true => format!("`migrate config --all` shows how `{key}` is written"),
                false => error.message().to_owned(),
            };
            one.clone()
                .try_into::<Config>()
                .map_err(|error| anyhow::anyhow!(problem(error)))
                .and_then(|_| require_short(key, value))
                .with_context(|| format!("`{key}` can't be used, from {origin}"))?;
            config.extend(one);
        }
        Ok(config.try_into()?)
    }

    /// Every key that is set, with its value as it may be shown.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&str, Value, &Origin)> {
        self.keys.iter().map(|(key, (value, origin))| (key.as_str(), shown(key, value), origin))
    }
}

fn shown(key: &str, value: &Value) -> Value {
    match value {
        Value::String(_) if SECRETS.contains(&key) => Value::String("(hidden)".to_owned()),
        Value::String(url) if URLS.contains(&key) => Value::String(without_password(url)),
        Value::Array(values) => {
            Value::Array(values.iter().map(|value| shown(key, value)).collect())
        }
        value => value.clone(),
    }
}

/// Refuses names that PostgreSQL would shorten, and that would be other names then.
fn require_short(key: &str, value: &Value) -> anyhow::Result<()> {
    match value {
        Value::String(name) if NAMES.contains(&key) => require_short_name(name),
        // Lists of tenants may be written as one text each.
        Value::Array(values) => values.iter().try_for_each(|value| match value {
            Value::String(names) if key == "cluster-tenants" => {
                names.split(',').try_for_each(|name| require_short_name(name.trim()))
            }
            value => require_short(key, value),
        }),
        _ => Ok(()),
    }
}

/// Refuses a name that PostgreSQL would shorten.
pub(crate) fn require_short_name(name: &str) -> anyhow::Result<()> {
    if name.len() > MAX_IDENT_BYTES {
        anyhow::bail!(
            "the name `{name}` has {} bytes, and PostgreSQL keeps {MAX_IDENT_BYTES}; give it a shorter one",
            name.len()
        );
    }
    Ok(())
}

/// A URL whose password is left out, wherever it stands. What is no URL isn't shown, since nobody can
/// tell where its password stands.
fn without_password(url: &str) -> String {
    let hidden = "(hidden)";
    if database::parse(url, "").is_err() {
        return hidden.to_owned();
    }
    let (url, parameters) = match url.split_once('?') {
        Some((url, parameters)) => (url, Some(parameters)),
        None => (url, None),
    };
    let shown = match url.split_once("://").and_then(|(scheme, rest)| {
        let (user, place) = rest.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(format!("{scheme}://{name}:{hidden}@{place}"))
    }) {
        Some(shown) => shown,
        None => url.to_owned(),
    };
    let Some(parameters) = parameters else { return shown };
    let parameters = parameters.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name @ ("password" | "sslpassword"), _)) => format!("{name}={hidden}"),
        _ => parameter.to_owned(),
    });
    format!("{shown}?{}", parameters.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_stay_out_of_what_is_shown() {
        assert_eq!(
            without_password("postgres://app:p@ss:w@db:5432/app?sslmode=require&password=x"),
            "postgres://app:(hidden)@db:5432/app?sslmode=require&password=(hidden)"
        );
        for wrong in [
            "host=h password=secret",
            "mysql://app:secret@db/app",
            "postgres://app:secret@db/app,postgres://app:secret@db2/app",
            "postgres://app:se/cret@db/app",
        ] {
            assert_eq!(without_password(wrong), "(hidden)");
        }
        assert_eq!(without_password("postgres://app@db/app"), "postgres://app@db/app");
    }
}

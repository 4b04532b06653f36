//! The layers put together, and where each value came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use toml::{Table, Value};

use super::keys::{SECRETS, URLS};
use super::{Config, environment, file};

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

/// Every key that is set somewhere, by its strongest layer.
#[derive(Debug, Default)]
pub(crate) struct Layers(BTreeMap<String, (Value, Origin)>);

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
            layers.put(keys, &Origin::File(path));
        }
        for (keys, variable) in environment::read(&known)? {
            layers.put(keys, &Origin::Variable(variable));
        }
        layers.put(Table::try_from(flags)?, &Origin::Flag);
        Ok(layers)
    }

    fn put(&mut self, keys: Table, origin: &Origin) {
        self.0.extend(keys.into_iter().map(|(key, value)| (key, (value, origin.clone()))));
    }

    /// The configuration in force.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let mut config = Table::new();
        for (key, (value, origin)) in &self.0 {
            let one = Table::from_iter([(key.clone(), value.clone())]);
            one.clone()
                .try_into::<Config>()
                .map_err(|error| anyhow::anyhow!("{}", error.message()))
                .with_context(|| format!("`{key}` can't be used, from {origin}"))?;
            config.extend(one);
        }
        Ok(config.try_into()?)
    }

    /// Every key that is set, with its value as it may be shown.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&str, Value, &Origin)> {
        self.0.iter().map(|(key, (value, origin))| (key.as_str(), shown(key, value), origin))
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

/// A URL whose password is left out, wherever it stands.
fn without_password(url: &str) -> String {
    let hidden = "(hidden)";
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
        assert_eq!(without_password("postgres://app@db/app"), "postgres://app@db/app");
    }
}

//! YAML files of other tools.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::{Map, Value};

/// The keys of a file.
pub(super) struct Yaml {
    keys: Map<String, Value>,
    file: String,
}

impl Yaml {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let file = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("`{file}` can't be read"))?;
        let value: Value = serde_saphyr::from_str(&text).map_err(|error| {
            // The error's own text shows the line, which may hold a password.
            let line = error.location().map_or(1, |place| place.line());
            anyhow::anyhow!("`{file}` is no YAML, at line {line}")
        })?;
        match value {
            Value::Object(keys) => Ok(Self { keys, file }),
            Value::Null => Ok(Self { keys: Map::new(), file }),
            _ => bail!("`{file}` has no keys at its top"),
        }
    }

    /// Takes a key, so that what is left over can be named.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        let other = key.replace('-', "_");
        self.keys.remove(key).or_else(|| self.keys.remove(&other)).filter(|value| !value.is_null())
    }

    /// A key's text; numbers are texts too.
    pub(super) fn text(&mut self, key: &str) -> anyhow::Result<Option<String>> {
        self.take(key).map(|value| self.as_text(key, &value)).transpose()
    }

    /// A list of texts, or one text.
    pub(super) fn texts(&mut self, key: &str) -> anyhow::Result<Option<Vec<String>>> {
        let Some(value) = self.take(key) else { return Ok(None) };
        self.as_texts(key, &value).map(Some)
    }

    pub(super) fn as_texts(&self, key: &str, value: &Value) -> anyhow::Result<Vec<String>> {
        match value {
            Value::Array(values) => values.iter().map(|value| self.as_text(key, value)).collect(),
            value => Ok(vec![self.as_text(key, value)?]),
        }
    }

    fn as_text(&self, key: &str, value: &Value) -> anyhow::Result<String> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(value) => Ok(value.to_string()),
            _ => bail!("`{key}` in `{}` is no text", self.file),
        }
    }

    /// What nobody took.
    pub(super) fn left_over(&self) -> impl Iterator<Item = String> {
        self.keys.keys().map(|key| format!("`{key}` in `{}` was not taken over", self.file))
    }
}

//! The two sides of `migrate diff`, as they are written on the command line.

use std::path::Path;

use anyhow::bail;
use migrate_core::between::{End, Source, SqlFiles};
use migrate_core::model::Registry;

use crate::{Application, commands, database};

/// What the words `models` and `revisions` stand for, and the database at hand.
#[derive(Default)]
pub(crate) struct Words<'a> {
    /// The application, where the command runs in one.
    pub(crate) application: Option<&'a Application>,
    /// The URL whose server's version scratch databases have where neither side is a database.
    pub(crate) fallback: Option<String>,
}

impl Words<'_> {
    /// The models, where one of the sides is them.
    pub(crate) fn registry(&self, sides: [&str; 2]) -> anyhow::Result<Option<Registry>> {
        match self.application {
            Some(application) if sides.contains(&"models") => {
                Ok(Some(commands::generate::registry(application, &[])?))
            }
            _ => Ok(None),
        }
    }

    /// What a side means.
    pub(crate) fn source<'a>(
        &'a self,
        end: End,
        text: &str,
        registry: Option<&'a Registry>,
    ) -> anyhow::Result<Source<'a>> {
        match (self.application, registry, text) {
            (Some(_), Some(registry), "models") => return Ok(Source::Models(registry)),
            (Some(application), _, "revisions") => {
                return Ok(Source::Revisions(application.chain, &application.dependencies));
            }
            _ => {}
        }
        if text.contains("://") {
            return Ok(Source::Database(Box::new(database::parse(text, &end.to_string())?)));
        }
        let path = Path::new(text);
        if path.exists() {
            return Ok(Source::Files(SqlFiles::read(path)?));
        }
        if ["models", "revisions"].contains(&text) {
            bail!(
                "{end}: `{text}` are known to the program of the application alone; run its own `migrate diff`"
            );
        }
        bail!(
            "{end}: there is no file or folder `{text}`; write a path, or a URL as `postgres://user:password@host:port/database`"
        );
    }
}

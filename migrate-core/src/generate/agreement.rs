//! What was found to agree is remembered, so that the next `generate` or `check` of the same models
//! and revisions starts no server.

use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::catalog::Ident;
use crate::model::objects::objects;

use super::{GenerateError, Sources};

/// Changes when what is compared, or how, changes in a way that could change the verdict.
const FORMAT: &str = "7";

/// The key of everything that the verdict depends on, and the folder where it is remembered.
#[derive(Debug, Clone)]
pub struct Agreement {
    file: PathBuf,
}

impl Agreement {
    /// The verdict on these sources; `server` says which PostgreSQL would be asked.
    pub fn on(
        folder: PathBuf,
        sources: &Sources<'_>,
        schema: &Ident,
        setup: &[String],
        server: &str,
    ) -> Result<Self, GenerateError> {
        let objects = objects(sources.registry, schema)?;
        let mut hasher = Sha256::new();
        let mut add = |text: &str| {
            hasher.update(text.len().to_le_bytes());
            hasher.update(text);
        };
        for text in [FORMAT, env!("CARGO_PKG_VERSION"), server, schema.as_str()] {
            add(text);
        }
        add(&serde_json::to_string(&objects.catalog).unwrap_or_default());
        add(&format!("{:?}", objects.renames));
        for sql in setup {
            add(sql);
        }
        for revision in sources.chain.ordered()? {
            // The whole text: to leave out comments, all of it would have to be read as Rust.
            add(revision.source);
            if reaches_into_the_program(revision.source) {
                add(&program());
            }
        }
        let name: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { file: folder.join(name) })
    }

    /// What was said beside, a line each, where the sources were found to agree before.
    pub fn known(&self) -> Option<Vec<String>> {
        let notes = fs::read_to_string(&self.file).ok()?;
        Some(notes.lines().map(str::to_owned).collect())
    }

    /// Remembers that they agree, and what is to be said beside. Where nothing can be written, the
    /// next run asks again.
    pub fn remember(&self, notes: &[String]) {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).ok();
        }
        fs::write(&self.file, notes.join("\n")).ok();
    }
}

/// Whether a revision uses code beside its own file, which its checksum doesn't cover.
fn reaches_into_the_program(source: &str) -> bool {
    let uses = |line: &str| {
        let path = line.trim_start().strip_prefix("use ").unwrap_or_default();
        !path.is_empty()
            && !["migrate_core::", "sqlx::", "std::"].iter().any(|root| path.starts_with(root))
    };
    source.contains("crate::") || source.contains("super::") || source.lines().any(uses)
}

/// What tells one build of this program from another.
fn program() -> String {
    let Ok(path) = std::env::current_exe() else { return String::new() };
    let modified =
        fs::metadata(&path).and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
    format!("{} {modified:?}", path.display())
}

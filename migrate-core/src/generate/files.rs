//! The folder of revision files: read and written from the files alone, since a broken revision
//! keeps the application from compiling.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use syn::{Expr, ItemConst, Lit};
use thiserror::Error;

use crate::revision::ChainError;

/// A file that can't be read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// The file system refuses.
    #[error("`{}` can't be {doing}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// `read` or `written`.
        doing: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A revision file without a header.
    #[error("`{}` has no `pub const REVISION: Header = Header::new(\"…\")`; restore it, or move the file out of the folder", path.display())]
    NoHeader {
        /// The path.
        path: PathBuf,
    },
}

/// A revision as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionFile {
    /// The id.
    pub id: String,
    /// The id of the revision before it.
    pub parent: Option<String>,
    /// The file's name.
    pub file: String,
}

/// A folder of revision files.
#[derive(Debug, Clone)]
pub struct RevisionFolder {
    /// Where it is.
    pub path: PathBuf,
}

impl RevisionFolder {
    /// The revision files in name order. A folder that is missing has none.
    pub fn files(&self) -> Result<Vec<RevisionFile>, FileError> {
        let Ok(entries) = fs::read_dir(&self.path) else { return Ok(Vec::new()) };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| Path::new(name).extension() == Some("rs".as_ref()) && name != "mod.rs")
            .collect();
        names.sort();
        names.into_iter().map(|name| self.read_header(name)).collect()
    }

    /// The files from first to last, if they make a chain.
    pub fn ordered(&self) -> Result<Vec<RevisionFile>, super::GenerateError> {
        let files = self.files()?;
        let links = files.iter().map(|file| crate::revision::Link {
            id: &file.id,
            parent: file.parent.as_deref(),
            file: &file.file,
            item: file.clone(),
        });
        let ordered: Result<Vec<RevisionFile>, ChainError> =
            crate::revision::order(links.collect());
        Ok(ordered?)
    }

    fn read_header(&self, file: String) -> Result<RevisionFile, FileError> {
        let path = self.path.join(&file);
        let text = read(&path)?;
        match header(&text) {
            Some((id, parent)) => Ok(RevisionFile { id, parent, file }),
            None => Err(FileError::NoHeader { path }),
        }
    }

    /// The packages that `mod.rs` names.
    pub fn packages(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path.join("mod.rs")).unwrap_or_default();
        let list = text.split("models from [").nth(1).and_then(|rest| rest.split(']').next());
        let names = list.unwrap_or_default().split(',');
        names
            .map(|name| name.trim().trim_matches('"').to_owned())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Writes a new revision and the `mod.rs` that names it; returns the file's path.
    pub fn add(&self, id: &str, text: &str, packages: &[&str]) -> Result<PathBuf, FileError> {
        fs::create_dir_all(&self.path).map_err(|source| FileError::Io {
            path: self.path.clone(),
            doing: "written",
            source,
        })?;
        let path = self.path.join(format!("{id}.rs"));
        if path.exists() {
            let taken = "a revision has this name already, of the same second; run it again";
            let source = io::Error::new(io::ErrorKind::AlreadyExists, taken);
            return Err(FileError::Io { path, doing: "written", source });
        }
        write(&path, text)?;
        self.write_mod_file(packages)?;
        Ok(path)
    }

    /// Writes `mod.rs` anew from the files that are there.
    pub fn write_mod_file(&self, packages: &[&str]) -> Result<(), FileError> {
        let files = self.files()?;
        let modules: Vec<&str> =
            files.iter().filter_map(|file| file.file.strip_suffix(".rs")).collect();
        let text = crate::render::rustfmt(&crate::render::mod_file(&modules, packages));
        write(&self.path.join("mod.rs"), &text)
    }

    /// Puts a revision after another by changing its header.
    pub fn move_after(&self, file: &RevisionFile, parent: &str) -> Result<(), FileError> {
        let path = self.path.join(&file.file);
        let text = read(&path)?;
        let literal = format!("{parent:?}");
        let changed = match &file.parent {
            Some(current) => {
                text.replacen(&format!(".after({current:?})"), &format!(".after({literal})"), 1)
            }
            None => {
                let new = format!("Header::new({:?})", file.id);
                text.replacen(&new, &format!("{new}.after({literal})"), 1)
            }
        };
        write(&path, &crate::render::rustfmt_edited(&changed))
    }
}

fn read(path: &Path) -> Result<String, FileError> {
    let doing = "read";
    fs::read_to_string(path).map_err(|source| FileError::Io {
        path: path.to_owned(),
        doing,
        source,
    })
}

/// Writes beside and renames, so that a file is never half there.
fn write(path: &Path, text: &str) -> Result<(), FileError> {
    let beside = path.with_extension("rs.new");
    let fail = |source| FileError::Io { path: path.to_owned(), doing: "written", source };
    fs::write(&beside, text).map_err(fail)?;
    fs::rename(&beside, path).map_err(fail)
}

/// The id and the parent in `pub const REVISION: Header = Header::new("…").after("…")…`.
fn header(text: &str) -> Option<(String, Option<String>)> {
    let mut expression = *header_item(text)?.expr;
    let mut parent = None;
    loop {
        match expression {
            Expr::MethodCall(call) => {
                if call.method == "after" {
                    parent = call.args.first().and_then(text_literal);
                }
                expression = *call.receiver;
            }
            Expr::Call(call) => return Some((call.args.first().and_then(text_literal)?, parent)),
            _ => return None,
        }
    }
}

/// The shortest text from the constant's name on that is a whole item: what follows it, which may
/// be long, is not parsed, nor need it be Rust.
fn header_item(text: &str) -> Option<ItemConst> {
    let lines = text.match_indices("pub const REVISION").map(|(start, _)| &text[start..]);
    let mut items = lines.flat_map(|rest| {
        let ends = rest.match_indices(';').take(MOST_SEMICOLONS);
        ends.map(|(end, _)| &rest[..=end])
    });
    items.find_map(|item| syn::parse_str(item).ok())
}

/// How many semicolons the texts of a header may hold.
const MOST_SEMICOLONS: usize = 100;

fn text_literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// A message as a part of an id: lower case, words joined by `_`, at most 50 bytes.
///
/// ```
/// assert_eq!(migrate_core::generate::slug("Add \"author\" to article!"), "add_author_to_article");
/// ```
pub fn slug(message: &str) -> String {
    let plain: String = message
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
        .collect();
    let mut slug = plain.split_whitespace().collect::<Vec<_>>().join("_");
    slug.truncate(50);
    let slug = slug.trim_end_matches('_');
    if slug.is_empty() { "revision".to_owned() } else { slug.to_owned() }
}

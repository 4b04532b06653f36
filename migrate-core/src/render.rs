//! Plans as the Rust source of revision files.
//!
//! A rendered verb builds the action that it came from, out of literal values only, so that a
//! revision keeps its meaning when the models go on.

mod action;
mod code;
mod column;
mod constraint;
mod doc;
mod folder;
mod format;
mod function;
mod header;
mod index;
mod layout;
mod literal;
mod on;
mod revision_text;
mod sequence;
mod table;

pub use folder::mod_file;
pub use format::{rustfmt, rustfmt_edited};
pub use revision_text::{RevisionText, empty_revision, revision};

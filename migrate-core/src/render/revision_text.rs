//! A revision file as a whole.

use proc_macro2::TokenStream;
use quote::quote;

use crate::plan::Plan;

use super::{doc, function, header};

/// What a revision file says.
pub struct RevisionText<'a> {
    /// The id, which is also the file's name.
    pub id: &'a str,
    /// The revision before it.
    pub parent: Option<&'a str>,
    /// The revision of the common schema that it builds on.
    pub requires: Option<&'a str>,
    /// What it is for, in its author's words.
    pub message: &'a str,
    /// What a reviewer must know, a sentence each. Where one names a filled column as
    /// `` `table.column` `` and says "placeholder", a comment marks the fill itself too.
    pub notes: &'a [String],
    /// What `up` does.
    pub up: &'a Plan,
    /// What `down` does.
    pub down: &'a Plan,
}

/// The file of a revision, laid out as by prettyplease, with comments and blank lines that it has
/// no place for.
pub fn revision(text: &RevisionText<'_>) -> String {
    let doc = doc::of_revision(text.id, text.message, text.notes);
    let doc = laid_out(quote!(#(#![doc = #doc])*));
    let header = laid_out(header::header(text));
    let up = function::function("up", text.up, text.notes);
    let down = function::function("down", text.down, text.notes);
    format!("{doc}\nuse migrate_core::revision::*;\n\n{header}\n{up}\n{down}")
}

/// The file of a revision that does nothing yet.
pub fn empty_revision(id: &str, parent: Option<&str>, message: &str) -> String {
    let nothing = Plan::default();
    let (notes, up, down) = (&[], &nothing, &nothing);
    revision(&RevisionText { id, parent, requires: None, message, notes, up, down })
}

fn laid_out(items: TokenStream) -> String {
    let file = syn::parse2(items)
        .expect("names and texts enter as literals, so the rest is ours and parses");
    prettyplease::unparse(&file)
}

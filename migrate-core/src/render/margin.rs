//! Blank lines and `//` comments, which prettyplease drops: a marker statement or item holds the
//! place of each until the source is laid out.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::doc;

/// How a marker begins.
const MARKER: &str = "margin!(";

/// The comment lines of a file, each under the number that its marker has.
#[derive(Default)]
pub(super) struct Margin {
    comments: Vec<String>,
}

/// The place of a blank line.
pub(super) fn blank() -> TokenStream {
    quote!(margin!();)
}

/// Whether a text has a line that could be taken for a marker.
pub(super) fn has_marker(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with(MARKER))
}

impl Margin {
    /// The place of a comment.
    pub(super) fn comment(&mut self, text: &str) -> TokenStream {
        doc::lines(text).into_iter().map(|line| self.comment_line(line)).collect()
    }

    fn comment_line(&mut self, line: String) -> TokenStream {
        let number = Literal::usize_unsuffixed(self.comments.len());
        self.comments.push(line);
        quote!(margin!(#number);)
    }

    /// The source with every marker replaced.
    pub(super) fn written_into(&self, source: &str) -> String {
        source.lines().map(|line| self.replaced(line) + "\n").collect()
    }

    fn replaced(&self, line: &str) -> String {
        let code = line.trim_start();
        let marked = code.strip_prefix(MARKER).and_then(|rest| rest.strip_suffix(");"));
        let Some(number) = marked else { return line.to_owned() };
        let comment = number.parse().ok().and_then(|number: usize| self.comments.get(number));
        let indent = &line[..line.len() - code.len()];
        comment.map_or_else(String::new, |comment| format!("{indent}// {comment}"))
    }
}

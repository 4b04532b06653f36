//! Small pieces that several statements share.

use std::fmt::Display;

use crate::catalog::{Deferrable, Options};
pub use crate::model::quote_literal as quoted;

/// Items with commas between them.
pub(super) fn comma_separated<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(", ")
}

/// `name = 'value'` pairs. Names with a dot are PostgreSQL's own (`toast.fillfactor`).
pub(super) fn options(options: &Options) -> String {
    comma_separated(options.iter().map(|(name, value)| format!("{name} = {}", quoted(value))))
}

/// When a constraint is checked, with a leading space.
pub(super) fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// An anonymous block, in dollar quotes that don't occur in it.
pub(super) fn block(body: &str) -> String {
    let tags = std::iter::once(String::new()).chain((1..).map(|number| format!("body{number}")));
    let tag = tags.map(|tag| format!("${tag}$")).find(|tag| !body.contains(tag.as_str()));
    let tag = tag.unwrap_or_default();
    format!("DO {tag}\n{body}\n{tag}")
}

//! SQL expressions, compared by what PostgreSQL makes of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An expression as PostgreSQL prints it, and as its author wrote it where that is known.
///
/// Two expressions are equal when PostgreSQL prints them alike; revisions carry the author's text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Expression {
    /// What PostgreSQL prints, or the author's text before PostgreSQL has seen it.
    pub deparsed: String,
    /// The author's text.
    pub written: Option<String>,
}

impl Expression {
    /// An expression whose only known text is this one.
    pub fn new(text: impl Into<String>) -> Self {
        Self { deparsed: text.into(), written: None }
    }

    /// The text to write into SQL and revisions.
    pub fn text(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.deparsed)
    }

    /// The same expression with the author's text.
    #[must_use]
    pub fn written_as(mut self, author: &Self) -> Self {
        self.written = Some(author.text().to_owned());
        self
    }
}

/// An optional expression with its author's text, where both are there.
pub(super) fn optional_written_as(
    expression: Option<Expression>,
    author: Option<&Expression>,
) -> Option<Expression> {
    match (expression, author) {
        (Some(expression), Some(author)) => Some(expression.written_as(author)),
        (expression, _) => expression,
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.deparsed == other.deparsed
    }
}

impl Eq for Expression {}

impl<T: Into<String>> From<T> for Expression {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

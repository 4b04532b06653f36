//! Expressions of revisions, before they are laid out.

use std::borrow::Cow;

/// An expression: what its parts are, and not yet on which lines.
#[derive(Debug, Clone)]
pub(super) enum Code {
    /// A literal or a path, which no layout breaks.
    Word(Cow<'static, str>),
    /// `Type::function(…)`.
    Call { function: Cow<'static, str>, arguments: Vec<Self> },
    /// `receiver.method(…)`.
    Method { receiver: Box<Self>, method: &'static str, arguments: Vec<Self> },
    /// `[…]`.
    Array(Vec<Self>),
    /// `(…)` of two or more.
    Tuple(Vec<Self>),
}

impl Code {
    /// A path, or another word that is known.
    pub(super) fn word(word: &'static str) -> Self {
        Self::Word(Cow::Borrowed(word))
    }

    /// A verb of the migrator.
    pub(super) fn verb(verb: &'static str, arguments: impl IntoIterator<Item = Self>) -> Self {
        Self::word("db").call(verb, arguments)
    }

    /// A function, such as `Column::new`.
    pub(super) fn function(
        function: &'static str,
        arguments: impl IntoIterator<Item = Self>,
    ) -> Self {
        let arguments = arguments.into_iter().collect();
        Self::Call { function: Cow::Borrowed(function), arguments }
    }

    /// A method.
    pub(super) fn call(
        self,
        method: &'static str,
        arguments: impl IntoIterator<Item = Self>,
    ) -> Self {
        let arguments = arguments.into_iter().collect();
        Self::Method { receiver: Box::new(self), method, arguments }
    }

    /// A method without arguments, where the property that it stands for is there.
    pub(super) fn flag(self, method: &'static str, is_set: bool) -> Self {
        if is_set { self.call(method, []) } else { self }
    }

    /// A method with one argument, where that is there.
    pub(super) fn optional(self, method: &'static str, argument: Option<Self>) -> Self {
        match argument {
            Some(argument) => self.call(method, [argument]),
            None => self,
        }
    }

    /// A method once for each pair of arguments.
    pub(super) fn each(
        self,
        method: &'static str,
        arguments: impl IntoIterator<Item = [Self; 2]>,
    ) -> Self {
        arguments.into_iter().fold(self, |code, arguments| code.call(method, arguments))
    }
}

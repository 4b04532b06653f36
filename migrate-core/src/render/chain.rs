//! A call, and the calls on what it returns.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

/// `db.verb(…)` or `Type::new(…)`, with methods called on it in turn.
#[derive(Clone)]
pub(super) struct Chain(TokenStream);

impl Chain {
    /// A verb of the migrator.
    pub(super) fn verb(verb: &str, arguments: impl IntoIterator<Item = TokenStream>) -> Self {
        Self(quote!(db)).call(verb, arguments)
    }

    /// A function, such as `Column::new`.
    pub(super) fn function(
        owner: &str,
        function: &str,
        arguments: impl IntoIterator<Item = TokenStream>,
    ) -> Self {
        let (owner, function) = (format_ident!("{owner}"), format_ident!("{function}"));
        let arguments = arguments.into_iter();
        Self(quote!(#owner::#function(#(#arguments),*)))
    }

    /// A method.
    pub(super) fn call(
        self,
        method: &str,
        arguments: impl IntoIterator<Item = TokenStream>,
    ) -> Self {
        let (chain, method, arguments) = (self.0, format_ident!("{method}"), arguments.into_iter());
        Self(quote!(#chain.#method(#(#arguments),*)))
    }

    /// A method without arguments, where the property that it stands for is there.
    pub(super) fn flag(self, method: &str, is_set: bool) -> Self {
        if is_set { self.call(method, []) } else { self }
    }

    /// A method with one argument, where that is there.
    pub(super) fn optional(self, method: &str, argument: Option<TokenStream>) -> Self {
        match argument {
            Some(argument) => self.call(method, [argument]),
            None => self,
        }
    }

    /// A method once for each pair of arguments.
    pub(super) fn each(
        self,
        method: &str,
        arguments: impl IntoIterator<Item = [TokenStream; 2]>,
    ) -> Self {
        arguments.into_iter().fold(self, |chain, arguments| chain.call(method, arguments))
    }
}

impl ToTokens for Chain {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

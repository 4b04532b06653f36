//! A fact that an attribute may state once.

use proc_macro2::Span;
use syn::Ident;

/// A value with the key that gave it.
#[derive(Clone)]
pub(crate) struct Slot<T>(Option<(Ident, T)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Slot<T> {
    /// Takes the value, or refuses a second one at its key.
    pub(crate) fn set(&mut self, key: &Ident, value: T) -> syn::Result<()> {
        let Some((first, _)) = &self.0 else {
            self.0 = Some((key.clone(), value));
            return Ok(());
        };
        let message = if first == key {
            format!("`{key}` is given twice; remove one of them")
        } else {
            format!("`{key}` says again what `{first}` says; remove one of them")
        };
        Err(syn::Error::new(key.span(), message))
    }

    /// Takes the value unless there is one.
    pub(crate) fn fill(&mut self, key: &Ident, value: T) {
        self.0.get_or_insert_with(|| (key.clone(), value));
    }

    pub(crate) fn value(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    pub(crate) fn key(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(key, _)| key)
    }

    pub(crate) fn span(&self) -> Option<Span> {
        self.key().map(Ident::span)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.is_some()
    }
}

impl Slot<bool> {
    /// Whether the flag is given, and not as `= false`.
    pub(crate) fn is_true(&self) -> bool {
        self.value().copied().unwrap_or(false)
    }
}

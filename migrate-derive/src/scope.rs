//! What every stage of one derive sees: the struct's fields and the errors so far.

use std::cell::RefCell;
use std::thread;

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Ident};

/// The fields that attributes may name, and the errors found so far.
pub(crate) struct Scope {
    fields: Vec<String>,
    errors: RefCell<Option<syn::Error>>,
}

impl Scope {
    pub(crate) fn of(input: &DeriveInput) -> Self {
        let fields = match &input.data {
            Data::Struct(data) => {
                data.fields.iter().filter_map(|field| field.ident.as_ref()).collect()
            }
            Data::Enum(_) | Data::Union(_) => Vec::new(),
        };
        Self {
            fields: fields.into_iter().map(|ident: &Ident| ident.unraw().to_string()).collect(),
            errors: RefCell::new(None),
        }
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(String::as_str)
    }

    pub(crate) fn has_field(&self, ident: &Ident) -> bool {
        let name = ident.unraw().to_string();
        self.fields().any(|field| field == name)
    }

    pub(crate) fn push(&self, error: syn::Error) {
        let mut errors = self.errors.borrow_mut();
        match errors.as_mut() {
            Some(first) => first.combine(error),
            None => *errors = Some(error),
        }
    }

    pub(crate) fn error(&self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    /// The expansion, with every error in front of it: the impls stay, so that nothing else in the
    /// crate fails for want of them.
    pub(crate) fn finish(self, expansion: TokenStream) -> TokenStream {
        let Some(errors) = self.errors.take() else {
            return expansion;
        };
        let mut tokens = errors.into_compile_error();
        tokens.extend(expansion);
        tokens
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let reported = self.errors.borrow().is_none();
        assert!(reported || thread::panicking(), "a derive dropped its errors unreported");
    }
}

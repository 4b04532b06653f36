//! What an application hands to its revisions.

use std::any::{Any, TypeId};
use std::collections::HashMap;

/// The values that an application provides, one of each type.
#[derive(Default)]
pub struct Dependencies(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Dependencies {
    /// Adds a value; revisions take it as `&T` or `Option<&T>`.
    #[must_use]
    pub fn provide<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
        self
    }

    fn find<T: Any>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

/// A parameter that a revision can take beside the migrator.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be injected into a revision",
    note = "take `&T` or `Option<&T>` of something that the application provides"
)]
pub trait Inject<'a>: Sized {
    /// The type that the application provides.
    type Provided;

    /// The parameter, where it can be had.
    fn inject(dependencies: &'a Dependencies) -> Option<Self>;
}

impl<'a, T: Any + Send + Sync> Inject<'a> for &'a T {
    type Provided = T;

    fn inject(dependencies: &'a Dependencies) -> Option<Self> {
        dependencies.find()
    }
}

impl<'a, T: Any + Send + Sync> Inject<'a> for Option<&'a T> {
    type Provided = T;

    fn inject(dependencies: &'a Dependencies) -> Option<Self> {
        Some(dependencies.find())
    }
}

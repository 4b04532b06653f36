//! Nullability of a field whose type is overridden, without asking its type for `DbType`.

use std::marker::PhantomData;

/// Says whether `T` is an `Option`: the inherent constant wins over the trait's.
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<Option<T>> {
    /// An `Option` takes nulls.
    pub const NULLABLE: bool = true;
}

/// The answer for everything that isn't an `Option`.
pub trait NotOption {
    /// No nulls.
    const NULLABLE: bool = false;
}

impl<T> NotOption for Probe<T> {}

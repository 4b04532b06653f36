//! Schema migration for PostgreSQL from Rust models.
//!
//! Models are structs with `#[derive(DbModel)]`; revisions are Rust files with `up` and `down`.
//! The modules stand in the order of the data's way, and each uses only those above it:
//! [`postgres`], [`catalog`], [`model`], [`introspect`], [`diff`], [`plan`], [`sql`], `render`,
//! [`loss`], [`revision`], [`history`], [`target`], [`runner`], `generate`, `between`.

extern crate self as migrate_core;

#[cfg(feature = "generate")]
pub mod between;
pub mod catalog;
pub mod diff;
#[cfg(feature = "generate")]
pub mod generate;
pub mod history;
pub mod introspect;
pub mod loss;
pub mod model;
pub mod plan;
pub mod postgres;
#[cfg(feature = "generate")]
pub mod render;
pub mod revision;
pub mod runner;
pub mod sql;
pub mod target;

#[doc(hidden)]
pub use migrate_derive::direction;
pub use migrate_derive::{DbEnum, DbModel, DbType, revisions, sql_files};
pub use model::{DbModel, DbType};

/// What the derives and macros expand to; no part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use inventory;

    /// The first of at most one token tree as an option.
    #[macro_export]
    #[doc(hidden)]
    macro_rules! __first {
        () => {
            ::core::option::Option::None
        };
        ($value:literal) => {
            ::core::option::Option::Some($value)
        };
    }
    pub use crate::__first as first;
}

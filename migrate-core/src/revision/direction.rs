//! `up` and `down` as the runner calls them, whatever they take beside the migrator.

use std::any::type_name;
use std::future::Future;
use std::pin::Pin;

use thiserror::Error;

use super::{Dependencies, Inject, Migrator, Result, RevisionError, SqlScript};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Something a revision takes that the application did not provide.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "it takes `&{type_name}`, which the application doesn't provide; add `.provide(…)` with one"
)]
pub struct MissingDependency {
    /// The type.
    pub type_name: &'static str,
}

impl MissingDependency {
    fn of<T>() -> Self {
        Self { type_name: type_name::<T>() }
    }
}

/// `up` or `down`.
#[derive(Clone)]
pub enum Direction {
    /// A Rust function, as pointers in const data.
    Rust(RustDirection),
    /// A SQL file.
    Sql(SqlScript),
    /// No file says how.
    Missing,
}

/// `up` or `down` of a Rust file.
#[derive(Clone, Copy)]
pub struct RustDirection {
    /// The first of the things it takes that isn't there.
    pub missing: for<'a> fn(&'a Dependencies) -> Option<MissingDependency>,
    /// Calls it.
    pub call: for<'a> fn(&'a mut Migrator, &'a Dependencies) -> BoxFuture<'a, Result<()>>,
}

impl Direction {
    /// The file that it is alone in, where it is SQL.
    pub(crate) fn file(&self) -> Option<&'static str> {
        match self {
            Self::Sql(script) => Some(script.file()),
            Self::Rust(_) | Self::Missing => None,
        }
    }

    /// Whether everything it takes is there.
    pub fn check(&self, dependencies: &Dependencies) -> std::result::Result<(), MissingDependency> {
        match self {
            Self::Rust(rust) => (rust.missing)(dependencies).map_or(Ok(()), Err),
            Self::Sql(_) | Self::Missing => Ok(()),
        }
    }

    /// Runs it.
    pub fn call<'a>(
        &'a self,
        db: &'a mut Migrator,
        dependencies: &'a Dependencies,
    ) -> BoxFuture<'a, Result<()>> {
        match self {
            Self::Rust(rust) => (rust.call)(db, dependencies),
            Self::Sql(script) => Box::pin(script.run(db)),
            Self::Missing => {
                let revision = db.revision.clone();
                Box::pin(std::future::ready(Err(RevisionError::NoDown { revision }.into())))
            }
        }
    }
}

/// A function that can be `up` or `down`.
#[diagnostic::on_unimplemented(
    message = "`up` and `down` are `pub async fn(db: &mut Migrator, …) -> Result<()>` with up to four further parameters `&T` or `Option<&T>`"
)]
pub trait RevisionFn<'a, Parameters>: Sized {
    /// The future, by its own type, so that the compiler can say why one isn't `Send`.
    type Running: Future<Output = Result<()>> + 'a;

    /// The first of the things it takes that isn't there.
    fn missing(&self, dependencies: &'a Dependencies) -> Option<MissingDependency>;

    /// Calls it.
    fn call(
        self,
        db: &'a mut Migrator,
        dependencies: &'a Dependencies,
    ) -> std::result::Result<Self::Running, MissingDependency>;
}

macro_rules! revision_fn {
    ($($parameter:ident),*) => {
        impl<'a, Function, Running, $($parameter),*> RevisionFn<'a, ($($parameter,)*)> for Function
        where
            Function: Fn(&'a mut Migrator $(, $parameter)*) -> Running,
            Running: Future<Output = Result<()>> + 'a,
            $($parameter: Inject<'a>),*
        {
            type Running = Running;

            // Otherwise each would be compiled as a unit of its own.
            #[inline(always)]
            fn missing(&self, _dependencies: &'a Dependencies) -> Option<MissingDependency> {
                $(if $parameter::inject(_dependencies).is_none() {
                    return Some(MissingDependency::of::<$parameter::Provided>());
                })*
                None
            }

            #[inline(always)]
            fn call(
                self,
                db: &'a mut Migrator,
                _dependencies: &'a Dependencies,
            ) -> std::result::Result<Running, MissingDependency> {
                // No `?`, which would be compiled for each revision's own future.
                Ok(self(db $(, match $parameter::inject(_dependencies) {
                    Some(parameter) => parameter,
                    None => return Err(MissingDependency::of::<$parameter::Provided>()),
                })*))
            }
        }
    };
}

revision_fn!();
revision_fn!(A);
revision_fn!(A, B);
revision_fn!(A, B, C);
revision_fn!(A, B, C, D);

/// What a direction comes to where it can't be called, for `direction!`.
#[doc(hidden)]
pub fn refused<'a>(missing: MissingDependency) -> BoxFuture<'a, Result<()>> {
    Box::pin(std::future::ready(Err(missing.into())))
}

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
    /// Whether everything it takes is there.
    pub check: for<'a> fn(&'a Dependencies) -> std::result::Result<(), MissingDependency>,
    /// Calls it.
    pub call: for<'a> fn(&'a mut Migrator, &'a Dependencies) -> BoxFuture<'a, Result<()>>,
}

impl Direction {
    /// Whether everything it takes is there.
    pub fn check(&self, dependencies: &Dependencies) -> std::result::Result<(), MissingDependency> {
        match self {
            Self::Rust(rust) => (rust.check)(dependencies),
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

/// Makes a [`Direction`] of a function.
#[macro_export]
#[doc(hidden)]
macro_rules! direction {
    ($function:path) => {
        $crate::revision::Direction::Rust($crate::revision::RustDirection {
            check: |dependencies| $crate::revision::check_dependencies($function, dependencies),
            call: |db, dependencies| match $crate::revision::running($function, db, dependencies) {
                Ok(running) => Box::pin(running),
                Err(error) => Box::pin(std::future::ready(Err(error))),
            },
        })
    };
}

/// A function that can be `up` or `down`.
#[diagnostic::on_unimplemented(
    message = "`up` and `down` are `pub async fn(db: &mut Migrator, …) -> Result<()>` with up to four further parameters `&T` or `Option<&T>`"
)]
pub trait RevisionFn<'a, Parameters>: Sized {
    /// The future, by its own type, so that the compiler can say why one isn't `Send`.
    type Running: Future<Output = Result<()>> + 'a;

    /// Whether everything it takes is there.
    fn check(&self, dependencies: &'a Dependencies) -> std::result::Result<(), MissingDependency>;

    /// Calls it.
    fn call(self, db: &'a mut Migrator, dependencies: &'a Dependencies) -> Result<Self::Running>;
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

            fn check(
                &self,
                dependencies: &'a Dependencies,
            ) -> std::result::Result<(), MissingDependency> {
                let missing: &[Option<&'static str>] = &[$(
                    $parameter::inject(dependencies)
                        .is_none()
                        .then(type_name::<$parameter::Provided>),
                )*];
                first_missing(dependencies, missing)
            }

            fn call(
                self,
                db: &'a mut Migrator,
                dependencies: &'a Dependencies,
            ) -> Result<Running> {
                self.check(dependencies)?;
                Ok(self(db $(, $parameter::inject(dependencies)
                    .ok_or(MissingDependency { type_name: type_name::<$parameter::Provided>() })?)*))
            }
        }
    };
}

fn first_missing(
    _: &Dependencies,
    missing: &[Option<&'static str>],
) -> std::result::Result<(), MissingDependency> {
    match missing.iter().flatten().next() {
        Some(type_name) => Err(MissingDependency { type_name }),
        None => Ok(()),
    }
}

revision_fn!();
revision_fn!(A);
revision_fn!(A, B);
revision_fn!(A, B, C);
revision_fn!(A, B, C, D);

/// Starts a direction, for [`direction!`](crate::direction).
#[doc(hidden)]
pub fn running<'a, Parameters, Function: RevisionFn<'a, Parameters>>(
    function: Function,
    db: &'a mut Migrator,
    dependencies: &'a Dependencies,
) -> Result<Function::Running> {
    function.call(db, dependencies)
}

/// Checks a direction's parameters, for [`direction!`](crate::direction).
#[doc(hidden)]
pub fn check_dependencies<'a, Parameters, Function: RevisionFn<'a, Parameters>>(
    function: Function,
    dependencies: &'a Dependencies,
) -> std::result::Result<(), MissingDependency> {
    function.check(dependencies)
}

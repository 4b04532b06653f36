//! What runs before and after revisions: SQL files and functions of the application.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::revision::{BoxFuture, Migrator, Result, SqlFileError, SqlScript};

/// What runs before and after revisions. Nothing of it runs where nothing is pending.
#[derive(Debug, Clone, Default)]
pub struct Hooks {
    /// Once, before the first pending revision, in a transaction of its own.
    pub before_all: Vec<Hook>,
    /// Before each revision, in its transaction.
    pub before_each: Vec<Hook>,
    /// After each revision, in its transaction.
    pub after_each: Vec<Hook>,
    /// Once, after everything, in a transaction of its own. A run that was interrupted before it
    /// owes it to the next run.
    pub after_all: Vec<Hook>,
    /// Whether those of each revision also run around revisions with steps, each in a transaction
    /// of its own.
    pub around_steps: bool,
}

/// One thing to run.
#[derive(Clone)]
pub enum Hook {
    /// A SQL file.
    Sql(SqlScript),
    /// A function.
    Rust(Arc<RustHook>),
}

/// A function as a hook.
pub type RustHook = dyn for<'a> Fn(&'a mut Migrator) -> BoxFuture<'a, Result<()>> + Send + Sync;

impl Hook {
    /// A function as a hook.
    ///
    /// ```
    /// use migrate_core::runner::{Hook, Hooks};
    /// let hooks = Hooks {
    ///     after_all: vec![Hook::new(|db| {
    ///         Box::pin(async move { db.execute("ANALYZE").await })
    ///     })],
    ///     ..Hooks::default()
    /// };
    /// assert_eq!(hooks.after_all.len(), 1);
    /// ```
    pub fn new(
        hook: impl for<'a> Fn(&'a mut Migrator) -> BoxFuture<'a, Result<()>> + Send + Sync + 'static,
    ) -> Self {
        Self::Rust(Arc::new(hook))
    }

    /// The SQL files of a folder by their names, or one file. A file that runs in a revision's
    /// transaction can't stay out of one.
    pub fn read_sql(
        path: &Path,
        in_transaction: bool,
    ) -> std::result::Result<Vec<Self>, SqlFileError> {
        let fail = |source| SqlFileError::Read { path: path.display().to_string(), source };
        let mut files = Vec::new();
        if path.is_dir() {
            for entry in fs::read_dir(path).map_err(fail)? {
                files.push(entry.map_err(fail)?.path());
            }
            files.retain(|file| {
                file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
            });
            files.sort();
        } else {
            files.push(path.to_owned());
        }
        let hooks = files.iter().map(|file| Ok(Self::Sql(SqlScript::read(file, in_transaction)?)));
        hooks.collect()
    }

    /// What an error calls it.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Sql(script) => script.file(),
            Self::Rust(_) => "a function of the application",
        }
    }

    pub(super) fn call<'a>(&'a self, db: &'a mut Migrator) -> BoxFuture<'a, Result<()>> {
        match self {
            Self::Sql(script) => Box::pin(script.run(db)),
            Self::Rust(function) => function(db),
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

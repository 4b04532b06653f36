//! An application: its revisions, what it provides to them, and its folder.

use std::any::Any;
use std::path::PathBuf;
use std::process::ExitCode;

use migrate_core::generate::RevisionFolder;
use migrate_core::revision::{Chain, Dependencies};

use crate::args::{ApplicationDevCommand, ApplyArgs, GenerateArgs, MigrateCommand, RollbackArgs};
use crate::output::Output;
use crate::sides::Words;
use crate::{Migrate, commands, database};

/// An application with revisions.
pub struct Application {
    pub(crate) chain: &'static Chain,
    pub(crate) dependencies: Dependencies,
    folder: Option<PathBuf>,
}

impl Application {
    /// An application with the revisions of a folder.
    pub fn new(chain: &'static Chain) -> Self {
        Self { chain, dependencies: Dependencies::default(), folder: None }
    }

    /// Hands a value to the revisions, which take it as `&T` or `Option<&T>`.
    #[must_use]
    pub fn provide<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.dependencies = self.dependencies.provide(value);
        self
    }

    /// Names the folder of the revision files, where it isn't the one of the module's path.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    pub(crate) fn revision_folder(&self) -> RevisionFolder {
        let path = self.folder.clone().unwrap_or_else(|| self.chain.folder());
        RevisionFolder { path }
    }

    /// The project's folder, which names its development database.
    pub(crate) fn project(&self) -> PathBuf {
        PathBuf::from(self.chain.root)
    }

    /// Runs a command; errors are printed.
    pub async fn run(self, migrate: Migrate) -> ExitCode {
        let output = Output::of_terminal();
        match self.execute(migrate, &output).await {
            Ok(code) => ExitCode::from(code),
            Err(error) => {
                output.error(&error);
                ExitCode::from(crate::exit::of(&error))
            }
        }
    }

    async fn execute(&self, migrate: Migrate, output: &Output) -> anyhow::Result<u8> {
        let common = &migrate.common;
        match migrate.command {
            MigrateCommand::Generate(args) => {
                commands::generate::run(self, common, args, output).await
            }
            MigrateCommand::New(args) => commands::new::run(&self.revision_folder(), &args, output),
            MigrateCommand::Apply(args) => commands::apply::run(self, common, args, output).await,
            MigrateCommand::Rollback(args) => {
                commands::rollback::run(self, common, args, output).await
            }
            MigrateCommand::Status(args) => {
                commands::status::run(self, common, &args, output).await
            }
            MigrateCommand::Plan(args) => commands::plan::run(self, common, &args, output).await,
            MigrateCommand::Check(args) => commands::check::run(self, common, &args, output).await,
            MigrateCommand::Diff(args) => {
                let fallback = database::url(common);
                let words = Words { application: Some(self), fallback };
                commands::diff::run(&words, &common.reading, args, output).await
            }
            MigrateCommand::Resolve(args) => {
                commands::resolve::run(self, common, &args, output).await
            }
            MigrateCommand::Merge => commands::merge::run(&self.revision_folder(), output),
            MigrateCommand::Dev(ApplicationDevCommand::Sync(args)) => {
                commands::dev_sync::run(self, common, args, output).await
            }
            MigrateCommand::Dev(ApplicationDevCommand::Switch(args)) => {
                commands::dev_switch::run(self, common, &args, output).await
            }
            MigrateCommand::Dev(ApplicationDevCommand::Server(command)) => {
                commands::dev::run(&self.project(), command, output).await
            }
        }
    }

    /// `generate`, for an application with a command line of its own kind.
    pub async fn generate(&self, migrate: GenerateArgs) -> anyhow::Result<u8> {
        self.execute(MigrateCommand::Generate(migrate).into(), &Output::of_terminal()).await
    }

    /// `apply`, for an application with a command line of its own kind.
    pub async fn apply(&self, migrate: ApplyArgs) -> anyhow::Result<u8> {
        self.execute(MigrateCommand::Apply(migrate).into(), &Output::of_terminal()).await
    }

    /// `rollback`, for an application with a command line of its own kind.
    pub async fn rollback(&self, migrate: RollbackArgs) -> anyhow::Result<u8> {
        self.execute(MigrateCommand::Rollback(migrate).into(), &Output::of_terminal()).await
    }
}

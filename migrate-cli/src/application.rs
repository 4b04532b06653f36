//! An application: its revisions, what it provides to them, and its folder.

use std::any::Any;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use migrate_core::generate::RevisionFolder;
use migrate_core::revision::{BoxFuture, Chain, Dependencies};
use migrate_core::runner::{Chains, Hooks};
use sqlx::PgConnection;

use crate::args::{
    ApplicationDevCommand, ApplyArgs, GenerateArgs, MigrateCommand, Place, RollbackArgs,
    RunCommand, Selection,
};
use crate::config::Layers;
use crate::output::Output;
use crate::sides::Words;
use crate::{Config, Migrate, commands, server_warnings};

/// An application with revisions.
pub struct Application {
    pub(crate) chain: &'static Chain,
    pub(crate) common: Option<&'static Chain>,
    pub(crate) dependencies: Dependencies,
    pub(crate) hooks: Hooks,
    pub(crate) tenants: Option<Arc<ListTenants>>,
    config: Box<Config>,
    folder: Option<PathBuf>,
    common_folder: Option<PathBuf>,
}

/// Lists the schemas of the tenants of a database.
pub type ListTenants = dyn for<'a> Fn(&'a mut PgConnection) -> BoxFuture<'a, migrate_core::revision::Result<Vec<String>>>
    + Send
    + Sync;

impl Application {
    /// An application with the revisions of a folder.
    pub fn new(chain: &'static Chain) -> Self {
        Self {
            chain,
            common: None,
            dependencies: Dependencies::default(),
            hooks: Hooks::default(),
            tenants: None,
            config: Box::default(),
            folder: None,
            common_folder: None,
        }
    }

    /// Hands a value to the revisions, which take it as `&T` or `Option<&T>`.
    #[must_use]
    pub fn provide<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.dependencies = self.dependencies.provide(value);
        self
    }

    /// Configures what no file, variable or flag says otherwise.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        *self.config = config;
        self
    }

    /// Names the schema of what tenants share, and its revisions. Models with
    /// `#[db(schema = "…")]` of that name belong to them.
    #[must_use]
    pub fn common(mut self, schema: &str, chain: &'static Chain) -> Self {
        self.common = Some(chain);
        self.config.common_schema.get_or_insert_with(|| schema.to_owned());
        self
    }

    /// Lists the tenants of a database, where no configuration does.
    #[must_use]
    pub fn tenants(
        mut self,
        list: impl for<'a> Fn(
            &'a mut PgConnection,
        ) -> BoxFuture<'a, migrate_core::revision::Result<Vec<String>>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.tenants = Some(Arc::new(list));
        self
    }

    /// What runs before and after revisions, behind what the configuration names.
    #[must_use]
    pub fn hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = hooks;
        self
    }

    /// Names the folder of the revision files, where it isn't the one of the module's path.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// The same for the common schema's.
    #[must_use]
    pub fn common_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.common_folder = Some(folder.into());
        self
    }

    pub(crate) fn revision_folder(&self) -> RevisionFolder {
        let path = self.folder.clone().unwrap_or_else(|| self.chain.folder());
        RevisionFolder { path }
    }

    /// The folder of the common schema's revision files.
    pub(crate) fn common_revision_folder(&self) -> anyhow::Result<RevisionFolder> {
        let chain = self.common.context("no revisions of a common schema are named")?;
        let path = self.common_folder.clone().unwrap_or_else(|| chain.folder());
        Ok(RevisionFolder { path })
    }

    /// The revisions of a selection: the tenants', or those of what they share.
    pub(crate) fn chain_for(&self, selection: &Selection) -> anyhow::Result<&'static Chain> {
        match (selection.common, self.common) {
            (false, _) => Ok(self.chain),
            (true, Some(common)) => Ok(common),
            (true, None) => {
                bail!("`--common` is for what tenants share, and no revisions are its own")
            }
        }
    }

    /// The same with the revisions of what tenants share, which only a fleet with such a schema runs.
    pub(crate) fn chains_for(&self, selection: &Selection) -> anyhow::Result<Chains<'static>> {
        Ok(Chains { common: self.common, tenants: self.chain_for(selection)? })
    }

    /// The project's folder, which names its development database.
    pub(crate) fn project(&self) -> PathBuf {
        PathBuf::from(self.chain.root)
    }

    /// Runs a command; errors are printed.
    pub async fn run(self, migrate: Migrate) -> ExitCode {
        server_warnings::listen();
        let output = Output::of_terminal();
        let outcome = Box::pin(self.execute(migrate, &output)).await;
        output.conclude(outcome)
    }

    async fn execute(&self, migrate: Migrate, output: &Output) -> anyhow::Result<u8> {
        let Migrate { place, config: flags, command } = migrate;
        let layers = self.layers(&place, &flags)?;
        let config = &layers.config()?;
        match command {
            MigrateCommand::Generate(args) => {
                commands::generate::run(self, config, args, output).await
            }
            MigrateCommand::New(args) => commands::new::run(&self.revision_folder(), &args, output),
            MigrateCommand::Run(command) => {
                self.run_command(command, &layers, config, output).await
            }
            MigrateCommand::Check(args) => commands::check::run(self, config, &args, output).await,
            MigrateCommand::Diff(args) => {
                let words =
                    Words { application: Some(self), fallback: config.database_url.clone() };
                commands::diff::run(&words, config, args, output).await
            }
            MigrateCommand::Merge => commands::merge::run(&self.revision_folder(), output),
            MigrateCommand::Dev(ApplicationDevCommand::Sync(args)) => {
                commands::dev_sync::run(self, config, args, output).await
            }
            MigrateCommand::Dev(ApplicationDevCommand::Switch(args)) => {
                commands::dev_switch::run(self, config, &args, output).await
            }
            MigrateCommand::Dev(ApplicationDevCommand::Server(command)) => {
                commands::dev::run(&self.project(), command, output).await
            }
        }
    }

    /// Runs a command that needs no models.
    pub(crate) async fn run_command(
        &self,
        command: RunCommand,
        layers: &Layers,
        config: &Config,
        output: &Output,
    ) -> anyhow::Result<u8> {
        if !matches!(command, RunCommand::Config(_)) {
            layers.require_one_place()?;
            output.notes(layers.left_out());
        }
        match command {
            RunCommand::Apply(args) => commands::apply::run(self, config, args, output).await,
            RunCommand::Rollback(args) => commands::rollback::run(self, config, args, output).await,
            RunCommand::Status(args) => commands::status::run(self, config, &args, output).await,
            RunCommand::Plan(args) => commands::plan::run(self, config, &args, output).await,
            RunCommand::Resolve(args) => commands::resolve::run(self, config, &args, output).await,
            RunCommand::Baseline(args) => {
                commands::baseline::run(self, config, &args, output).await
            }
            RunCommand::Clean(args) => commands::clean::run(self, config, &args, output).await,
            RunCommand::Bootstrap(args) => {
                commands::bootstrap::run(self, config, &args, output).await
            }
            RunCommand::Decommission(args) => {
                commands::decommission::run(self, config, &args, output).await
            }
            RunCommand::Config(args) => commands::config::run(layers, &args, output),
        }
    }

    /// What is configured, after the command has gone to its folder.
    pub(crate) fn layers(&self, place: &Place, flags: &Config) -> anyhow::Result<Layers> {
        let project = self.project();
        let project = Some(project.as_path()).filter(|project| !project.as_os_str().is_empty());
        place.layers(&self.config, project, flags)
    }

    /// `generate`, for an application with a command line of its own kind.
    pub async fn generate(&self, migrate: GenerateArgs) -> anyhow::Result<u8> {
        let command = MigrateCommand::Generate(migrate).into();
        Box::pin(self.execute(command, &Output::of_terminal())).await
    }

    /// `apply`, for an application with a command line of its own kind.
    pub async fn apply(&self, migrate: ApplyArgs) -> anyhow::Result<u8> {
        let command = MigrateCommand::Run(RunCommand::Apply(migrate)).into();
        Box::pin(self.execute(command, &Output::of_terminal())).await
    }

    /// `rollback`, for an application with a command line of its own kind.
    pub async fn rollback(&self, migrate: RollbackArgs) -> anyhow::Result<u8> {
        let command = MigrateCommand::Run(RunCommand::Rollback(migrate)).into();
        Box::pin(self.execute(command, &Output::of_terminal())).await
    }
}

impl Place {
    /// Goes to the folder and reads the layers.
    pub(crate) fn layers(
        &self,
        code: &Config,
        project: Option<&std::path::Path>,
        flags: &Config,
    ) -> anyhow::Result<Layers> {
        if let Some(folder) = &self.base_dir {
            std::env::set_current_dir(folder).with_context(|| {
                format!("`{}`, named by --base-dir, is no folder", folder.display())
            })?;
        }
        Layers::read(code, self.config.as_deref(), project, flags)
    }
}

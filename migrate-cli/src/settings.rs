//! The configuration as the core takes it.

use std::num::NonZeroUsize;

use anyhow::Context;
use migrate_core::catalog::Ident;
use migrate_core::runner::{FleetSettings, Hook, Hooks, RunSettings};
use migrate_core::target::{ConnectRetries, Session, Target};
use sqlx::postgres::PgConnectOptions;

use crate::{Config, Time};

/// The schema of objects without a schema in their names, where nothing else is said.
const SCHEMA: &str = "public";

impl Config {
    /// The schema whose objects have no schema in their names.
    pub(crate) fn schema(&self) -> Ident {
        Ident::new(self.schema.as_deref().unwrap_or(SCHEMA))
    }

    /// A schema of a database, as everything else is configured.
    pub(crate) fn target_in(&self, options: PgConnectOptions, schema: Ident) -> Target {
        let mut target = Target { session: self.session(), ..Target::new(options, schema) };
        if let Some(schema) = &self.history_schema {
            target.history.schema = Ident::new(schema.as_str());
        }
        if let Some(table) = &self.history_table {
            target.history.name = Ident::new(table.as_str());
        }
        target
    }

    /// The target schema of a database.
    pub(crate) fn target(&self, options: PgConnectOptions) -> Target {
        self.target_in(options, self.schema())
    }

    fn session(&self) -> Session {
        let retries = ConnectRetries::default();
        Session {
            statements: self.session.clone().unwrap_or_default(),
            role: self.service_role.as_deref().map(Ident::new),
            retries: ConnectRetries {
                attempts: self.connect_attempts.unwrap_or(retries.attempts),
                interval: self.connect_interval.map_or(retries.interval, |Time(time)| time),
                patience: retries.patience,
            },
        }
    }

    /// How revisions run, with the hooks of the application beside those of the configuration.
    pub(crate) fn run_settings(&self, hooks: &Hooks) -> anyhow::Result<RunSettings> {
        let usual = RunSettings::default();
        let time = |time: Option<Time>, usual| time.map_or(usual, |Time(time)| time);
        Ok(RunSettings {
            lock_timeout: time(self.lock_timeout, usual.lock_timeout),
            statement_timeout: time(self.statement_timeout, usual.statement_timeout),
            attempts: self.attempts.unwrap_or(usual.attempts),
            wait_for_other_run: time(self.wait_for_other_run, usual.wait_for_other_run),
            installed_by: self.installed_by.clone(),
            terminate_blockers_after: self.terminate_blockers_after.map(|Time(time)| time),
            terminate_blockers_except: self.terminate_blockers_except.clone().unwrap_or_default(),
            hooks: self.hooks(hooks)?,
            ..usual
        })
    }

    fn hooks(&self, own: &Hooks) -> anyhow::Result<Hooks> {
        let read = |key: &str, paths: &Option<Vec<std::path::PathBuf>>, own: &[Hook], each| {
            let mut hooks = Vec::new();
            for path in paths.iter().flatten() {
                let read = Hook::read_sql(path, each);
                hooks.extend(read.with_context(|| format!("`{key}` can't be used"))?);
            }
            hooks.extend(own.iter().cloned());
            anyhow::Ok(hooks)
        };
        Ok(Hooks {
            before_all: read("hooks-before-all", &self.hooks_before_all, &own.before_all, false)?,
            before_each: read(
                "hooks-before-each",
                &self.hooks_before_each,
                &own.before_each,
                true,
            )?,
            after_each: read("hooks-after-each", &self.hooks_after_each, &own.after_each, true)?,
            after_all: read("hooks-after-all", &self.hooks_after_all, &own.after_all, false)?,
            around_steps: self.hooks_around_steps.unwrap_or(own.around_steps),
        })
    }

    /// How many targets of a database at once.
    pub(crate) fn parallel(&self) -> usize {
        self.parallel.map_or(1, NonZeroUsize::get)
    }

    /// How a run goes over many targets.
    pub(crate) fn fleet_settings(&self, heal: bool) -> FleetSettings {
        FleetSettings {
            parallel: self.parallel(),
            keep_going: self.keep_going.unwrap_or(false),
            canary: self.canary.unwrap_or(0),
            heal,
        }
    }
}

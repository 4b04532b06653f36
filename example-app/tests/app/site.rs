//! A database that revisions are applied to, and the one that the models describe.

use app::{SiteConfig, migrations};
use migrate_core::introspect::{Scope, introspect};
use migrate_core::model::Registry;
use migrate_core::model::objects::objects;
use migrate_core::plan::{PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::{Dependencies, run_plan};
use migrate_core::runner::{self, Goal, RunSettings};
use migrate_core::target::Target;
use migrate_tests::{connect, dump, execute, server};
use sqlx::Connection;

use crate::inserted;

/// A database with a history.
pub(crate) struct Site {
    pub(crate) database: ScratchDatabase,
    target: Target,
    dependencies: Dependencies,
}

impl Site {
    /// Nothing is applied.
    pub(crate) async fn empty() -> Self {
        let database = server().await.create().await.expect("a database is made");
        let target = Target::new(database.options(), "public");
        let dependencies = Dependencies::default().provide(SiteConfig::default());
        Self { database, target, dependencies }
    }

    /// Everything is applied, each revision to the rows that [`inserted`] has for it.
    pub(crate) async fn filled() -> Self {
        let site = Self::empty().await;
        for revision in migrations::REVISIONS.ordered().expect("the revisions make a chain") {
            execute(&site.database, inserted::before(revision.id())).await;
            site.apply(Goal::Count(1)).await;
        }
        site
    }

    /// Applies revisions and returns their ids.
    pub(crate) async fn apply(&self, goal: Goal) -> Vec<String> {
        let Self { target, dependencies, .. } = self;
        let (chain, settings) = (&migrations::REVISIONS, RunSettings::default());
        let applied = runner::apply(chain, dependencies, target, &goal, &settings, &|_| {}).await;
        let applied = applied.unwrap_or_else(|error| panic!("apply fails: {error}"));
        applied.revisions.into_iter().map(|revision| revision.id).collect()
    }

    /// Takes revisions back and returns their ids.
    pub(crate) async fn roll_back(&self, goal: Goal) -> Vec<String> {
        let Self { target, dependencies, .. } = self;
        let (chain, settings) = (&migrations::REVISIONS, RunSettings::default());
        let back = runner::rollback(chain, dependencies, target, &goal, &settings, &|_| {}).await;
        let back = back.unwrap_or_else(|error| panic!("rollback fails: {error}"));
        back.revisions.into_iter().map(|revision| revision.id).collect()
    }

    /// The schema without the history table, which the models don't know.
    pub(crate) async fn dump(&self) -> String {
        let copy = server().await.clone_of(&self.database).await.expect("a copy is made");
        execute(&copy, "DROP TABLE migrate_history").await;
        dump(&copy)
    }
}

/// The schema that the models describe, built without any revision.
pub(crate) async fn dump_of_models() -> String {
    let database = server().await.create().await.expect("a database is made");
    let mut connection = connect(&database).await;
    let scope = Scope::all("public");
    let empty = introspect(&mut connection, &scope).await.expect("the catalog is read");
    let registry = Registry::linked().expect("the models are linked");
    let mut desired = objects(&registry, &scope.target).expect("the models fit together").catalog;
    desired.objects.extend(empty.objects.clone());
    let options = PlanOptions { simple: true, ..PlanOptions::default() };
    let plan = plan(&empty, &desired, &options).expect("the models can be planned");
    let (connection, _) =
        run_plan(connection, &plan, "public").await.expect("PostgreSQL takes the models");
    connection.close().await.expect("the session ends");
    dump(&database)
}

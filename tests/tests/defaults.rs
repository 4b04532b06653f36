//! Defaults that can't be what was meant.

use migrate_core::DbModel;
use migrate_core::generate::{DraftSettings, GenerateError, Outcome, Scratch, Sources, draft};
use migrate_core::model::{ModelMeta, Registry};
use migrate_core::revision::{Chain, Dependencies};
use migrate_tests::server;

static NO_CHAIN: Chain = Chain { root: "", module: "", packages: &[], revisions: &[] };

async fn drafted(model: &'static ModelMeta) -> Result<Outcome, GenerateError> {
    let registry = Registry::of([model]).expect("there is one model");
    let dependencies = Dependencies::default();
    let sources = Sources { registry: &registry, chain: &NO_CHAIN, dependencies: &dependencies };
    draft(&sources, &Scratch::new(server().await.clone()), &DraftSettings::default()).await
}

#[derive(DbModel)]
struct Frozen {
    #[db(primary_key)]
    id: i64,
    #[db(default = "now()")]
    at: chrono::DateTime<chrono::Utc>,
}

#[derive(DbModel)]
struct Plain {
    #[db(primary_key, default = "now()")]
    text: String,
    #[db(default = sql("now()"))]
    at: chrono::DateTime<chrono::Utc>,
    #[db(default = "2024-01-01")]
    day: chrono::NaiveDate,
}

#[tokio::test]
async fn a_moment_that_would_be_read_once_is_refused_with_the_form_that_is_meant() {
    let error = drafted(&<Frozen as DbModel>::META).await.expect_err("it is refused").to_string();
    for part in ["`frozen.at`", "'now()'", "`default = sql(\"now()\")`"] {
        assert!(error.contains(part), "no {part} in {error}");
    }
    let outcome = drafted(&<Plain as DbModel>::META).await.expect("these are meant");
    assert!(outcome.draft.is_some());
}

//! What tenants share has a chain of its own: each model's change goes where it belongs.

use migrate_core::catalog::Ident;
use migrate_core::generate::{Draft, DraftSettings, GenerateError, Scratch, Sources, draft, share};
use migrate_core::model::{ModelMeta, Part, Registry};
use migrate_core::plan::Plan;
use migrate_core::revision::{Chain, Dependencies};
use migrate_core::{DbEnum, DbModel};
use migrate_tests::server;

#[derive(DbEnum)]
#[db(schema = "common", name = "colour", rename_all = "lowercase")]
#[expect(dead_code, reason = "only its labels matter")]
enum Colour {
    Red,
}

#[derive(DbModel)]
#[db(schema = "common")]
struct Palette {
    #[db(primary_key)]
    id: i64,
    colour: Colour,
}

#[derive(DbModel)]
struct Car {
    #[db(primary_key)]
    id: i64,
    #[db(references(Palette))]
    palette_id: i64,
    inside: Option<Colour>,
}

#[derive(DbModel)]
#[db(schema = "common")]
struct Wrong {
    #[db(primary_key)]
    id: i64,
    #[db(references(Car))]
    car_id: i64,
}

static NOTHING: Chain = Chain { root: "", module: "", packages: &[], revisions: &[] };

async fn drafted(
    models: &[&'static ModelMeta],
    part: Part,
    scratch: &Scratch,
    schema: &str,
) -> Result<Option<Draft>, GenerateError> {
    let registry = Registry::of(models.iter().copied()).expect("the models are distinct");
    let (registry, dependencies) = (registry.part(part), Dependencies::default());
    let sources = Sources { registry: &registry, chain: &NOTHING, dependencies: &dependencies };
    let settings = DraftSettings { schema: Some(Ident::new(schema)), ..DraftSettings::default() };
    Ok(draft(&sources, scratch, &settings).await?.draft)
}

fn statements(plan: &Plan) -> Vec<String> {
    plan.actions().flat_map(migrate_core::sql::statements).collect()
}

#[tokio::test]
async fn each_models_change_goes_into_the_chain_of_its_schema() {
    let models = [&<Palette as DbModel>::META, &<Car as DbModel>::META];
    let scratch = Scratch::new(server().await.clone());
    let common = drafted(&models, Part::Common, &scratch, "common").await.expect("it is drafted");
    let common = common.expect("there is something to make");
    // The common schema is the target of its own chain, so nothing names it.
    assert_eq!(
        statements(&common.up),
        [
            "CREATE TYPE colour AS ENUM ('red')",
            "CREATE TABLE palette (\n    id bigint NOT NULL,\n    colour colour NOT NULL,\n    \
             CONSTRAINT palette_pkey PRIMARY KEY (id)\n)",
        ]
    );
    let (schema, dependencies) = (Ident::new("common"), Dependencies::default());
    let shared = share(&scratch, &schema, &NOTHING, &dependencies, Some(&common.up)).await;
    let shared = shared.expect("it is made on scratch databases");
    let part = Part::Tenants { common: schema };
    let tenants = drafted(&models, part, &shared, "public").await.expect("it is drafted");
    let tenants = tenants.expect("there is something to make");
    let up = statements(&tenants.up).join(";\n");
    assert!(up.starts_with("CREATE TABLE car"), "{up}");
    assert!(up.contains("inside common.colour"), "{up}");
    assert!(up.contains("REFERENCES common.palette (id)"), "{up}");
    assert!(!up.contains("CREATE TYPE") && !up.contains("CREATE SCHEMA"), "{up}");
    assert_eq!(statements(&tenants.down), ["DROP TABLE car"]);
}

#[tokio::test]
async fn what_is_shared_can_not_build_on_what_each_tenant_has() {
    let models = [&<Palette as DbModel>::META, &<Car as DbModel>::META, &<Wrong as DbModel>::META];
    let scratch = Scratch::new(server().await.clone());
    let error = drafted(&models, Part::Common, &scratch, "common").await;
    let error = error.expect_err("it is refused").to_string();
    assert!(error.contains("is shared by all tenants and refers to"), "{error}");
    assert!(error.contains("car"), "{error}");
}

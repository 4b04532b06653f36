//! Many schemas with the same revisions.

use std::process::Command;

use migrate_core::postgres::{Binaries, ScratchDatabase};

use crate::project::Project;

const FILES: [(&str, &str); 3] = [
    ("migrations/V1__create_point.sql", "CREATE TABLE point (x int)"),
    ("migrations/V2__add_y.up.sql", "ALTER TABLE point ADD COLUMN y int"),
    ("migrations/V2__add_y.down.sql", "ALTER TABLE point DROP COLUMN y"),
];

async fn project(toml: &str) -> Project {
    let project = Project::with(&FILES).await;
    project.write("migrate.toml", toml);
    project
}

const COLUMNS: &str = "SELECT concat_ws('.', attrelid::regclass, attname) FROM pg_attribute
     JOIN pg_class ON pg_class.oid = attrelid
     WHERE relname = 'point' AND relkind = 'r' AND attnum > 0 AND NOT attisdropped ORDER BY 1";

#[tokio::test]
async fn every_tenant_gets_every_revision_and_a_new_one_the_whole_chain() {
    let project = project("[tenants]\nschemas = [\"one\", \"Two 2\"]\n").await;
    project.run(&["apply", "--to", "1"]).says(0, &["applied 2 revisions on 2 targets"]);
    assert_eq!(project.texts(COLUMNS).await, ["\"Two 2\".point.x", "one.point.x"]);
    project.run(&["status"]).says(2, &["1 pending"]);
    project
        .run(&["apply", "--tenants-schemas", "one,Two 2,new", "--parallel", "3"])
        .says(0, &["applied 4 revisions on 3 targets"]);
    let all = [
        "\"Two 2\".point.x",
        "\"Two 2\".point.y",
        "new.point.x",
        "new.point.y",
        "one.point.x",
        "one.point.y",
    ];
    assert_eq!(project.texts(COLUMNS).await, all);
    project.run(&["status"]).says(0, &["up to date"]);
    project.run(&["rollback", "--only", "one"]).fine();
    let all_three = "one,Two 2,new";
    let some = ["rollback", "--only", "o*,new", "--except", "one"];
    project.run(&[&some[..], &["--tenants-schemas", all_three]].concat()).fine();
    assert_eq!(
        project.texts(COLUMNS).await,
        ["\"Two 2\".point.x", "\"Two 2\".point.y", "new.point.x", "one.point.x"]
    );
    project.run(&["apply", "--only", "nobody"]).says(1, &["no tenant is left"]);
    project
        .run(&["apply", "--only", "one, nobody"])
        .says(1, &["no tenant is like `--only nobody`"]);
}

#[tokio::test]
async fn tenants_come_from_a_query() {
    let project =
        project("[tenants]\nquery = \"SELECT name FROM public.tenant ORDER BY 1\"\n").await;
    project
        .execute("CREATE TABLE tenant (name text); INSERT INTO tenant VALUES ('a'), ('b')")
        .await;
    project.run(&["apply"]).says(0, &["applied 4 revisions on 2 targets"]);
    project.execute("INSERT INTO tenant VALUES ('c')").await;
    project.run(&["plan"]).says(2, &["-- on c in", "CREATE TABLE point"]);
    project.run(&["apply"]).says(0, &["applied 2 revisions on 1 targets; 2 had nothing to do"]);
    project.execute("INSERT INTO tenant VALUES ('c')").await;
    project.run(&["apply"]).says(1, &["the tenant `c` is listed twice"]);
}

#[tokio::test]
async fn listing_the_tenants_changes_nothing() {
    let query = "query = \"DELETE FROM public.tenant RETURNING name\"";
    let project = project(&format!("[tenants]\n{query}\n")).await;
    project.execute("CREATE TABLE tenant (name text); INSERT INTO tenant VALUES ('a')").await;
    project.run(&["status"]).says(1, &["`tenants-query` failed", "read-only transaction"]);
    assert_eq!(project.texts("SELECT name FROM tenant").await, ["a"]);
}

#[tokio::test]
async fn a_history_that_can_not_be_read_is_named_and_hides_no_other() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\", \"c\"]\n").await;
    project.run(&["apply", "--to", "1"]).fine();
    project.execute("ALTER TABLE b.migrate_history DROP COLUMN checksum").await;
    let said = project.run(&["status"]).says(1, &["the history `b.migrate_history` can't be read"]);
    assert!(said.stdout.contains('a') && said.stdout.contains('c'), "{said:?}");
    project
        .run(&["apply", "--keep-going"])
        .says(1, &["nothing was begun", "`b` in", "the history `b.migrate_history` can't be read"]);
}

#[tokio::test]
async fn the_common_folder_may_be_among_the_tenants_revisions() {
    let toml = "[common]\nschema = \"shared\"\nrevisions = \"migrations/common\"\n\
                [tenants]\nschemas = [\"a\"]\n";
    let project = Project::with(&[
        FILES[0],
        ("migrations/common/V1__kinds.sql", "CREATE TABLE kind ()"),
        ("migrate.toml", toml),
    ])
    .await;
    project.run(&["apply"]).says(0, &["applied 2 revisions on 2 targets"]);
    let tables = "SELECT schemaname || '.' || tablename FROM pg_tables
        WHERE tablename IN ('kind', 'point') ORDER BY 1";
    assert_eq!(project.texts(tables).await, ["a.point", "shared.kind"]);
    project.run(&["new", "-m", "next"]).says(0, &["V0002__next.up.sql"]);
}

#[tokio::test]
async fn a_database_that_takes_no_changes_is_seen_before_the_first_one() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\"]\n").await;
    let database = project.database.name();
    project
        .execute(&format!("ALTER DATABASE \"{database}\" SET default_transaction_read_only = on"))
        .await;
    project.run(&["apply"]).says(1, &["nothing was begun", "read-only", "`session`"]);
    let off = ["apply", "--session", "SET default_transaction_read_only = off"];
    project.run(&off).says(0, &["applied 4 revisions"]);
}

#[tokio::test]
async fn a_failure_stops_the_run_and_the_next_one_goes_on() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\", \"c\"]\n").await;
    project.execute("CREATE SCHEMA b; CREATE TABLE b.point (z int)").await;
    project.run(&["apply"]).says(
        1,
        &[
            "b",
            "V1__create_point.sql:1: relation \"point\" already exists",
            "1 failed, 1 were not begun",
        ],
    );
    project.run(&["apply", "--keep-going"]).says(
        1,
        &["applied 2 revisions on 1 targets; 1 had nothing to do, 1 failed, 0 were not begun"],
    );
    project.execute("DROP TABLE b.point").await;
    project.run(&["apply"]).says(0, &["applied 2 revisions on 1 targets; 2 had nothing to do"]);
}

#[tokio::test]
async fn canaries_come_first_and_stop_the_others() {
    let project = project("keep-going = true\n[tenants]\nschemas = [\"a\", \"b\", \"c\"]\n").await;
    project.execute("CREATE SCHEMA a; CREATE TABLE a.point (z int)").await;
    project.run(&["apply", "--canary", "1"]).says(1, &["1 failed, 2 were not begun"]);
    project.execute("DROP TABLE a.point").await;
    project.run(&["apply", "--canary", "1"]).says(0, &["applied 6 revisions on 3 targets"]);
}

#[tokio::test]
async fn tenants_left_behind_by_earlier_runs_are_named_before_anything_changes() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\"]\n").await;
    project.run(&["apply", "--to", "1"]).fine();
    project.run(&["apply", "--only", "a"]).fine();
    project.write("migrations/V3__add_z.sql", "ALTER TABLE point ADD COLUMN z int");
    project.run(&["apply", "--only", "a"]).fine();
    project.run(&["apply"]).says(1, &["`b` in", "lacks V2__add_y", "--heal"]);
    project.run(&["apply", "--heal"]).says(0, &["applied 2 revisions on 1 targets"]);
}

#[tokio::test]
async fn a_count_takes_tenants_nowhere_where_they_stand_at_different_revisions() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\"]\n").await;
    project.run(&["apply"]).fine();
    project.run(&["rollback", "--only", "a"]).fine();
    project.run(&["rollback"]).says(1, &["nothing was begun", "name the revision with `--to`"]);
    project.run(&["rollback", "--to", "1"]).says(0, &["rolled back 1 revisions on 1 targets"]);
    assert_eq!(project.texts(COLUMNS).await, ["a.point.x", "b.point.x"]);
}

#[tokio::test]
async fn tenants_can_not_share_a_history() {
    let toml = "history-schema = \"ops\"\n[tenants]\nschemas = [\"a\", \"b\"]\n";
    let project = project(toml).await;
    project
        .run(&["apply"])
        .says(1, &["ops.migrate_history would be the history of several schemas"]);
}

#[tokio::test]
async fn a_run_that_is_interrupted_more_than_once_goes_on() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\", \"c\"]\n").await;
    project.run(&["apply", "--to", "1"]).fine();
    project.execute("ALTER TABLE b.point ADD COLUMN y int").await;
    project.execute("ALTER TABLE c.point ADD COLUMN y int").await;
    project.run(&["apply"]).says(1, &["1 failed"]);
    project.execute("ALTER TABLE b.point DROP COLUMN y").await;
    project.run(&["apply"]).says(1, &["1 failed"]);
    project.execute("ALTER TABLE c.point DROP COLUMN y").await;
    project.run(&["apply"]).says(0, &["applied 1 revisions on 1 targets; 2 had nothing to do"]);
}

#[tokio::test]
async fn an_interrupted_run_is_no_lag() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\", \"c\"]\n").await;
    project.run(&["apply", "--to", "1"]).fine();
    project.execute("ALTER TABLE b.point ADD COLUMN y int").await;
    project.run(&["apply"]).says(1, &["1 failed"]);
    project.execute("ALTER TABLE b.point DROP COLUMN y").await;
    project.run(&["apply"]).says(0, &["applied 2 revisions on 2 targets; 1 had nothing to do"]);
}

#[tokio::test]
async fn a_run_over_picked_tenants_makes_no_lag_of_an_interrupted_one() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\", \"c\", \"d\"]\n").await;
    project.run(&["apply", "--to", "1"]).fine();
    project.execute("ALTER TABLE b.point ADD COLUMN y int").await;
    project.run(&["apply"]).says(1, &["1 failed"]);
    project.run(&["apply", "--only", "d"]).says(0, &["applied V2__add_y"]);
    project.execute("ALTER TABLE b.point DROP COLUMN y").await;
    project.run(&["apply"]).says(0, &["applied 2 revisions on 2 targets; 2 had nothing to do"]);
}

#[tokio::test]
async fn what_tenants_share_comes_first_and_is_made_once() {
    let project = Project::with(&[
        ("migrations/common/V1__create_colour.sql", "CREATE TYPE colour AS ENUM ('red')"),
        (
            "migrations/tenant/V1__create_car.sql",
            "-- migrate: requires = 1\nCREATE TABLE car (colour common.colour)",
        ),
        (
            "migrate.toml",
            "revisions = \"migrations/tenant\"\n[common]\nschema = \"common\"\n\
             revisions = \"migrations/common\"\n[tenants]\nschemas = [\"a\", \"b\"]\n",
        ),
    ])
    .await;
    project.run(&["plan"]).says(2, &["CREATE TYPE colour", "CREATE TABLE car"]);
    project.run(&["apply"]).says(0, &["applied 3 revisions on 3 targets"]);
    let types = "SELECT oid::regtype::text FROM pg_type WHERE typname = 'colour'";
    assert_eq!(project.texts(types).await, ["common.colour"]);
    project.write(
        "migrations/tenant/V2__use.sql",
        "-- migrate: requires = V7__nothing\nALTER TABLE car ADD COLUMN inside common.colour",
    );
    project.run(&["apply"]).says(1, &["`V2__use` builds on `V7__nothing` of the common schema"]);
    project.run(&["status", "--common"]).says(0, &["applied  V1__create_colour"]);

    project.write("migrations/common/V1__create_colour.down.sql", "DROP TYPE colour CASCADE");
    std::fs::rename(
        project.path().join("migrations/common/V1__create_colour.sql"),
        project.path().join("migrations/common/V1__create_colour.up.sql"),
    )
    .expect("it is there");
    let builds_on = "`V1__create_car` of a in ";
    for run in [&["rollback", "--common"][..], &["rollback", "--common", "--dry-run"]] {
        project.run(run).says(1, &[builds_on, "builds on `V1__create_colour`, which would go"]);
    }
    assert_eq!(project.texts(types).await, ["common.colour"]);
    project.execute("DELETE FROM a.migrate_history; DELETE FROM b.migrate_history").await;
    project.run(&["rollback", "--common"]).says(0, &["rolled back V1__create_colour"]);
}

#[tokio::test]
async fn a_baseline_is_verified_beside_what_tenants_share_and_in_a_schema_that_revisions_name() {
    let project = Project::with(&[
        ("migrations/common/V1__colour.sql", "CREATE TYPE common.colour AS ENUM ('red')"),
        ("migrations/tenant/V1__car.sql", "CREATE TABLE a.car (colour common.colour)"),
        (
            "migrate.toml",
            "revisions = \"migrations/tenant\"\n[common]\nschema = \"common\"\n\
             revisions = \"migrations/common\"\n[tenants]\nschemas = [\"a\"]\n",
        ),
    ])
    .await;
    project.execute("CREATE SCHEMA common; CREATE TYPE common.colour AS ENUM ('red')").await;
    project.execute("CREATE SCHEMA a; CREATE TABLE a.car (colour text)").await;
    let baseline = ["baseline", "--at", "head", "--verify"];
    project.run(&baseline).says(1, &["column `car.colour` was changed"]);
    let retype = "ALTER TABLE a.car ALTER colour TYPE common.colour USING colour::common.colour";
    project.execute(retype).await;
    project.run(&baseline).says(0, &["a: V1__car is written down as applied"]);
    let shared = ["baseline", "--at", "head", "--verify", "--common"];
    project.run(&shared).says(0, &["common: V1__colour is written down as applied"]);
    project.run(&["apply"]).says(0, &["2 had nothing to do"]);
}

#[tokio::test]
async fn a_tenant_moved_to_another_database_keeps_its_history() {
    let project = project("[tenants]\nschemas = [\"a\"]\n").await;
    project.run(&["apply", "--to", "1"]).fine();
    let elsewhere = migrate_tests::server().await.create().await.expect("a database is made");
    migrate_tests::psql(&elsewhere, &dump_of_schema(&project.database, "a"));
    let said = project.run_with(&["apply"], &[("DATABASE_URL", &elsewhere.url())]);
    said.says(0, &["applied V2__add_y"]);
}

/// Schema and rows, as people move a tenant.
fn dump_of_schema(database: &ScratchDatabase, schema: &str) -> String {
    let binaries = Binaries::find(None).expect("the tests need PostgreSQL's programs");
    let output = Command::new(binaries.folder.join("pg_dump"))
        .args(["--no-owner", "--schema", schema, "--dbname", &database.url()])
        .output()
        .expect("pg_dump runs");
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

#[tokio::test]
async fn a_revision_without_a_transaction_that_failed_on_a_tenant_makes_no_lag() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\", \"c\"]\n").await;
    project.run(&["apply", "--to", "2"]).fine();
    let file = "migrations/V3__fill_NONTRANSACTIONAL.sql";
    let text = "INSERT INTO point VALUES (1);
INSERT INTO point VALUES (1 / (current_schema() <> 'a')::int);
";
    project.write(file, text);
    let failing = ["2 were not begun", "1 failed", "division by zero"];
    project.run(&["apply"]).says(1, &failing);
    let mark = "SELECT concat_ws(' ', state, run IS NOT NULL) FROM a.migrate_history
                WHERE revision LIKE 'V3%'";
    assert_eq!(project.texts(mark).await, ["running t"]);
    project.run(&["apply"]).says(1, &failing);
    project.run(&["apply", "--except", "a"]).says(0, &["applied 2 revisions on 2 targets"]);
    project.run(&["apply"]).says(1, &["1 failed", "division by zero"]);
    project.write(file, &text.replace("<> 'a'", "IS NOT NULL"));
    project
        .run(&["apply", "--accept-checksum", "3"])
        .says(0, &["applied 1 revisions on 1 targets; 2 had nothing to do"]);
}

#[tokio::test]
async fn a_run_without_tenants_says_that_there_are_none() {
    let project = project("[tenants]\nquery = \"SELECT NULL::text WHERE false\"\n").await;
    for command in ["status", "apply", "plan"] {
        project.run(&[command]).says(0, &["there are no tenants"]);
    }
    project.run(&["apply", "--tenants-query", " "]).says(1, &["`tenants-query` is empty"]);
    project
        .run(&["apply", "--tenants-query", "SELECT NULL::text"])
        .says(1, &["`tenants-query` gives a NULL on"]);
}

#[tokio::test]
async fn what_was_applied_on_a_target_that_failed_later_is_counted() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\"]\n").await;
    project.write("migrations/V2__add_y.up.sql", "ALTER TABLE nowhere ADD COLUMN y int");
    let counts =
        "applied 1 revisions on 1 targets; 0 had nothing to do, 1 failed, 1 were not begun";
    project.run(&["apply"]).says(1, &[counts]);
}

#[tokio::test]
async fn status_says_of_tenants_what_is_to_be_finished() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\"]\n").await;
    project.run(&["apply"]).fine();
    project
        .execute("UPDATE a.migrate_history SET state = 'reverting' WHERE revision LIKE 'V2%'")
        .await;
    project.run(&["status"]).says(2, &["the rollback of `V2__add_y` was interrupted"]);
}

#[tokio::test]
async fn one_tenant_is_named_where_a_command_is_for_one() {
    let broken = "-- migrate: transaction = none\nINSERT INTO point VALUES (1); SELECT 1 / 0;";
    let project = Project::with(&[
        FILES[0],
        ("migrations/V2__broken.sql", broken),
        ("common/V1__shared.sql", "CREATE TABLE kind ()"),
        (
            "migrate.toml",
            "common-schema = \"shared\"\ncommon-revisions = \"common\"\n[tenants]\nschemas = [\"a\", \"b\"]\n",
        ),
    ])
    .await;
    project.run(&["apply", "--to", "1"]).fine();
    project.run(&["apply", "--only", "a"]).says(1, &["division by zero"]);
    let said = project.run(&["plan", "--json", "--only", "a"]);
    assert!(!said.stdout.contains("INSERT") && said.stdout.contains("1 / 0"), "{said:?}");
    project
        .execute("UPDATE a.migrate_history SET begun_step = 'statement 2' WHERE state = 'running'")
        .await;
    project.run(&["resolve", "2", "--done"]).says(1, &["name one with `--only`"]);
    project.run(&["resolve", "2", "--done", "--only", "a"]).says(0, &["noted for `V2__broken`"]);
    project.run(&["plan", "--json", "--only", "b"]).says(2, &["V2__broken"]);
    project.run(&["apply", "--only", "a"]).fine();
}

#[tokio::test]
async fn a_dry_run_over_tenants_goes_as_far_as_the_run() {
    let project = project("[tenants]\nschemas = [\"a\", \"b\"]\n").await;
    let said = project.run(&["apply", "--dry-run", "--to", "1"]);
    assert!(
        said.stdout.contains("CREATE TABLE") && !said.stdout.contains("ADD COLUMN"),
        "{said:?}"
    );
    project.run(&["apply", "--dry-run", "-n", "0"]).says(0, &["nothing is pending"]);
    project.run(&["apply", "--dry-run", "--to", "9"]).says(1, &["no revision is named `9`"]);
    project.run(&["apply", "--to=-1"]).says(1, &["`--to -1` is the other way"]);
    project.run(&["rollback", "--to", "+1"]).says(1, &["`--to +1` is the other way"]);
    let unknown = ["apply", "--accept-checksum", "9"];
    project.run(&unknown).says(1, &["no revision is named `9`"]);
    project.run(&["apply", "--lock-timeout", "0.0004"]).says(1, &["shorter than a millisecond"]);
    assert_eq!(project.texts(COLUMNS).await, [""; 0]);
}

#[tokio::test]
async fn names_that_no_tenant_can_have_are_refused_before_the_first_one() {
    for (names, problem) in [
        ("a,pg_b", "`pg_b` is a schema of PostgreSQL's own"),
        ("a, b", "` b` has blanks around it"),
        ("a,", "has blanks around it, or no name"),
    ] {
        let project = Project::with(&FILES).await;
        project.run(&["apply", "--tenants-schemas", names]).says(1, &[problem]);
        assert_eq!(project.texts(COLUMNS).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_baseline_of_tenants_is_refused_before_the_first_where_one_can_not_have_it() {
    let project = project("[tenants]\nschemas = [\"a\", \"empty\"]\n").await;
    project.execute("CREATE SCHEMA a CREATE TABLE point (x int); CREATE SCHEMA empty").await;
    project.run(&["baseline", "--at", "1"]).says(1, &["nothing is in the schema `empty`"]);
    let history = "SELECT to_regclass('a.migrate_history')::text";
    assert_eq!(project.texts(&format!("SELECT coalesce(({history}), 'none')")).await, ["none"]);
    project.run(&["baseline", "--at", "1", "--only", "a"]).fine();
}

#[tokio::test]
async fn a_database_without_a_chosen_tenant_is_left_alone_with_its_common_schema() {
    let other = migrate_tests::server().await.create().await.expect("a database is made");
    let project = Project::with(&FILES).await;
    project.write("common/V1__shared.sql", "CREATE TABLE shared ()");
    let urls = [project.database.url(), other.url()];
    project.write(
        "migrate.toml",
        &format!(
            "[common]\nschema = \"common\"\nrevisions = \"common\"\n\
             [cluster]\nurls = {urls:?}\ntenants = [[\"a\"], [\"b\"]]\n"
        ),
    );
    project.run_with(&["apply", "--only", "a"], &[]).fine();
    let schemas = "SELECT nspname::text FROM pg_namespace WHERE nspname IN ('a', 'b', 'common')";
    assert_eq!(crate::project::texts(&other, schemas).await, [""; 0]);
    project.run_with(&["apply"], &[]).fine();
    assert_eq!(crate::project::texts(&other, schemas).await.len(), 2);
}

//! Flags, variables, the file, and what they say together.

use crate::project::Project;

const POINT: (&str, &str) = ("sql/V1__create_point.sql", "CREATE TABLE point (x int)");

#[tokio::test]
async fn flags_are_stronger_than_variables_and_these_than_the_file() {
    let toml =
        "schema = \"from_file\"\nattempts = 3\n[history]\nschema = \"kept\"\ntable = \"done\"\n";
    let project = Project::with(&[("migrate.toml", toml)]).await;
    let said = project
        .run_with(
            &["config", "--json", "--attempts", "5"],
            &[("MIGRATE_SCHEMA", "from_variable"), ("MIGRATE_ATTEMPTS", "4")],
        )
        .fine();
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    let wanted = serde_json::json!({
        "attempts": { "value": 5, "from": "flag" },
        "schema": { "value": "from_variable", "from": "variable MIGRATE_SCHEMA" },
        "history-schema": { "value": "kept", "from": "migrate.toml" },
        "history-table": { "value": "done", "from": "migrate.toml" },
    });
    assert_eq!(json, wanted);
}

#[tokio::test]
async fn variables_are_put_into_values_and_secrets_stay_hidden() {
    let toml = "database-url = \"postgres://app:${PASSWORD}@${HOST:-localhost}/app?password=x\"\n\
                installed-by = \"$${USER}\"\n[service]\npassword = \"open sesame\"\n";
    let project = Project::with(&[("migrate.toml", toml)]).await;
    let said = project.run_with(&["config"], &[("PASSWORD", "s3cret")]).fine();
    assert!(said.stdout.contains("postgres://app:(hidden)@localhost/app?password=(hidden)"));
    assert!(said.stdout.contains("${USER}"), "{}", said.stdout);
    assert!(!said.stdout.contains("s3cret") && !said.stdout.contains("sesame"), "{}", said.stdout);
    project
        .run_with(&["config"], &[])
        .says(1, &["`database-url`: the variable `PASSWORD` is not set"]);
}

#[tokio::test]
async fn what_is_wrong_in_a_configuration_is_said_with_its_key_and_place() {
    let cases: [(&str, &[&str]); 4] = [
        (
            "histori-schema = \"a\"",
            &["there is no key `histori-schema`; did you mean `history-schema`?"],
        ),
        ("attempts = \"many\"", &["`attempts` can't be used, from migrate.toml"]),
        ("lock-timeout = \"soon\"", &["`lock-timeout` can't be used", "`500ms`, `5s` or `10min`"]),
        ("schema = ", &["`migrate.toml` is no TOML"]),
    ];
    for (toml, texts) in cases {
        let project = Project::with(&[("migrate.toml", toml)]).await;
        project.run(&["config"]).says(1, texts);
    }
    let project = Project::with(&[]).await;
    project.run(&["config", "--config", "other.toml"]).says(1, &["`other.toml` is not there"]);
    project
        .run_with(&["config"], &[("MIGRATE_ATTEMPTS", "0")])
        .says(1, &["the variable MIGRATE_ATTEMPTS can't be used"]);
}

#[tokio::test]
async fn schema_and_history_are_free_to_choose_and_made_where_missing() {
    let toml = "revisions = \"sql\"\nschema = \"Bill ing\"\n[history]\nschema = \"kept\"\ntable = \"done\"\n";
    let project =
        Project::with(&[POINT, ("team/migrate.toml", &toml.replace("sql", "../sql"))]).await;
    project.run(&["apply", "--config", "team/migrate.toml"]).says(0, &["applied V1__create_point"]);
    assert_eq!(project.texts("SELECT revision FROM kept.done").await, ["V1__create_point"]);
    assert_eq!(project.texts("SELECT count(*)::text FROM \"Bill ing\".point").await, ["0"]);
    project.run(&["status", "--base-dir", "team"]).says(0, &["applied"]);
}

#[tokio::test]
async fn session_settings_hold_on_every_connection_and_in_every_transaction() {
    let project = Project::with(&[
        (
            "migrations/V1__see.sql",
            "CREATE TABLE seen AS SELECT current_setting('work_mem') AS work_mem,
                 current_setting('lock_timeout') AS lock_timeout",
        ),
        (
            "migrations/V2__see_NONTRANSACTIONAL.sql",
            "INSERT INTO seen SELECT current_setting('work_mem'), current_setting('lock_timeout')",
        ),
        ("migrate.toml", "session = \"SET work_mem = '77MB'; set lock_timeout = '7s'\""),
    ])
    .await;
    project.run(&["apply", "--installed-by", "the deploy"]).fine();
    assert_eq!(
        project.texts("SELECT concat_ws(' ', work_mem, lock_timeout) FROM seen").await,
        ["77MB 7s"; 2]
    );
    assert_eq!(
        project.texts("SELECT DISTINCT applied_by FROM migrate_history").await,
        ["the deploy"]
    );
    project
        .run(&["apply", "--session", "SET no_such = 1"])
        .says(1, &["refuses a statement of `session`", "no_such"]);
}

#[tokio::test]
async fn init_writes_a_configuration_in_which_everything_is_commented_out() {
    let project = Project::with(&[]).await;
    project.run(&["init", "--sql"]).says(0, &["made migrations", "wrote migrate.toml"]);
    assert!(project.read("migrate.toml").contains("# lock-timeout = \"2s\""));
    project.run_with(&["config"], &[]).says(0, &["nothing is configured"]);
    project.run(&["init", "--sql"]).says(0, &["migrate.toml is there already"]);
}

#[tokio::test]
async fn a_connection_is_tried_again_only_where_that_may_help() {
    let project = Project::with(&[POINT]).await;
    let base =
        ["apply", "--revisions", "sql", "--connect-attempts", "3", "--connect-interval", "300ms"];
    let begun = std::time::Instant::now();
    let said = project.run_with(&base, &[("DATABASE_URL", "postgres://x@127.0.0.1:1/x")]);
    assert!(begun.elapsed() > std::time::Duration::from_millis(600), "{said:?}");
    said.says(1, &["no connection to `x` at 127.0.0.1:1"]);
    let url = project.database.url().replace(project.database.name(), "no_such_database");
    let base =
        ["apply", "--revisions", "sql", "--connect-attempts", "3", "--connect-interval", "60s"];
    project.run_with(&base, &[("DATABASE_URL", &url)]).says(1, &["no_such_database"]);
}

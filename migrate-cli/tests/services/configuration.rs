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
    project
        .run_with(&["config"], &[("MIGRATE_CLUSTER_TENANTS", "[[\"a\"], [\"b\"]]")])
        .says(1, &["the variable MIGRATE_CLUSTER_TENANTS can't be used", "without brackets"]);
    project
        .run_with(&["config"], &[("MIGRATE_CLUSTER_TENANTS", "a,b;c")])
        .says(0, &["[[\"a\", \"b\"], [\"c\"]]"]);
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
async fn revisions_that_nobody_names_are_beside_the_configuration() {
    let revision = ("team/migrations/V1__create_point.sql", POINT.1);
    let project = Project::with(&[revision, ("team/migrate.toml", "")]).await;
    project.run(&["apply", "--config", "team/migrate.toml"]).says(0, &["applied V1__create_point"]);
    project.run(&["apply"]).says(1, &["the folder of SQL revisions `migrations` is not there"]);
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

#[tokio::test]
async fn a_url_of_a_stronger_layer_takes_the_cluster_of_a_weaker_one_out() {
    let toml =
        "[cluster]\nurls = [\"postgres://x@127.0.0.1:1/x\", \"postgres://x@127.0.0.1:1/y\"]\n";
    let project = Project::with(&[("migrations/V1__a.sql", POINT.1), ("migrate.toml", toml)]).await;
    let url = project.database.url();
    project.run_with(&["apply", "--database-url", &url], &[]).says(0, &["applied V1__a"]);
    project.run_with(&["status"], &[("MIGRATE_DATABASE_URL", &url)]).says(
        0,
        &[
            "applied  V1__a",
            "note: the variable MIGRATE_DATABASE_URL takes the place of `cluster-urls`",
        ],
    );
    let doubt =
        ["the variable DATABASE_URL and `cluster-urls`, from migrate.toml", "--database-url"];
    project.run(&["status"]).says(1, &doubt);
    project.run(&["status", "--database-url", &url]).says(0, &["applied  V1__a"]);
    project.run_with(&["status"], &[]).says(1, &["127.0.0.1:1"]);
    project.write("migrate.toml", &format!("database-url = \"{url}\"\n{toml}"));
    project
        .run_with(&["status"], &[])
        .says(1, &["`database-url` and `cluster-urls` both say where", "keep one"]);
}

#[tokio::test]
async fn a_schema_of_a_stronger_layer_takes_the_tenants_of_a_weaker_one_out() {
    let toml = "[tenants]\nquery = \"SELECT 'from_query'\"\n";
    let project = Project::with(&[("migrations/V1__a.sql", POINT.1), ("migrate.toml", toml)]).await;
    project.run(&["apply", "--schema", "from_flag"]).says(0, &["applied V1__a"]);
    project.run(&["apply", "--tenants-schemas", "listed"]).says(0, &["applied V1__a"]);
    let schemas = "SELECT relnamespace::regnamespace::text FROM pg_class
                   WHERE relname = 'point' ORDER BY 1";
    assert_eq!(project.texts(schemas).await, ["from_flag", "listed"]);
}

#[tokio::test]
async fn a_name_that_postgresql_would_shorten_is_refused_with_its_key() {
    let project = Project::with(&[("migrations/V1__a.sql", POINT.1)]).await;
    let long = "x".repeat(64);
    for key in ["schema", "history-table", "service-role", "tenants-schemas"] {
        let (flag, said) = (format!("--{key}"), format!("`{key}` can't be used, from flag"));
        project.run(&["apply", &flag, &long]).says(1, &[&said, "has 64 bytes"]);
    }
    project
        .run(&["apply", "--tenants-query", &format!("SELECT '{long}'")])
        .says(1, &["the tenants of", "has 64 bytes"]);
}

#[tokio::test]
async fn lists_of_urls_are_cut_at_commas_and_what_is_no_url_is_not_shown() {
    let project = Project::with(&[("migrations/V1__a.sql", POINT.1)]).await;
    let urls = "postgres://x:first@127.0.0.1:1/x,postgres://x:second@127.0.0.1:1/y";
    let said = project.run_with(&["apply"], &[("MIGRATE_CLUSTER_URLS", urls)]);
    assert!(!format!("{said:?}").contains("second"), "{said:?}");
    said.says(1, &["shard 0, `x` at 127.0.0.1:1", "shard 1, `y` at 127.0.0.1:1"]);
    let two = [("DATABASE_URL", urls)];
    for (arguments, variables) in [
        (&["apply"][..], &two[..]),
        (&["config"], &two),
        (&["config", "--database-url", "host=h password=second"], &[]),
    ] {
        let said = project.run_with(arguments, variables);
        assert!(!format!("{said:?}").contains("second"), "{said:?}");
    }
    project.write("migrate.toml", "service-password = 9871234\n");
    let said = project.run_with(&["config"], &[]);
    assert!(!format!("{said:?}").contains("9871234"), "{said:?}");
}

#[tokio::test]
async fn a_variable_that_is_nearly_one_of_a_key_is_no_silent_nothing() {
    let project = Project::with(&[]).await;
    project.run_with(&["config"], &[("MIGRATE_LOCK_TIMEOT", "1s")]).says(
        1,
        &["MIGRATE_LOCK_TIMEOT sets nothing: there is no key `lock-timeot`; did you mean `lock-timeout`?"],
    );
    project.run_with(&["config"], &[("MIGRATE_OF_ANOTHER_PROGRAM", "1")]).fine();
}

#[tokio::test]
async fn a_variable_may_stand_for_a_number_or_for_yes_and_no() {
    let toml = "parallel = \"${N:-2}\"\nattempts = \"${M:-${N:-3}}\"\nkeep-going = \"${YES}\"\nschema = \"${M:-4}\"\n";
    let project = Project::with(&[("migrate.toml", toml)]).await;
    let variables = [("MIGRATE_BOOTSTRAP", "1"), ("MIGRATE_SYNC_PASSWORD", "yes"), ("YES", "yes")];
    let said = project.run_with(&["config", "--json"], &variables).fine();
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    for (key, wanted) in [
        ("parallel", serde_json::json!(2)),
        ("attempts", 3.into()),
        ("keep-going", true.into()),
        ("schema", "4".into()),
        ("bootstrap", true.into()),
        ("sync-password", true.into()),
    ] {
        assert_eq!(json[key]["value"], wanted, "{key}: {json}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_waited_for_as_long_as_its_url_says() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = silent.local_addr().expect("it has an address").port();
    let project = Project::with(&[("migrations/V1__a.sql", POINT.1)]).await;
    let url = format!("postgres://x@127.0.0.1:{port}/x?connect_timeout=1&sslmode=disable");
    let begun = std::time::Instant::now();
    project
        .run_with(&["apply"], &[("DATABASE_URL", &url)])
        .says(1, &["no connection to `x`", "gave no answer in 1 seconds"]);
    assert!(begun.elapsed() < std::time::Duration::from_secs(20));
}

#[tokio::test]
async fn a_parameter_of_a_url_that_nobody_reads_is_refused() {
    let project = Project::with(&[("migrations/V1__a.sql", "")]).await;
    let url = project.database.url();
    let with = |parameter: &str| {
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}{parameter}")
    };
    let run = |parameter| project.run_with(&["status"], &[("DATABASE_URL", &with(parameter))]);
    run("sslmod=require").says(1, &["a parameter `sslmod`", "did you mean `sslmode`"]);
    run("connect_timeout=abc").says(1, &["`connect_timeout` that is no number of seconds"]);
    run("target_session_attrs=read-write").says(2, &["pending"]);
}

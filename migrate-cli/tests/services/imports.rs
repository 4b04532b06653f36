//! Teams that come from another tool: one command, and the next revision is ours.

use crate::project::Project;

/// What pgmigrate leaves in a schema.
fn schema_version(schema: &str, rows: &str) -> String {
    format!(
        "CREATE SCHEMA IF NOT EXISTS {schema};
         CREATE TYPE {schema}.schema_version_type AS ENUM ('auto', 'manual');
         CREATE TABLE {schema}.schema_version (
             version bigint PRIMARY KEY, description text NOT NULL,
             type {schema}.schema_version_type NOT NULL DEFAULT 'auto',
             installed_by text NOT NULL, installed_on timestamp NOT NULL DEFAULT now());
         INSERT INTO {schema}.schema_version (version, description, type, installed_by, installed_on)
         VALUES {rows};"
    )
}

const FILES: [(&str, &str); 5] = [
    ("migrations/V0001__Initial_point.sql", "CREATE TABLE point (x int);"),
    (
        "migrations/V0002__Index_NONTRANSACTIONAL.sql",
        "/* pgmigrate-encoding: utf-8 */\nCREATE INDEX CONCURRENTLY point_x ON point (x);",
    ),
    ("migrations/V0003__Add_y.sql", "ALTER TABLE point ADD COLUMN y int;"),
    ("callbacks/grants/10.sql", "CREATE TABLE IF NOT EXISTS granted ();"),
    (
        "migrations.yml",
        "conn: dbname=nowhere user=app connect_timeout=1\nsession:\n  - SET work_mem = '33MB'\n\
         callbacks:\n  afterAll:\n    - callbacks/grants\ntermination_interval: 2.5\nuser: deploy\n",
    ),
];

#[tokio::test]
async fn pgmigrates_folder_and_history_are_taken_over() {
    let project = Project::with(&FILES).await;
    project.execute("CREATE TABLE point (x int); CREATE INDEX point_x ON point (x)").await;
    let rows = "(1, 'Initial point', 'manual', 'ann', '2020-01-02 03:04:05'),
                (2, 'Index NONTRANSACTIONAL', 'auto', 'ann', '2021-01-02 03:04:05')";
    project.execute(&schema_version("public", rows)).await;
    project
        .run(&["import", "pgmigrate"])
        .says(0, &["wrote migrate.toml", "2 revisions taken over"]);
    let toml = project.read("migrate.toml");
    for line in [
        "database-url = \"postgres:///nowhere?user=app&connect_timeout=1\"",
        "work_mem = '33MB'",
        "terminate-blockers-after = \"2s 500ms\"",
        "installed-by = \"deploy\"",
        "callbacks/grants",
    ] {
        assert!(toml.contains(line), "{line}: {toml}");
    }
    let said = project.run(&["info", "--json"]).says(2, &[]);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    let second = &json["revisions"][1];
    assert_eq!(second["installed_by"], "ann");
    assert_eq!(second["installed_on"], "2021-01-02 03:04:05");
    assert_eq!(second["transactional"], false);
    assert_eq!(json["revisions"][0]["type"], "manual");
    project.run(&["apply"]).says(0, &["applied V0003__Add_y"]);
    assert_eq!(project.texts("SELECT to_regclass('granted')::text").await, ["granted"]);
    project.run(&["import", "pgmigrate"]).says(0, &["0 revisions taken over"]);
}

#[tokio::test]
async fn two_projects_of_pgmigrate_in_one_database_keep_a_history_each() {
    let of = |schema: &str| format!("conn: dbname=nowhere\nschema: {schema}\ncallbacks: ''\n");
    let project = Project::with(&[("migrations.yml", &*of("foo"))]).await;
    project.write("migrations/V0001__foo.sql", "CREATE TABLE foo_point (x int)");
    project.execute("CREATE SCHEMA foo; CREATE SCHEMA bar; CREATE TABLE foo_point (x int)").await;
    let zone = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Tokyo''', current_database()); END $$";
    project.execute(zone).await;
    let row = "(1, 'one', 'auto', 'ann', '2020-01-02 03:04:05')";
    project.execute(&schema_version("foo", row)).await;
    project.execute(&schema_version("bar", row)).await;
    let said = project.run(&["import", "pgmigrate"]);
    said.says(0, &["1 revisions are written down", "the time zone UTC"]);
    assert!(project.read("migrate.toml").contains("history-schema = \"foo\""));
    let status = project.run(&["status", "--json"]).says(0, &[]).stdout;
    assert!(status.contains("2020-01-01 18:04:05"), "{status}");
    std::fs::remove_file(project.path().join("migrate.toml")).expect("it was written");
    let file = of("bar").replace("''", "afterAll:grants") + "migrations-dir: others\n";
    project.write("migrations.yml", &file);
    project.write("others/V0001__bar.sql", "CREATE TABLE bar_point (x int)");
    project.write("grants/1.sql", "SELECT 1");
    project.run(&["import", "pgmigrate"]).says(0, &["1 revisions are written down"]);
    let toml = project.read("migrate.toml");
    assert!(toml.contains("history-schema = \"bar\"") && toml.contains("grants"), "{toml}");
}

#[tokio::test]
async fn a_number_that_new_databases_begin_with_is_named() {
    let project = Project::with(&[("migrations.yml", "conn: dbname=nowhere\nbaseline: 2\n")]).await;
    project.write("migrations/V0003__point.sql", "CREATE TABLE point (x int)");
    project.run(&["import", "pgmigrate"]).says(2, &["migrate baseline --at 2"]);
}

#[tokio::test]
async fn a_version_that_pgmigrate_skipped_is_named() {
    let project = Project::with(&FILES).await;
    let rows = "(1, 'Initial point', 'auto', 'ann', now()), (3, 'Add y', 'auto', 'ann', now())";
    project.execute(&schema_version("public", rows)).await;
    project.run(&["import", "pgmigrate"]).says(
        1,
        &["has later versions and not V0002__Index_NONTRANSACTIONAL.sql, which were never applied"],
    );
    let history = "SELECT coalesce(to_regclass('migrate_history')::text, 'none')";
    assert_eq!(project.texts(history).await, ["none"]);
    assert!(!project.path().join("migrate.toml").exists(), "an `apply` would run everything again");
}

#[tokio::test]
async fn a_cluster_with_its_common_schema_is_taken_over() {
    let project = Project::with(&[
        ("common/V1__create_colour.sql", "CREATE TYPE colour AS ENUM ('red');"),
        ("shard/V1__create_car.sql", "CREATE TABLE car (colour common.colour);"),
        ("shard/V2__add_y.sql", "ALTER TABLE car ADD COLUMN y int;"),
        ("migrations.yaml", "migrations-dir: shard\n"),
        (
            "common.yaml",
            "migrations-dir: common\nuse-schema: common\ninformation-schema: common\n\
             session:\n  - SET work_mem = '8MB'\n",
        ),
    ])
    .await;
    let url = project.database.url();
    let secrets = serde_json::json!({ "postgresql_settings": { "databases": { "cars": [
        { "shard_number": 0, "hosts": [url] },
    ] } } });
    let secrets = project.write("taxi.json", &secrets.to_string());
    project.write(
        "cluster.yaml",
        &format!(
            "secdist: {}\ndbalias: cars\nlogical-shards:\n  - [cars0, cars1]\n\
             per-shard-config: migrations.yaml\ncommon-schema-config: common.yaml\n",
            secrets.display()
        ),
    );
    project.execute("CREATE SCHEMA common; CREATE TYPE common.colour AS ENUM ('red')").await;
    project.execute(&schema_version("common", "(1, 'create colour', 'auto', 'ann', now())")).await;
    for shard in ["cars0", "cars1"] {
        project.execute(&schema_version(shard, "(1, 'create car', 'auto', 'ann', now())")).await;
        project.execute(&format!("CREATE TABLE {shard}.car (colour common.colour)")).await;
    }
    let differs = "`session` of `common.yaml` differs from that of each shard";
    project
        .run_with(&["import", "pgmigrate"], &[])
        .says(2, &["3 revisions are written down", differs]);
    project.run_with(&["apply"], &[]).says(0, &["applied 2 revisions on 2 targets; 1 had nothing"]);
}

#[tokio::test]
async fn migreats_folder_is_translated_and_its_history_taken_over() {
    let project = Project::with(&[
        (
            "MiGreat.yaml",
            "hostname: ${DB_HOST}\nport: 5432\ndatabase: app\npriv_db_username: admin\n\
             priv_db_password: ${DB_PASSWORD}\nservice_db_username: mg_svc\n\
             service_db_password: se${cret\nservice_schema: mg_svc\ngroup: mg_readers\n\
             max_conn_retries: 3\nuse_advisory_lock: true\nfuture_key: 1\n",
        ),
        (
            "versions/0001_create_point.py",
            "from sqlalchemy import text\n\ndef upgrade(conn):\n    conn.execute(text(\"\"\"\n        \
             CREATE TABLE point (x int);\n    \"\"\"))\n\ndef downgrade(conn):\n    \"\"\"DROP TABLE point\"\"\"\n",
        ),
        (
            "versions/0002_index.py",
            "from sqlalchemy import text\nCONFIG_OPTIONS = {'transact': False}\n\ndef upgrade(conn):\n    \
             conn.execute(text('CREATE INDEX CONCURRENTLY point_x ON point (x)'))\n    conn.commit()\n\n\
             def downgrade(conn):\n    conn.execute('DROP INDEX CONCURRENTLY point_x')\n",
        ),
        (
            "versions/0003_code.py",
            "def upgrade(conn):\n    for x in range(3):\n        conn.execute(f'SELECT {x}')\n",
        ),
        (
            "versions/0004_options.py",
            "CONFIG_OPTIONS: dict = dict(transact=False, run_as_priv=True)\n\ndef upgrade(conn):\n    \
             conn.execute('SELECT 1')\n\ndef downgrade(conn):\n    \"\"\"*** DOWNGRADE SQL HERE ***\"\"\"\n",
        ),
        (
            "versions/0006_blank.py",
            "def upgrade(conn):\n    conn.execute('SELECT 1')\n\ndef downgrade(conn):\n    \"\"\"\n    \"\"\"\n",
        ),
        (
            "versions/0005_unread.py",
            "def upgrade(conn):\n    conn.execute('SELECT 1')\n\nCONFIG_OPTIONS = options()\n",
        ),
    ])
    .await;
    // As MiGreat makes them: the schema is the admin's, and the service may use it.
    project
        .execute(
            "CREATE ROLE mg_svc LOGIN;
             CREATE SCHEMA mg_svc;
             GRANT ALL PRIVILEGES ON SCHEMA mg_svc TO mg_svc;
             CREATE TABLE mg_svc.migrate_version (
                 repository_id text NOT NULL, repository_path text NOT NULL, version int NOT NULL);
             INSERT INTO mg_svc.migrate_version VALUES ('mg_svc', '/app/versions', 1);
             GRANT ALL PRIVILEGES ON TABLE mg_svc.migrate_version TO mg_svc;
             SET ROLE mg_svc;
             CREATE TABLE mg_svc.point (x int)",
        )
        .await;
    let url = project.database.url();
    let variables =
        [("MIGRATE_DATABASE_URL", url.as_str()), ("DB_HOST", "db"), ("DB_PASSWORD", "p@ss")];
    project.run_with(&["import", "migreat"], &variables).says(
        2,
        &[
            "`future_key` in `MiGreat.yaml` was not taken over",
            "the members of `mg_readers`, the services among them, could only enter the schema",
            "versions/0005_unread.py:4: the options can't be read",
            "0003_code.py:2 does more than run SQL",
            "1 revisions are written down as applied",
        ],
    );
    assert_eq!(
        project.read("migrations/V0001__create_point.up.sql"),
        "CREATE TABLE point (x int);\n"
    );
    assert_eq!(project.read("migrations/V0001__create_point.down.sql"), "DROP TABLE point;\n");
    assert_eq!(
        project.read("migrations/V0002__index.down.sql"),
        "-- migrate: transaction = none\nDROP INDEX CONCURRENTLY point_x;\n"
    );
    let options = project.read("migrations/V0004__options.up.sql");
    assert!(options.contains("transaction = none") && options.contains("run-as = privileged"));
    assert!(!project.path().join("migrations/V0004__options.down.sql").exists());
    let toml = project.read("migrate.toml");
    assert!(toml.contains("se$${cret") && !toml.contains("mg_readers"), "{toml}");
    assert!(toml.contains("postgres://admin:${DB_PASSWORD:url}@${DB_HOST}:5432/app"), "{toml}");
    let said = project.run_with(&["apply"], &variables);
    said.says(1, &["applied V0002__index", "write the SQL of versions/0003_code.py here"]);
}

#[tokio::test]
async fn a_file_that_is_no_yaml_is_named_by_its_line_and_shows_no_password() {
    let yaml = "service_schema: app\npriv_db_password: \"topsecret\n";
    let project = Project::with(&[("MiGreat.yaml", yaml)]).await;
    let said = project.run(&["import", "migreat"]).says(1, &["`MiGreat.yaml` is no YAML, at line"]);
    assert!(!said.stderr.contains("topsecret"), "{said:?}");
}

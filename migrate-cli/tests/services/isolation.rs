//! Services that share a database, each with a role and a schema of its own.

use std::time::Duration;

use migrate_core::postgres::{Binaries, ScratchDatabase, ThrowawayServer};
use migrate_tests::server;
use sqlx::{ConnectOptions, Connection, Executor};

use crate::project::{Project, texts};

/// A service's name is its role and its schema; roles belong to the server, so that each test has
/// its own.
fn toml(role: &str) -> String {
    format!(
        "bootstrap = true\nschema = \"{role}\"\n[service]\nrole = \"{role}\"\n\
         password = \"${{PASSWORD:-p@ss:w/rd%'}}\"\nreaders = \"{role}_readers\"\ncloses-public = true\n"
    )
}

async fn refused(database: &ScratchDatabase, role: &str, sql: &'static str) -> String {
    let options = database.options().username(role).password("p@ss:w/rd%'");
    let mut connection = options.connect().await.expect("the role logs in");
    let error = connection.execute(sql).await.expect_err("it is refused");
    connection.close().await.ok();
    error.as_database_error().map(|error| error.message().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn two_services_share_a_database_and_stay_out_of_each_others_way() {
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("a.toml", &toml("iso_a")),
        ("b.toml", &toml("iso_b")),
    ])
    .await;
    for config in ["a.toml", "b.toml"] {
        project.run(&["apply", "--config", config]).says(0, &["applied V1__create_account"]);
        project.run(&["bootstrap", "--config", config]).says(0, &["has all that it needs"]);
    }
    let owners = "SELECT concat_ws(' ', schemaname, tablename, tableowner) FROM pg_tables
                  WHERE schemaname LIKE 'iso\\__' ORDER BY 1";
    let wanted = [
        "iso_a account iso_a",
        "iso_a migrate_history iso_a",
        "iso_b account iso_b",
        "iso_b migrate_history iso_b",
    ];
    assert_eq!(project.texts(owners).await, wanted);
    let database = &project.database;
    assert!(refused(database, "iso_a", "SELECT * FROM iso_b.account").await.contains("denied"));
    assert!(refused(database, "iso_a", "CREATE TABLE public.x ()").await.contains("denied"));
    assert!(refused(database, "iso_a", "CREATE TABLE iso_b.x ()").await.contains("denied"));
    project
        .execute("GRANT USAGE ON SCHEMA iso_b TO iso_a; GRANT SELECT ON iso_b.account TO iso_a")
        .await;
    project.run(&["bootstrap", "--config", "a.toml"]).says(2, &["not isolated", "iso_b"]);
}

#[tokio::test]
async fn a_history_in_a_schema_of_its_own_belongs_to_the_service() {
    let toml = format!("history-schema = \"iso_kept\"\n{}", toml("iso_keeps"));
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("migrate.toml", &toml),
    ])
    .await;
    project.run(&["apply"]).says(0, &["applied V1__create_account"]);
    let owners = "SELECT schemaname || '.' || tablename || ' ' || tableowner FROM pg_tables
        WHERE schemaname LIKE 'iso\\_ke%' ORDER BY 1";
    let wanted = ["iso_keeps.account iso_keeps", "iso_kept.migrate_history iso_keeps"];
    assert_eq!(project.texts(owners).await, wanted);
    project.run(&["bootstrap"]).says(0, &["has all that it needs"]);
    let path =
        "SELECT setconfig::text FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
        WHERE r.rolname = 'iso_keeps' AND setconfig::text LIKE '%search_path%'";
    assert_eq!(project.texts(path).await, ["{search_path=iso_keeps}"]);
}

#[tokio::test]
async fn what_leads_out_of_a_schema_from_within_and_who_can_become_its_service_is_no_isolation() {
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("migrate.toml", &toml("iso_within")),
    ])
    .await;
    project.run(&["apply"]).fine();
    project
        .execute(
            "CREATE ROLE iso_becomes; GRANT iso_within TO iso_becomes; CREATE TABLE public.secret ();
             CREATE VIEW iso_within.out AS SELECT FROM public.secret;
             GRANT SELECT ON iso_within.out TO iso_within;
             CREATE FUNCTION iso_within.out() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        )
        .await;
    let said = [
        "REVOKE SELECT ON TABLE iso_within.\"out\" FROM iso_within",
        "REVOKE EXECUTE ON ROUTINE iso_within.\"out\"() FROM PUBLIC",
        "iso_becomes is a member of iso_within",
    ];
    project.run(&["bootstrap"]).says(2, &said);
}

#[tokio::test]
async fn a_privileged_revision_is_not_led_by_operators_of_the_service() {
    let privileged = "-- migrate: run-as = privileged
CREATE TABLE public.seen AS SELECT name = 'x'::name AS same FROM (SELECT 'x'::name) AS one (name);";
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("migrate.toml", &toml("iso_led")),
    ])
    .await;
    project.run(&["apply"]).fine();
    project
        .execute(
            "SET ROLE iso_led;
             CREATE FUNCTION iso_led.eq(name, name) RETURNS bool LANGUAGE plpgsql AS
                 'BEGIN RAISE EXCEPTION ''led by %'', current_user; END';
             CREATE OPERATOR iso_led.= (LEFTARG = name, RIGHTARG = name, FUNCTION = iso_led.eq)",
        )
        .await;
    project.write("migrations/V2__privileged.sql", privileged);
    project.run(&["apply"]).says(0, &["applied V2__privileged"]);
    assert_eq!(project.texts("SELECT same::text FROM public.seen").await, ["true"]);
}

#[tokio::test]
async fn a_privileged_revision_makes_what_the_service_then_owns() {
    let privileged = "-- migrate: run-as = privileged
CREATE EXTENSION IF NOT EXISTS citext SCHEMA {current_schema};
CREATE TABLE note (id serial, text citext);
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE mood AS ENUM ('good');
CREATE DOMAIN short AS text;
CREATE VIEW notes AS SELECT * FROM note;
CREATE STATISTICS pairs ON id, text FROM note;
";
    let project = Project::with(&[
        ("migrations/V1__privileged.sql", privileged),
        ("migrations/V2__own.sql", "ALTER TABLE note ADD COLUMN mood mood; DROP VIEW notes;"),
        ("migrate.toml", &toml("Iso P")),
    ])
    .await;
    project.run(&["apply"]).says(0, &["applied V1__privileged", "applied V2__own"]);
    let owners = "SELECT DISTINCT pg_get_userbyid(owner)::text FROM (
            SELECT relowner FROM pg_class WHERE relnamespace = '\"Iso P\"'::regnamespace
            UNION ALL SELECT typowner FROM pg_type WHERE typname IN ('mood', 'short', 'note')
            UNION ALL SELECT stxowner FROM pg_statistic_ext
            UNION ALL SELECT proowner FROM pg_proc WHERE proname = 'one') AS made (owner)";
    assert_eq!(project.texts(owners).await, ["Iso P"]);
    let read = "SELECT has_table_privilege('Iso P_readers', '\"Iso P\".note', 'SELECT')::text";
    assert_eq!(project.texts(read).await, ["true"], "as what the service makes by itself");
}

#[tokio::test]
async fn print_shows_what_is_missing_and_no_password() {
    let project = Project::with(&[("migrate.toml", &toml("iso_print"))]).await;
    let said = project.run(&["bootstrap", "--print", "--revisions", "."]);
    assert!(said.stdout.contains("CREATE ROLE iso_print"), "{said:?}");
    assert!(!said.stdout.contains("p@ss"), "{said:?}");
    said.says(2, &["CREATE SCHEMA"]);
    assert_eq!(
        project.texts("SELECT rolname::text FROM pg_roles WHERE rolname = 'iso_print'").await,
        [""; 0]
    );
}

/// Lets a role in with its password only.
async fn ask_for_the_password(project: &Project, role: &str) {
    let file = project.texts("SHOW hba_file").await.remove(0);
    let rules = std::fs::read_to_string(&file).expect("the tests run beside their server");
    let own = ["local", "host"].map(|kind| {
        let address = if kind == "host" { " all" } else { "" };
        format!("{kind} all {role}{address} scram-sha-256\n")
    });
    std::fs::write(&file, own.concat() + &rules).expect("the file can be written");
    project.execute("SELECT pg_reload_conf()").await;
    let wrong = project.database.options().username(role).password("wrong");
    while wrong.connect().await.is_ok() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_password_that_no_longer_works_is_named_and_set_where_asked() {
    let project =
        Project::with(&[("migrate.toml", &toml("iso_sync")), ("migrations/V1__a.sql", "")]).await;
    project.run(&["bootstrap"]).fine();
    ask_for_the_password(&project, "iso_sync").await;
    let url = &project.database.url();
    let changed = [("DATABASE_URL", url.as_str()), ("PASSWORD", "another")];
    let refused =
        "`iso_sync` has another password than the configured one; `--sync-password` sets it";
    project.run_with(&["bootstrap"], &changed).says(2, &[refused]);
    project.run_with(&["bootstrap", "--sync-password"], &changed).says(0, &["set the password"]);
    project.run_with(&["bootstrap"], &changed).fine();
}

#[tokio::test]
async fn decommission_lists_what_goes_and_asks() {
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("migrate.toml", &toml("iso_gone")),
    ])
    .await;
    project.run(&["apply"]).fine();
    project.run(&["decommission"]).says(1, &["drops table iso_gone.account", "pass `--yes`"]);
    project.run(&["decommission", "--yes"]).says(0, &["gone"]);
    assert_eq!(
        project.texts("SELECT nspname::text FROM pg_namespace WHERE nspname = 'iso_gone'").await,
        [""; 0]
    );
    project.run(&["decommission", "--yes"]).says(0, &["nothing of it is there"]);
}

#[tokio::test]
async fn blockers_are_shown_and_ended_after_a_while_where_asked() {
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("migrations/V2__add.sql", "ALTER TABLE account ADD COLUMN name text"),
    ])
    .await;
    project.run(&["apply", "--to", "1"]).fine();
    let hold = async || {
        let options = project.database.options().application_name("reports");
        let mut connection = options.connect().await.expect("the server takes connections");
        connection.execute("BEGIN; LOCK TABLE account").await.expect("it is locked");
        connection
    };
    let holding = hold().await;
    project.run(&["apply", "--attempts", "1", "--lock-timeout", "1s"]).says(
        1,
        &["could not get a lock in 1 attempts", "application `reports`, idle in transaction"],
    );
    let base = ["apply", "--lock-timeout", "2s", "--terminate-blockers-after", "500ms"];
    project
        .run(&[&base[..], &["--attempts", "1", "--terminate-blockers-except", "rep*"]].concat())
        .says(1, &["it is left alone: it is excepted by `terminate-blockers-except`"]);
    project.run(&base).says(0, &["its session is ended", "applied V2__add"]);
    project.write("migrations/V3__more.sql", "ALTER TABLE account ADD COLUMN more text");
    let held = hold().await;
    let later = ["apply", "--lock-timeout", "200ms", "--terminate-blockers-after", "700ms"];
    project.run(&later).says(0, &["got no lock", "its session is ended", "applied V3__more"]);
    drop(held);
    drop(holding);
}

#[tokio::test]
async fn a_prepared_transaction_in_the_way_is_named() {
    let binaries = Binaries::find(None).expect("the tests need PostgreSQL's server programs");
    let settings = [("max_prepared_transactions", "2")];
    let server = ThrowawayServer::start_with(&binaries, &settings).await.expect("it starts");
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("migrations/V2__add.sql", "ALTER TABLE account ADD COLUMN name text"),
    ])
    .await;
    let variables = [("DATABASE_URL", &*server.url())];
    project.run_with(&["apply", "--to", "1"], &variables).fine();
    let mut connection = server.connect_options().connect().await.expect("it is there");
    let prepare = "BEGIN; INSERT INTO account VALUES (1); PREPARE TRANSACTION 'it''s left'";
    connection.execute(prepare).await.expect("it is prepared");
    let apply = ["apply", "--attempts", "1", "--lock-timeout", "1s"];
    project.run_with(&apply, &variables).says(
        1,
        &["a prepared transaction, role `postgres`", "ROLLBACK PREPARED 'it''s left' ends it"],
    );
    let ending = [&apply[..], &["--terminate-blockers-after", "300ms"]].concat();
    let said = project.run_with(&ending, &variables);
    said.says(1, &["it is left alone: whoever prepared it knows how it ends"]);
    connection.execute("ROLLBACK PREPARED 'it''s left'").await.expect("it is rolled back");
    project.run_with(&apply, &variables).says(0, &["applied V2__add"]);
}

#[tokio::test]
async fn a_server_that_dies_stops_its_own_tenants_and_a_rerun_completes_them() {
    let other = server().await.create().await.expect("a database is made");
    let project =
        Project::with(&[("migrations/V1__create_account.sql", "CREATE TABLE account (id int)")])
            .await;
    let (first, second) = (project.database.url(), other.url());
    project.write(
        "databases.json",
        &format!("{{\"app\": [\"{first}\", \"{second}\"], \"old\": [\"{first}\"]}}"),
    );
    project.write(
        "migrate.toml",
        "[cluster]\nfile = \"databases.json\"\nalias = \"app\"\ntenants = [[\"a\", \"b\"], [\"c\"]]\n",
    );
    // The second database ends the session that works on its first tenant.
    migrate_tests::execute(
        &other,
        "CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS
             $$ BEGIN IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands()
                                 WHERE object_identity = 'c.account') THEN
                    PERFORM pg_terminate_backend(pg_backend_pid()); END IF; END $$;
         CREATE EVENT TRIGGER stop ON ddl_command_end EXECUTE FUNCTION stop()",
    )
    .await;
    project.run_with(&["apply"], &[]).says(1, &["applied 2 revisions on 2 targets", "1 failed"]);
    migrate_tests::execute(&other, "DROP EVENT TRIGGER stop").await;
    project.run_with(&["apply"], &[]).says(0, &["applied 1 revisions on 1 targets; 2 had nothing"]);
    assert_eq!(
        texts(&other, "SELECT revision FROM c.migrate_history").await,
        ["V1__create_account"]
    );
    project.run_with(&["status"], &[]).says(0, &["shard 0", "shard 1", "up to date"]);
    project.write(
        "migrate.toml",
        "[cluster]\nfile = \"databases.json\"\nalias = \"app\"\ntenants = [[\"a\"]]\n",
    );
    project.run_with(&["apply"], &[]).says(1, &["1 lists for 2 databases"]);
}

#[tokio::test]
async fn nothing_begins_where_a_database_of_the_cluster_can_not_take_the_run() {
    let project =
        Project::with(&[("migrations/V1__create_account.sql", "CREATE TABLE account (id int)")])
            .await;
    let (first, nowhere) = (project.database.url(), "postgres://x@127.0.0.1:1/x");
    let arguments = ["apply", "--cluster-urls", &first, "--cluster-urls", nowhere];
    project
        .run_with(
            &[&arguments[..], &["--cluster-tenants", "a", "--cluster-tenants", "b"]].concat(),
            &[],
        )
        .says(1, &["nothing was begun", "shard 1, `x` at 127.0.0.1:1: no connection"]);
    assert_eq!(
        project.texts("SELECT nspname::text FROM pg_namespace WHERE nspname = 'a'").await,
        [""; 0]
    );
}

#[tokio::test]
async fn a_revision_that_leaves_the_role_of_its_service_is_refused() {
    let left = "RESET ROLE;\nCREATE TABLE note (id int)";
    let project =
        Project::with(&[("migrations/V1__leave.sql", left), ("migrate.toml", &toml("iso_leave"))])
            .await;
    let refused = ["V1__leave.sql", "it leaves the role of the service", "run-as = privileged"];
    project.run(&["apply"]).says(1, &refused);
    let without = format!("-- migrate: transaction = none\n{left}");
    project.write("migrations/V1__leave.sql", &without);
    project.run(&["apply"]).says(1, &refused);
    assert_eq!(project.texts("SELECT to_regclass('iso_leave.note') IS NULL || ''").await, ["true"]);
    project.write("migrations/V1__leave.sql", &format!("-- migrate: run-as = privileged\n{left}"));
    project.run(&["apply"]).says(0, &["applied V1__leave"]);
}

#[tokio::test]
async fn the_history_is_written_by_ourselves_whatever_role_a_revision_leaves() {
    let seen = "INSERT INTO seen SELECT current_user;\n";
    let leaves = format!("SET ROLE iso_nobody;\n{seen}");
    let without = format!("-- migrate: transaction = none\n{leaves}{seen}");
    let project = Project::with(&[
        ("migrations/V1__leave.sql", &leaves),
        ("migrations/V2__leave.sql", &without),
    ])
    .await;
    project
        .execute(
            "CREATE ROLE iso_nobody; CREATE TABLE seen (name text);
             GRANT INSERT ON seen TO iso_nobody",
        )
        .await;
    project.run(&["apply"]).says(0, &["applied V1__leave", "applied V2__leave"]);
    assert_eq!(project.texts("SELECT name FROM seen").await, ["iso_nobody"; 3]);
    let by = "SELECT count(*)::text FROM migrate_history WHERE applied_by = 'iso_nobody'";
    assert_eq!(project.texts(by).await, ["0"]);
}

#[tokio::test]
async fn the_schemas_of_a_services_own_tenants_are_inside() {
    let toml = format!("{}\n[tenants]\nschemas = [\"iso_ta\", \"iso_tb\"]\n", toml("iso_many"));
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("migrate.toml", &toml),
    ])
    .await;
    let said = project.run(&["apply"]).says(0, &["applied 2 revisions on 2 targets"]);
    assert!(!said.stderr.contains("not isolated"), "{said:?}");
    project.run(&["bootstrap"]).says(0, &["has all that it needs"]);
    project.execute("CREATE SCHEMA iso_other AUTHORIZATION iso_many").await;
    project.run(&["bootstrap"]).says(2, &["not isolated", "iso_other"]);
}

#[tokio::test]
async fn bootstrap_says_what_a_service_lacks_in_the_schema_of_somebody_else() {
    let project = Project::with(&[
        ("migrations/V1__create_account.sql", "CREATE TABLE account (id int)"),
        ("migrate.toml", &toml("iso_lack")),
    ])
    .await;
    project.execute("CREATE SCHEMA iso_lack").await;
    project.run(&["bootstrap"]).says(2, &["owner of schema `iso_lack`", "GRANT USAGE, CREATE"]);
    let said = project.run(&["bootstrap"]).says(2, &["missing: privileges of `iso_lack`"]);
    assert!(!said.stderr.contains("has all that it needs"), "{said:?}");
    project.execute("GRANT USAGE, CREATE ON SCHEMA iso_lack TO iso_lack").await;
    let said = project.run(&["bootstrap"]);
    assert!(!said.stderr.contains("missing:"), "{said:?}");
}

#[tokio::test]
async fn a_history_in_another_schema_is_that_of_one_target() {
    let project =
        Project::with(&[("migrations/V1__create_account.sql", "CREATE TABLE account (id int)")])
            .await;
    let of = |schema| ["apply", "--history-schema", "meta", "--schema", schema];
    project.run(&of("svc_a")).says(0, &["applied V1__create_account"]);
    let other = ["meta.migrate_history is the history of the schema `svc_a`", "`history-table`"];
    project.run(&of("svc_b")).says(1, &other);
    project.run(&[&of("svc_b")[..], &["--tenants-schemas", "svc_b"]].concat()).says(1, &other);
    project.run(&["status", "--history-schema", "meta", "--schema", "svc_b"]).says(1, &other);
    let own = [&of("svc_b")[..], &["--history-table", "history_b"]].concat();
    project.run(&own).says(0, &["applied V1__create_account"]);
    project.run(&of("svc_a")).says(0, &["nothing is pending"]);
}

#[tokio::test]
async fn a_role_of_several_schemas_is_printed_once_and_has_all_of_them_with_any_selection() {
    let service = toml("iso_many").replace("schema = \"iso_many\"\n", "");
    let tenants = "[tenants]\nschemas = [\"iso_m1\", \"iso_m2\"]\n";
    let file = ("migrations/V1__a.sql", "CREATE TABLE a ()");
    let project = Project::with(&[file, ("migrate.toml", &format!("{service}{tenants}"))]).await;
    let printed = project.run(&["bootstrap", "--print"]).says(2, &["CREATE SCHEMA iso_m2"]);
    assert_eq!(printed.stdout.matches("CREATE ROLE iso_many ").count(), 1, "{printed:?}");
    migrate_tests::psql(&project.database, &printed.stdout);
    let said = project.run(&["bootstrap", "--only", "iso_m1"]).fine();
    assert!(!said.stderr.contains("not isolated"), "{said:?}");
    let path = "SELECT unnest(setconfig) FROM pg_db_role_setting s
                JOIN pg_roles r ON r.oid = s.setrole WHERE rolname = 'iso_many'";
    assert_eq!(project.texts(path).await, ["search_path=\"\""], "in nobody's schema by mistake");
}

#[tokio::test]
async fn print_leads_through_all_databases_of_a_cluster() {
    let other = server().await.create().await.expect("a database is made");
    let project = Project::with(&[("migrations/V1__a.sql", "CREATE TABLE a ()")]).await;
    let urls = [project.database.url(), other.url()];
    let cluster =
        format!("[cluster]\nurls = {urls:?}\ntenants = [[\"iso_c1\"], [\"iso_c2\", \"iso_c3\"]]\n");
    let service = "[service]\nrole = \"iso_cluster\"\npassword = \"p\"\n";
    project.write("migrate.toml", &format!("{service}{cluster}"));
    let printed = project.run_with(&["bootstrap", "--print"], &[]).says(2, &["\\connect"]);
    assert_eq!(printed.stdout.matches("CREATE ROLE").count(), 1, "{printed:?}");
    migrate_tests::psql(&project.database, &printed.stdout);
    project.run_with(&["bootstrap", "--print"], &[]).fine();
    // All schemas of the database are the service's, whatever was chosen.
    project.run_with(&["bootstrap", "--only", "iso_c2"], &[]).fine();
}

#[tokio::test]
async fn what_the_service_cannot_work_on_in_its_own_schema_is_named() {
    let project = Project::with(&[("migrations/V1__a.sql", "CREATE TABLE account ()")]).await;
    project.run(&["apply", "--schema", "iso_own"]).fine();
    project.write("migrate.toml", &toml("iso_own").replace("bootstrap = true", ""));
    project.run(&["bootstrap"]).says(2, &["owner of schema `iso_own`"]);
    project.execute("ALTER SCHEMA iso_own OWNER TO iso_own").await;
    let of_others = "missing: objects in schema `iso_own`: table `account` of `";
    project.run(&["bootstrap"]).says(2, &[of_others, "table `migrate_history` of `"]);
    let hand_over = "ALTER TABLE iso_own.account OWNER TO iso_own;
        ALTER TABLE iso_own.migrate_history OWNER TO iso_own;
        REVOKE ALL ON SCHEMA iso_own FROM iso_own";
    project.execute(hand_over).await;
    project.run(&["bootstrap"]).says(0, &["GRANT USAGE, CREATE ON SCHEMA iso_own TO iso_own"]);
    project.write("migrations/V2__b.sql", "ALTER TABLE account ADD COLUMN name text");
    project.run(&["apply"]).says(0, &["applied V2__b"]);
}

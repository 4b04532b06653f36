//! What keeps services apart, tried by the services themselves; and holes that are found.

use migrate_core::target::{Finding, IsolationError, Service, isolation};

use super::place::{CALLERS, Caller, Place, asked, refusal, run, service};

async fn findings(place: &Place, caller: Caller, service: &Service) -> Vec<Finding> {
    let mut connection = place.caller(caller).await;
    isolation(&mut connection, service).await.expect("the privileges are read")
}

fn closed(name: &str) -> Service {
    Service { close_public: true, ..service(name) }
}

/// What a service has in its schema.
const OBJECTS: &str = "
    CREATE TABLE secret (id serial PRIMARY KEY, word text);
    CREATE VIEW seen AS SELECT word FROM secret;
    CREATE TYPE mood AS ENUM ('good');
    CREATE FUNCTION told() RETURNS text LANGUAGE sql AS 'SELECT 1::text';";

#[tokio::test]
async fn a_service_is_refused_whatever_is_outside_of_its_schema() {
    let place = Place::new().await;
    for caller in CALLERS {
        if caller == Caller::Deploy {
            // It isn't its owner, so it can only report `public`.
            let mut admin = place.admin(caller).await;
            run(&mut admin, "REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
        }
        let [one, two] = ["one", "two"].map(|name| closed(&format!("{name}_{caller:?}")));
        for service in [&one, &two] {
            let made = place.bootstrap(caller, service).await;
            assert_eq!(made.differences, [], "{caller:?}");
            run(&mut place.session(caller, service).await, OBJECTS).await;
            assert_eq!(findings(&place, caller, service).await, [], "{caller:?}");
        }
        let mut session = place.session(caller, &two).await;
        let (other, role) = (&one.schema, &one.role);
        for statement in [
            format!("TABLE {other}.secret"),
            format!("TABLE {other}.seen"),
            format!("INSERT INTO {other}.secret VALUES (1)"),
            format!("UPDATE {other}.secret SET word = ''"),
            format!("DELETE FROM {other}.secret"),
            format!("TRUNCATE {other}.secret"),
            format!("SELECT nextval('{other}.secret_id_seq')"),
            format!("SELECT {other}.told()"),
            format!("SELECT 'good'::{other}.mood"),
            format!("CREATE TABLE mine (id int REFERENCES {other}.secret)"),
            format!("CREATE TABLE {other}.mine ()"),
            format!("DROP TABLE {other}.secret"),
            format!("ALTER TABLE {other}.secret ADD more int"),
            format!("DROP SCHEMA {other} CASCADE"),
            format!("ALTER SCHEMA {other} OWNER TO {}", two.role),
            format!("CREATE TABLE t (); ALTER TABLE t SET SCHEMA {other}"),
            format!("GRANT USAGE ON SCHEMA {other} TO {}", two.role),
            format!("SET ROLE {role}"),
            format!("GRANT {role} TO {}", two.role),
            format!("ALTER ROLE {role} PASSWORD 'x'"),
            format!("DROP ROLE {role}"),
            "CREATE TABLE public.mine ()".to_owned(),
            "CREATE SCHEMA mine".to_owned(),
            "CREATE EXTENSION plpgsql_check".to_owned(),
            "CREATE ROLE mine".to_owned(),
            "CREATE DATABASE mine".to_owned(),
            "SELECT rolpassword FROM pg_authid".to_owned(),
            "SET session_replication_role = replica".to_owned(),
        ] {
            let code = refusal(&mut session, &statement).await;
            let unavailable = statement.starts_with("CREATE EXTENSION") && code != "42501";
            assert!(code == "42501" || unavailable, "{statement}: {code}");
        }
        run(&mut session, "TABLE secret; TABLE seen; SELECT told(), 'good'::mood").await;
    }
}

/// A hole opened by hand, and the statement that is to close it.
const HOLES: [(&str, &str); 19] = [
    (
        "GRANT CREATE ON TABLESPACE pg_default TO svc",
        "REVOKE CREATE ON TABLESPACE pg_default FROM svc",
    ),
    (
        "SELECT lo_create(4711); GRANT SELECT, UPDATE ON LARGE OBJECT 4711 TO svc",
        "REVOKE SELECT, UPDATE ON LARGE OBJECT 4711 FROM svc",
    ),
    (
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w; GRANT USAGE ON FOREIGN SERVER far TO svc",
        "REVOKE USAGE ON FOREIGN SERVER far FROM svc",
    ),
    ("ALTER ROLE svc CREATEROLE", "ALTER ROLE svc NOCREATEROLE"),
    ("ALTER ROLE svc BYPASSRLS", "ALTER ROLE svc NOBYPASSRLS"),
    ("GRANT other TO svc", "REVOKE other FROM svc"),
    ("GRANT pg_read_all_data TO svc", "REVOKE pg_read_all_data FROM svc"),
    ("GRANT other TO empty; GRANT empty TO svc", "REVOKE empty FROM svc"),
    ("GRANT CREATE ON SCHEMA public TO PUBLIC", "REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
    ("GRANT CREATE ON SCHEMA \"Bare\" TO svc", "REVOKE CREATE ON SCHEMA \"Bare\" FROM svc"),
    ("GRANT USAGE ON SCHEMA other TO svc", "REVOKE USAGE ON SCHEMA other FROM svc"),
    ("GRANT SELECT ON other.secret TO svc", "REVOKE SELECT ON TABLE other.secret FROM svc"),
    ("GRANT UPDATE (word) ON other.secret TO svc", "REVOKE UPDATE ON TABLE other.secret FROM svc"),
    (
        "GRANT CREATE ON DATABASE \"Shared 1\" TO svc",
        "REVOKE CREATE ON DATABASE \"Shared 1\" FROM svc",
    ),
    (
        "CREATE FUNCTION public.power() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "REVOKE EXECUTE ON ROUTINE public.power() FROM PUBLIC",
    ),
    (
        "CREATE TABLE \"Bare\".\"T 1\" (); ALTER TABLE \"Bare\".\"T 1\" OWNER TO svc",
        "ALTER TABLE \"Bare\".\"T 1\" OWNER TO CURRENT_USER",
    ),
    (
        "ALTER DEFAULT PRIVILEGES FOR ROLE other IN SCHEMA other GRANT SELECT ON TABLES TO svc",
        "ALTER DEFAULT PRIVILEGES FOR ROLE other IN SCHEMA other REVOKE ALL ON TABLES FROM svc",
    ),
    ("GRANT USAGE, CREATE ON SCHEMA svc TO other", "REVOKE CREATE, USAGE ON SCHEMA svc FROM other"),
    ("ALTER ROLE svc SUPERUSER", "ALTER ROLE svc NOSUPERUSER"),
];

#[tokio::test]
async fn a_hole_that_was_opened_by_hand_is_found_and_its_statement_closes_it() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    let readers = Some("readers".into());
    let [svc, other] =
        ["svc", "other"].map(|name| Service { readers: readers.clone(), ..closed(name) });
    for service in [&svc, &other] {
        place.bootstrap(Caller::Superuser, service).await;
        run(&mut place.session(Caller::Superuser, service).await, OBJECTS).await;
    }
    run(&mut admin, "CREATE ROLE empty; CREATE SCHEMA \"Bare\"").await;
    for (open, close) in HOLES {
        assert_eq!(findings(&place, Caller::Superuser, &svc).await, [], "before {open}");
        run(&mut admin, open).await;
        let found = findings(&place, Caller::Superuser, &svc).await;
        let by = |finding: &Finding| finding.close.replace(" GRANTED BY postgres", "");
        let closing: Vec<String> = found.iter().map(by).collect();
        assert!(closing.iter().any(|statement| statement == close), "{open}: {found:?}");
        assert!(closing.iter().all(|statement| *statement == close), "{open}: {found:?}");
        run(&mut admin, &found[0].close).await;
    }
    assert_eq!(findings(&place, Caller::Superuser, &svc).await, []);
}

#[tokio::test]
async fn tables_sequences_and_parameters_are_closed_by_statements_of_their_own() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    let svc = closed("svc");
    place.bootstrap(Caller::Superuser, &svc).await;
    run(
        &mut admin,
        "CREATE SCHEMA other; CREATE TABLE other.t (); CREATE SEQUENCE other.s;
         GRANT SELECT ON other.t TO svc; GRANT SELECT, USAGE ON SEQUENCE other.s TO svc;
         DO $$ BEGIN IF current_setting('server_version_num')::int >= 150000 THEN
             EXECUTE 'GRANT ALTER SYSTEM ON PARAMETER work_mem TO svc'; END IF; END $$",
    )
    .await;
    let found = findings(&place, Caller::Superuser, &svc).await;
    assert!(found.len() >= 2, "{found:?}");
    for finding in &found {
        run(&mut admin, &finding.close).await;
    }
    assert_eq!(findings(&place, Caller::Superuser, &svc).await, []);
}

#[tokio::test]
async fn a_membership_that_another_role_granted_is_closed_too() {
    let place = Place::new().await;
    let svc = closed("svc");
    for service in [&svc, &closed("other")] {
        place.bootstrap(Caller::Owner, service).await;
    }
    run(&mut place.caller(Caller::Owner).await, "GRANT other TO svc").await;
    let found = findings(&place, Caller::Owner, &svc).await;
    assert_eq!(found.len(), 1, "{found:?}");
    run(&mut place.admin(Caller::Owner).await, &found[0].close).await;
    assert_eq!(findings(&place, Caller::Owner, &svc).await, []);
}

#[tokio::test]
async fn what_is_harmless_is_no_finding() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    let svc = closed("Svc \"1\"");
    place.bootstrap(Caller::Superuser, &svc).await;
    run(&mut place.session(Caller::Superuser, &svc).await, OBJECTS).await;
    run(
        &mut admin,
        &format!(
            "CREATE ROLE empty; GRANT empty TO {0};
             CREATE SCHEMA shut; CREATE TABLE shut.t (); GRANT SELECT ON shut.t TO PUBLIC;
             CREATE SCHEMA bare; GRANT USAGE ON SCHEMA bare TO PUBLIC;
             CREATE TABLE public.t ()",
            svc.role
        ),
    )
    .await;
    run(&mut place.session(Caller::Superuser, &svc).await, "CREATE TEMP TABLE t ()").await;
    assert_eq!(findings(&place, Caller::Superuser, &svc).await, []);
}

#[tokio::test]
async fn temporary_tables_are_a_hole_where_the_database_was_to_be_closed() {
    let place = Place::new().await;
    let svc = Service { close_database: true, ..closed("svc") };
    place.bootstrap(Caller::Superuser, &svc).await;
    assert_eq!(findings(&place, Caller::Superuser, &svc).await, []);
    let mut admin = place.admin(Caller::Superuser).await;
    run(&mut admin, "GRANT TEMP ON DATABASE \"Shared 1\" TO PUBLIC").await;
    let found = findings(&place, Caller::Superuser, &svc).await;
    let sentences: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        sentences,
        [
            "every role has TEMPORARY on database \"Shared 1\": svc takes room outside of its schema; \
          `REVOKE TEMPORARY ON DATABASE \"Shared 1\" FROM PUBLIC` closes it"
        ]
    );
}

#[tokio::test]
async fn a_role_that_is_not_there_is_an_error_and_the_session_goes_on() {
    let place = Place::new().await;
    let mut deploy = place.caller(Caller::Deploy).await;
    let error = isolation(&mut deploy, &service("nobody")).await.expect_err("it isn't there");
    assert!(matches!(error, IsolationError::RoleMissing { .. }), "{error}");
    assert_eq!(asked(&mut deploy, "SELECT 1").await, "1");
}

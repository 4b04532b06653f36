//! How a service goes: what is listed goes, what others need is refused, and nothing else changes.

use std::process::Command;

use migrate_core::postgres::{Binaries, database_url};
use migrate_core::target::{
    DecommissionError, Decommissioned, Leaving, RoleStays, Service, decommission, leaving,
};
use sqlx::Connection;

use super::place::{CALLERS, Caller, Place, asked, cause, run, service};

async fn decommissioned(place: &Place, caller: Caller, service: &Service) -> Decommissioned {
    let mut connection = place.caller(caller).await;
    let outcome = decommission(&mut connection, service).await;
    outcome.unwrap_or_else(|error| panic!("{caller:?}: {error}: {:?}", cause(&error)))
}

/// The database of the caller with owners and privileges, and the roles of the server.
async fn dump(place: &Place, caller: Caller) -> String {
    let mut admin = place.admin(caller).await;
    let database = asked(&mut admin, "SELECT current_database()").await;
    let binaries = Binaries::find(None).expect("the tests need PostgreSQL's programs");
    let url = database_url(&place.server.connect_options().database(&database));
    let output = Command::new(binaries.folder.join("pg_dump"))
        .args(["--schema-only", "--create", "--dbname", &url])
        .output()
        .expect("pg_dump runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let roles = asked(
        &mut admin,
        "SELECT string_agg(role, E'\\n' ORDER BY role) FROM (
            SELECT to_jsonb(r)::text AS role FROM pg_roles r
            UNION ALL
            SELECT format('%s in %s', member::regrole, roleid::regrole) FROM pg_auth_members) roles",
    );
    migrate_tests::normalised(&String::from_utf8_lossy(&output.stdout)) + &roles.await
}

const OBJECTS: &str = "
    CREATE TYPE mood AS ENUM ('good');
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TABLE author (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood, note text);
    CREATE TABLE \"Article 1\" (id serial PRIMARY KEY, author int REFERENCES author, size positive DEFAULT 1);
    CREATE VIEW seen AS SELECT * FROM author;
    CREATE MATERIALIZED VIEW kept AS SELECT * FROM seen;
    CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER told AFTER INSERT ON author EXECUTE FUNCTION told();
    ALTER TABLE author ENABLE ROW LEVEL SECURITY;
    CREATE POLICY all_rows ON author USING (id > 0);
    CREATE RULE quiet AS ON DELETE TO \"Article 1\" DO INSTEAD NOTHING;
    CREATE STATISTICS pairs ON id, author FROM \"Article 1\";
    CREATE CAST (mood AS positive) WITH INOUT;
    CREATE TABLE part (id int) PARTITION BY RANGE (id);
    CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (9);
    INSERT INTO author (mood) SELECT 'good' FROM generate_series(1, 10);
    ANALYZE author;";

#[tokio::test]
async fn a_service_goes_with_all_it_has_and_leaves_the_rest_as_it_was() {
    let place = Place::new().await;
    for caller in CALLERS {
        let readers = format!("readers_{caller:?}").to_lowercase();
        let settings = [("lock_timeout".to_owned(), "5s".to_owned())];
        let with_readers = |name: &str| Service {
            readers: Some(readers.as_str().into()),
            settings: settings.clone().into(),
            ..service(&format!("{name}_{caller:?}"))
        };
        let (stays, goes) = (with_readers("stays"), with_readers("Goes \"1\""));
        place.bootstrap(caller, &stays).await;
        run(&mut place.session(caller, &stays).await, OBJECTS).await;
        let before = dump(&place, caller).await;

        place.bootstrap(caller, &goes).await;
        run(&mut place.session(caller, &goes).await, OBJECTS).await;
        let mut connection = place.caller(caller).await;
        let listed = leaving(&mut connection, &goes).await.expect("it is listed");
        assert_eq!(listed.dependents, [""; 0]);
        assert_eq!(listed.handed_over, [""; 0]);
        assert_eq!(listed.privileges, [""; 0]);
        assert_eq!(listed.settings.len(), 2, "{:?}", listed.settings);
        let author = listed.contents.iter().find(|object| object.name.ends_with(".author"));
        let author = author.expect("it is listed");
        assert_eq!((author.kind.as_str(), author.rows), ("table", Some(10)));
        assert!(author.bytes > Some(8000), "{author:?}");
        let kinds: Vec<&str> = listed.contents.iter().map(|object| object.kind.as_str()).collect();
        for kind in
            ["function", "materialized view", "sequence", "statistics object", "type", "view"]
        {
            assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
        }

        let done = decommissioned(&place, caller, &goes).await;
        assert_eq!(done.role_stays, None);
        // A session that was just closed may be counted for a moment.
        let quiet = |leaving: Leaving| Leaving { sessions: 0, ..leaving };
        assert_eq!(quiet(done.leaving), quiet(listed));
        assert_eq!(dump(&place, caller).await, before, "{caller:?}");

        let again = decommissioned(&place, caller, &goes).await;
        assert_eq!(again.statements, [""; 0]);
        assert_eq!(again.leaving, Leaving::default());
    }
}

/// What stands in another schema on the service's, and how PostgreSQL calls it.
const DEPENDENTS: [(&str, &str); 15] = [
    ("CREATE VIEW other.v AS TABLE svc.author", "view other.v"),
    (
        "CREATE TABLE other.t (author int REFERENCES svc.author)",
        "constraint t_author_fkey on table other.t",
    ),
    ("CREATE TABLE other.t (mood svc.mood)", "column mood of table other.t"),
    ("CREATE TABLE other.t (size svc.positive[])", "column size of table other.t"),
    (
        "CREATE TABLE other.t (id int DEFAULT nextval('svc.\"Article 1_id_seq\"'))",
        "default value for column id of table other.t",
    ),
    ("CREATE TABLE other.t () INHERITS (svc.author)", "table other.t"),
    ("CREATE TABLE other.t PARTITION OF svc.part FOR VALUES FROM (10) TO (20)", "table other.t"),
    (
        "CREATE TABLE other.t (); CREATE TRIGGER told AFTER INSERT ON other.t EXECUTE FUNCTION svc.told()",
        "trigger told on table other.t",
    ),
    (
        "CREATE FUNCTION other.f(svc.mood) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function other.f(svc.mood)",
    ),
    ("CREATE STATISTICS other.s ON id, author FROM svc.\"Article 1\"", "statistics object other.s"),
    ("CREATE CAST (svc.mood AS other.name) WITH INOUT", "cast from svc.mood to other.name"),
    (
        "CREATE EXTENSION citext SCHEMA svc; CREATE TABLE other.t (name svc.citext)",
        "column name of table other.t",
    ),
    (
        "CREATE FUNCTION svc.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
         CREATE EVENT TRIGGER watch ON sql_drop WHEN tag IN ('DROP AGGREGATE') EXECUTE FUNCTION svc.watch()",
        "event trigger watch",
    ),
    (
        "CREATE TABLE other.t (id int); ALTER TABLE other.t ENABLE ROW LEVEL SECURITY;
         CREATE POLICY p ON other.t USING (id IN (SELECT id FROM svc.author))",
        "policy p on table other.t",
    ),
    (
        "CREATE VIEW other.v AS TABLE svc.seen; CREATE VIEW other.w AS TABLE other.v",
        "view other.v, view other.w",
    ),
];

#[tokio::test]
async fn a_schema_that_others_stand_on_stays_and_they_are_named() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    let svc = service("svc");
    place.bootstrap(Caller::Superuser, &svc).await;
    run(&mut place.session(Caller::Superuser, &svc).await, OBJECTS).await;
    for (statement, named) in DEPENDENTS {
        run(&mut admin, "CREATE SCHEMA other; CREATE DOMAIN other.name AS text").await;
        run(&mut admin, statement).await;
        let before = dump(&place, Caller::Superuser).await;
        let error = decommission(&mut admin, &svc).await.expect_err(statement);
        let DecommissionError::DependentsOutside { dependents, .. } = &error else {
            panic!("{statement}: {error}")
        };
        assert_eq!(dependents.join(", "), named, "{statement}");
        assert_eq!(dump(&place, Caller::Superuser).await, before);
        let clear = "DROP EVENT TRIGGER IF EXISTS watch; DROP FUNCTION IF EXISTS svc.watch();
                     DROP SCHEMA other CASCADE; DROP EXTENSION IF EXISTS citext";
        run(&mut admin, clear).await;
    }
    assert_eq!(decommissioned(&place, Caller::Superuser, &svc).await.role_stays, None);
}

#[tokio::test]
async fn what_the_role_owns_elsewhere_is_listed_and_handed_over() {
    let place = Place::new().await;
    for caller in CALLERS {
        let mut admin = place.admin(caller).await;
        let svc = service("svc");
        place.bootstrap(caller, &svc).await;
        run(
            &mut admin,
            "CREATE SCHEMA extra AUTHORIZATION svc; CREATE TABLE extra.kept (id int);
             ALTER TABLE extra.kept OWNER TO svc",
        )
        .await;
        let done = decommissioned(&place, caller, &svc).await;
        assert_eq!(done.leaving.handed_over, ["schema extra", "table extra.kept"], "{caller:?}");
        let owner = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'kept'";
        let caller_name = asked(&mut place.caller(caller).await, "SELECT current_user").await;
        assert_eq!(asked(&mut admin, owner).await, caller_name);
        assert_eq!(asked(&mut admin, "SELECT to_regrole('svc')").await, "null");
        run(&mut admin, "DROP SCHEMA extra CASCADE").await;
    }
}

#[tokio::test]
async fn privileges_policies_and_memberships_are_listed_and_taken_back() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    let svc = service("svc");
    let closed = Service { close_database: true, ..svc.clone() };
    run(
        &mut admin,
        "CREATE ROLE staff; CREATE SCHEMA other; CREATE TABLE other.t (id int);
         ALTER TABLE other.t ENABLE ROW LEVEL SECURITY; REVOKE ALL ON DATABASE \"Shared 1\" FROM PUBLIC",
    )
    .await;
    let before = dump(&place, Caller::Superuser).await;
    place.bootstrap(Caller::Superuser, &closed).await;
    run(
        &mut admin,
        "GRANT SELECT ON other.t TO svc; GRANT staff TO svc;
         CREATE POLICY mine ON other.t TO svc USING (true);
         ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO svc",
    )
    .await;
    let done = decommissioned(&place, Caller::Superuser, &svc).await;
    assert_eq!(done.role_stays, None);
    assert_eq!(done.leaving.member_of, ["staff"]);
    assert_eq!(
        done.leaving.privileges,
        [
            "privileges for database Shared 1",
            "privileges for default privileges on new relations belonging to role postgres in schema other",
            "privileges for table other.t",
            "the roles of policy mine on table other.t",
        ]
    );
    assert_eq!(dump(&place, Caller::Superuser).await, before);
}

#[tokio::test]
async fn a_role_that_has_something_in_another_database_stays_there() {
    let place = Place::new().await;
    let svc = service("svc");
    for caller in [Caller::Superuser, Caller::Owner] {
        let mut admin = place.admin(caller).await;
        migrate_core::target::bootstrap(&mut admin, &svc).await.expect("it is bootstrapped");
    }
    let done = decommissioned(&place, Caller::Superuser, &svc).await;
    let databases = vec!["owned".to_owned()];
    assert_eq!(done.role_stays, Some(RoleStays::Elsewhere { databases }));
    assert_eq!((done.leaving.elsewhere[0].owned, done.leaving.elsewhere[0].privileges), (1, 0));
    let mut admin = place.admin(Caller::Owner).await;
    let schema = "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'svc'";
    assert_eq!(asked(&mut admin, schema).await, "svc");
    let path = asked(
        &mut place.session(Caller::Owner, &svc).await,
        "SELECT current_setting('search_path')",
    )
    .await;
    assert_eq!(path, "svc");

    let again = decommissioned(&place, Caller::Superuser, &svc).await;
    assert_eq!(again.leaving.contents, []);
    let done = decommission(&mut admin, &svc).await.expect("it goes");
    assert_eq!(done.role_stays, None);
    assert_eq!(asked(&mut admin, "SELECT to_regrole('svc')").await, "null");
}

#[tokio::test]
async fn a_role_stays_while_somebody_else_has_granted_it_something() {
    let place = Place::new().await;
    let svc = service("svc");
    place.bootstrap(Caller::Deploy, &svc).await;
    let mut admin = place.admin(Caller::Deploy).await;
    run(&mut admin, "GRANT CONNECT ON DATABASE \"Shared 1\" TO svc").await;
    let memberships = "SELECT string_agg(m::text, ' ' ORDER BY m::text) FROM pg_auth_members m";
    let before = asked(&mut admin, memberships).await;
    let done = decommissioned(&place, Caller::Deploy, &svc).await;
    let privileges = vec!["privileges for database Shared 1".to_owned()];
    assert_eq!(done.role_stays, Some(RoleStays::Granted { privileges }));
    assert_eq!(asked(&mut admin, memberships).await, before);
    assert_eq!(asked(&mut admin, "SELECT to_regnamespace('svc')").await, "null");
    assert_eq!(decommissioned(&place, Caller::Superuser, &svc).await.role_stays, None);
}

#[tokio::test]
async fn a_schema_of_somebody_else_and_the_own_role_are_refused() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    run(&mut admin, "CREATE SCHEMA svc; CREATE TABLE svc.t ()").await;
    place.bootstrap(Caller::Superuser, &service("svc")).await;
    let error = decommission(&mut admin, &service("svc")).await.expect_err("it isn't its own");
    assert!(error.to_string().contains("belongs to `postgres`"), "{error}");
    assert_eq!(asked(&mut admin, "SELECT to_regclass('svc.t') IS NULL").await, "false");
    let mut session = place.session(Caller::Superuser, &service("svc")).await;
    let error = decommission(&mut session, &Service::new("svc", "none")).await;
    assert!(matches!(error, Err(DecommissionError::OwnRole { .. })), "{error:?}");
    session.close().await.expect("the session ends");
}

#[tokio::test]
async fn what_a_schema_stands_on_and_what_only_mentions_it_is_in_nobodys_way() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    run(
        &mut admin,
        "CREATE SCHEMA other; CREATE TYPE other.mood AS ENUM ('good');
         CREATE TABLE other.t (id int PRIMARY KEY, mood other.mood);
         CREATE FUNCTION other.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE PUBLICATION news",
    )
    .await;
    let before = dump(&place, Caller::Superuser).await;
    let svc = service("svc");
    place.bootstrap(Caller::Superuser, &svc).await;
    run(
        &mut admin,
        "CREATE TABLE svc.t (id int PRIMARY KEY REFERENCES other.t, mood other.mood, note text);
         CREATE VIEW svc.v AS TABLE other.t;
         CREATE TRIGGER f AFTER INSERT ON svc.t EXECUTE FUNCTION other.f();
         CREATE EXTENSION citext SCHEMA svc; CREATE TABLE svc.named (name svc.citext);
         CREATE TABLE svc.child () INHERITS (other.t);
         CREATE FUNCTION svc.g(other.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
         ALTER PUBLICATION news ADD TABLE svc.t",
    )
    .await;
    let listed = leaving(&mut admin, &svc).await.expect("it is listed");
    assert_eq!(listed.dependents, [""; 0]);
    decommissioned(&place, Caller::Superuser, &svc).await;
    assert_eq!(dump(&place, Caller::Superuser).await, before);
}

#[tokio::test]
async fn a_view_that_comes_while_a_service_goes_keeps_the_schema() {
    let place = Place::new().await;
    let svc = service("svc");
    place.bootstrap(Caller::Deploy, &svc).await;
    run(&mut place.session(Caller::Deploy, &svc).await, OBJECTS).await;
    let mut admin = place.admin(Caller::Deploy).await;
    run(&mut admin, "CREATE SCHEMA other; BEGIN; CREATE VIEW other.v AS TABLE svc.author").await;
    let mut connection = place.caller(Caller::Deploy).await;
    let going = tokio::spawn(async move { decommission(&mut connection, &svc).await });
    let waiting =
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation')";
    while asked(&mut admin, waiting).await == "false" {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    run(&mut admin, "COMMIT").await;
    let error = going.await.expect("it ends").expect_err("the view is there");
    let DecommissionError::DependentsOutside { dependents, .. } = &error else { panic!("{error}") };
    assert_eq!(*dependents, ["view other.v"]);
    assert_eq!(asked(&mut admin, "SELECT count(*) FROM other.v").await, "10");
}

#[tokio::test]
async fn a_service_that_is_at_work_stays_whole() {
    let place = Place::new().await;
    let svc = service("svc");
    place.bootstrap(Caller::Superuser, &svc).await;
    let mut session = place.session(Caller::Superuser, &svc).await;
    run(&mut session, OBJECTS).await;
    let before = dump(&place, Caller::Superuser).await;
    run(&mut session, "BEGIN; TABLE author").await;
    let mut admin = place.admin(Caller::Superuser).await;
    run(&mut admin, "SET lock_timeout = '100ms'").await;
    assert_eq!(leaving(&mut admin, &svc).await.expect("it is listed").sessions, 1);
    let error = decommission(&mut admin, &svc).await.expect_err("its table is in use");
    assert!(matches!(error, DecommissionError::InUse { .. }), "{error}");
    assert_eq!(dump(&place, Caller::Superuser).await, before);
}

#[tokio::test]
async fn decommissions_at_once_all_succeed() {
    let place = Place::new().await;
    let services = ["one", "two", "three"].map(service);
    for service in &services {
        place.bootstrap(Caller::Deploy, service).await;
    }
    let mut runs = tokio::task::JoinSet::new();
    for number in 0..12 {
        let service = services[number % services.len()].clone();
        let mut connection = place.caller(Caller::Deploy).await;
        runs.spawn(async move { decommission(&mut connection, &service).await });
    }
    let outcomes = runs.join_all().await;
    let with_work = outcomes.iter().filter(|outcome| {
        let done = outcome.as_ref().unwrap_or_else(|error| panic!("{error}: {:?}", cause(error)));
        !done.statements.is_empty()
    });
    assert_eq!(with_work.count(), 3);
}

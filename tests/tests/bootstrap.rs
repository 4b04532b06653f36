//! Services that share a database: how they come, what keeps them apart, and how they go.
//!
//! Each test runs on a server of its own, where services log in with their passwords.

#[path = "bootstrap/decommission.rs"]
mod decommission;
#[path = "bootstrap/isolation.rs"]
mod isolation;
#[path = "bootstrap/place.rs"]
mod place;

use migrate_core::target::{
    BootstrapError, Bootstrapped, Password, Service, bootstrap, planned_bootstrap, sync_password,
};
use sqlx::{Connection, PgConnection};

use place::{CALLERS, Caller, PASSWORD, Place, asked, refusal, run, service};

fn statements(outcome: &Bootstrapped) -> Vec<&str> {
    outcome.statements.iter().map(|statement| statement.sql.as_str()).collect()
}

fn differences(outcome: &Bootstrapped) -> Vec<String> {
    outcome.differences.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_service_gets_a_role_with_a_schema_and_a_second_run_makes_no_statement() {
    let place = Place::new().await;
    for caller in CALLERS {
        let name = format!("Svc \"{caller:?}\"");
        let made = place.bootstrap(caller, &service(&name)).await;
        assert_eq!(differences(&made), [""; 0], "{caller:?}");
        assert!(made.statements.len() >= 3, "{:?}", statements(&made));
        let again = place.bootstrap(caller, &service(&name)).await;
        assert_eq!(again, Bootstrapped::default(), "{caller:?}");

        let mut session = place.session(caller, &service(&name)).await;
        run(&mut session, "CREATE TABLE article (id bigint PRIMARY KEY)").await;
        let owner = asked(
            &mut session,
            "SELECT pg_get_userbyid(nspowner) = current_user AND nspname = current_user
             FROM pg_namespace n JOIN pg_class c ON relnamespace = n.oid
             WHERE c.oid = 'article'::regclass",
        );
        assert_eq!(owner.await, "true");
        let path = asked(&mut session, "SELECT current_setting('search_path')").await;
        assert_eq!(path, format!("\"{}\"", name.replace('"', "\"\"")));
        let attributes = asked(
            &mut session,
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
             FROM pg_roles WHERE rolname = current_user",
        );
        assert_eq!(attributes.await, "false");
    }
}

#[tokio::test]
async fn a_plan_names_each_statement_with_its_reason_and_runs_none() {
    let place = Place::new().await;
    for caller in CALLERS {
        let mut connection = place.caller(caller).await;
        let wanted = service("svc");
        let planned = planned_bootstrap(&mut connection, &wanted).await.expect("it is planned");
        assert!(planned.statements.iter().all(|statement| !statement.reason.is_empty()));
        let printed: Vec<String> = planned.statements.iter().map(ToString::to_string).collect();
        assert!(printed[0].starts_with("-- role `svc` is missing\nCREATE ROLE svc LOGIN "));
        assert!(printed[0].contains(" PASSWORD 'SCRAM-SHA-256$4096:"), "{}", printed[0]);
        assert!(!printed.concat().contains("пароль"), "{printed:?}");
        assert_eq!(asked(&mut connection, "SELECT to_regrole('svc')").await, "null");

        for statement in printed {
            run(&mut connection, &statement).await;
        }
        let left = planned_bootstrap(&mut connection, &wanted).await.expect("it is planned");
        assert_eq!(left, Bootstrapped::default(), "{caller:?}");
        place.session(caller, &wanted).await;
        run(&mut place.admin(caller).await, "DROP SCHEMA svc; DROP OWNED BY svc; DROP ROLE svc")
            .await;
    }
}

#[tokio::test]
async fn a_password_of_any_signs_logs_in_and_no_log_shows_it() {
    let place = Place::new().await;
    let service = service("svc");
    place.bootstrap(Caller::Deploy, &service).await;
    let mut session = place.session(Caller::Deploy, &service).await;
    assert_eq!(asked(&mut session, "SELECT current_user").await, "svc");
    let mut deploy = place.caller(Caller::Deploy).await;
    sync_password(&mut deploy, &service).await.expect("it is set");
    place.session(Caller::Deploy, &service).await;
    let log = place.log();
    assert!(log.contains("CREATE ROLE svc LOGIN") && log.contains("ALTER ROLE svc PASSWORD"));
    let shown: Vec<&str> =
        log.lines().filter(|line| line.contains("p@:/") || line.contains("пароль")).collect();
    assert_eq!(shown, [""; 0]);
    assert!(!format!("{service:?}").contains("пароль"));
}

#[tokio::test]
async fn the_password_of_a_role_changes_only_when_that_is_asked_for() {
    let place = Place::new().await;
    for caller in CALLERS {
        let first = service(&format!("svc_{caller:?}"));
        place.bootstrap(caller, &first).await;
        let second = Service {
            password: Some(Password::new("another").expect("it isn't empty")),
            ..first.clone()
        };
        assert_eq!(place.bootstrap(caller, &second).await, Bootstrapped::default());
        place.session(caller, &first).await;
        assert!(place.log_in(caller, &second).await.is_err());

        let mut connection = place.caller(caller).await;
        sync_password(&mut connection, &second).await.expect("it is set");
        place.session(caller, &second).await;
        assert!(place.log_in(caller, &first).await.is_err());
    }
}

#[tokio::test]
async fn a_service_without_a_password_has_none_to_set() {
    let place = Place::new().await;
    let bare = Service::new("svc", "svc");
    let made = place.bootstrap(Caller::Superuser, &bare).await;
    assert!(statements(&made)[0].ends_with("NOCREATEROLE"), "{:?}", statements(&made));
    let outcome = sync_password(&mut place.caller(Caller::Superuser).await, &bare).await;
    assert!(matches!(outcome, Err(BootstrapError::PasswordMissing { .. })), "{outcome:?}");
}

#[tokio::test]
async fn many_bootstraps_at_once_of_one_and_of_several_services_all_succeed() {
    let place = Place::new().await;
    let services = ["one", "two", "three"].map(|name| Service {
        readers: Some("all_readers".into()),
        close_public: true,
        close_database: true,
        settings: [("lock_timeout".to_owned(), "5s".to_owned())].into(),
        ..service(name)
    });
    let mut runs = tokio::task::JoinSet::new();
    for (number, service) in services.iter().cycle().take(24).cloned().enumerate() {
        // Two databases: an advisory lock excludes nobody in the other one.
        let caller = if number % 2 == 0 { Caller::Superuser } else { Caller::Owner };
        let mut connection = match caller {
            Caller::Superuser => place.caller(caller).await,
            _ => place.admin(caller).await,
        };
        runs.spawn(async move { bootstrap(&mut connection, &service).await });
    }
    for outcome in runs.join_all().await {
        let outcome = outcome.unwrap_or_else(|error| panic!("{error}: {:?}", place::cause(&error)));
        assert_eq!(differences(&outcome), [""; 0]);
    }
    for service in &services {
        for caller in [Caller::Superuser, Caller::Owner] {
            let mut admin = place.admin(caller).await;
            let left = bootstrap(&mut admin, service).await.expect("it runs");
            assert_eq!(left, Bootstrapped::default());
            place.session(caller, service).await;
        }
    }
}

#[tokio::test]
async fn a_path_that_a_role_has_in_all_databases_is_left_alone() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    run(&mut admin, "CREATE ROLE svc LOGIN; ALTER ROLE svc SET search_path TO svc, public").await;
    let service = service("svc");
    let outcome = place.bootstrap(Caller::Superuser, &service).await;
    let made = statements(&outcome);
    assert!(!made.iter().any(|statement| statement.contains("search_path")), "{made:?}");
    assert_eq!(differences(&outcome), ["`search_path` of role `svc`: svc, public, wanted: svc"]);
}

#[tokio::test]
async fn settings_that_are_declared_are_kept_and_a_path_that_is_not_is_left_alone() {
    let place = Place::new().await;
    for caller in CALLERS {
        let mut admin = place.admin(caller).await;
        // PostgreSQL lets only a superuser declare a setting that it doesn't know.
        let unknown = (caller == Caller::Superuser).then_some(("app.tenant", "it's, \\ so"));
        let settings = unknown.into_iter().chain([("Lock_Timeout", "3s")]);
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut service =
            Service { settings: settings.collect(), ..service(&format!("svc_{caller:?}")) };
        place.bootstrap(caller, &service).await;
        assert_eq!(place.bootstrap(caller, &service).await, Bootstrapped::default());
        let mut session = place.session(caller, &service).await;
        assert_eq!(asked(&mut session, "SELECT current_setting('lock_timeout')").await, "3s");
        let tenant = asked(&mut session, "SELECT current_setting('app.tenant', true)").await;
        assert_eq!(tenant, unknown.map_or("null", |(_, value)| value));

        let database = asked(&mut admin, "SELECT quote_ident(current_database())").await;
        let hand =
            |value: &str| format!("ALTER ROLE {} IN DATABASE {database} SET {value}", service.role);
        run(&mut admin, &hand("lock_timeout = '9s'")).await;
        run(&mut admin, &hand("search_path = \"Ext\", public")).await;
        let outcome = place.bootstrap(caller, &service).await;
        assert_eq!(statements(&outcome), [hand("\"Lock_Timeout\" = '3s'")]);
        assert_eq!(
            differences(&outcome),
            [format!(
                "`search_path` of role `{0}`: \"Ext\", public, wanted: \"{0}\"",
                service.role.as_str()
            )]
        );

        service.settings.insert("search_path".to_owned(), "svc, \"Ext\"".to_owned());
        let outcome = place.bootstrap(caller, &service).await;
        assert_eq!(statements(&outcome), [hand("search_path = 'svc', 'Ext'")]);
        assert_eq!(place.bootstrap(caller, &service).await, Bootstrapped::default());
        let mut session = place.session(caller, &service).await;
        let path = asked(&mut session, "SELECT current_setting('search_path')").await;
        assert_eq!(path, "svc, \"Ext\"");
    }
}

#[tokio::test]
async fn readers_read_the_tables_that_are_there_and_those_that_come() {
    let place = Place::new().await;
    for caller in CALLERS {
        let plain = service(&format!("svc_{caller:?}"));
        place.bootstrap(caller, &plain).await;
        let mut session = place.session(caller, &plain).await;
        run(&mut session, "CREATE TABLE early (id int); CREATE VIEW seen AS TABLE early").await;

        let readers = format!("readers_{caller:?}");
        let read = Service { readers: Some(readers.clone().into()), ..plain.clone() };
        let made = place.bootstrap(caller, &read).await;
        assert_eq!(differences(&made), [""; 0]);
        assert_eq!(place.bootstrap(caller, &read).await, Bootstrapped::default());
        run(&mut session, "CREATE TABLE late (id int)").await;

        let reader = service(&format!("reader_{caller:?}"));
        place.bootstrap(caller, &reader).await;
        let mut reading = place.session(caller, &reader).await;
        let schema = &plain.schema;
        let early = format!("TABLE {schema}.early");
        assert_eq!(refusal(&mut reading, &early).await, "42501");
        run(&mut place.admin(caller).await, &format!("GRANT \"{readers}\" TO {}", reader.role))
            .await;
        for table in ["early", "seen", "late"] {
            run(&mut reading, &format!("TABLE {schema}.{table}")).await;
        }
        let insert = format!("INSERT INTO {schema}.late VALUES (1)");
        assert_eq!(refusal(&mut reading, &insert).await, "42501");
        assert_eq!(refusal(&mut reading, &format!("CREATE TABLE {schema}.x ()")).await, "42501");
    }
}

#[tokio::test]
async fn public_and_the_database_are_closed_by_whoever_may_and_reported_by_whoever_may_not() {
    let place = Place::new().await;
    for caller in CALLERS {
        let mut admin = place.admin(caller).await;
        run(&mut admin, "GRANT CREATE ON SCHEMA public TO PUBLIC").await;
        let name = format!("svc_{caller:?}");
        let service = Service { close_public: true, close_database: true, ..service(&name) };
        let open = format!("has_schema_privilege('{}', 'public', 'CREATE')", service.role.as_str());
        let connect = "has_database_privilege('probe', current_database(), 'CONNECT')";
        if caller == Caller::Deploy {
            run(&mut admin, "GRANT ALL ON DATABASE \"Shared 1\" TO PUBLIC").await;
            let outcome = place.bootstrap(caller, &service).await;
            let whats: Vec<&str> =
                outcome.differences.iter().map(|difference| difference.what.as_str()).collect();
            let wanted = ["privileges on schema `public`", "privileges on database `Shared 1`"];
            assert_eq!(whats, wanted);
            assert_eq!(asked(&mut admin, &format!("SELECT {open}")).await, "true");
            assert_eq!(asked(&mut admin, &format!("SELECT {connect}")).await, "true");
            continue;
        }
        let outcome = place.bootstrap(caller, &service).await;
        assert_eq!(differences(&outcome), [""; 0]);
        let last = outcome.statements.last().expect("there are some");
        assert!(last.sql.starts_with("REVOKE ALL ON DATABASE"), "{last}");
        assert!(last.reason.contains("keeps out `deploy`"), "{last}");
        assert_eq!(place.bootstrap(caller, &service).await, Bootstrapped::default());
        assert_eq!(asked(&mut admin, &format!("SELECT {open}")).await, "false");
        assert_eq!(asked(&mut admin, &format!("SELECT {connect}")).await, "false");
        let mut session = place.session(caller, &service).await;
        assert_eq!(refusal(&mut session, "CREATE TEMP TABLE scratch ()").await, "42501");
    }
}

#[tokio::test]
async fn a_database_that_was_closed_by_hand_lets_the_service_in() {
    let place = Place::new().await;
    for caller in CALLERS {
        let mut admin = place.admin(caller).await;
        let database = asked(&mut admin, "SELECT quote_ident(current_database())").await;
        run(&mut admin, &format!("REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")).await;
        run(&mut admin, &format!("GRANT CONNECT ON DATABASE {database} TO deploy")).await;
        let service = service(&format!("svc_{caller:?}").to_lowercase());
        let outcome = place.bootstrap(caller, &service).await;
        let wanted = format!("GRANT CONNECT ON DATABASE {database} TO {}", service.role);
        if caller == Caller::Deploy {
            assert!(!statements(&outcome).contains(&wanted.as_str()));
            assert_eq!(outcome.differences[0].wanted, "CONNECT for the role");
            continue;
        }
        assert!(statements(&outcome).contains(&wanted.as_str()), "{:?}", statements(&outcome));
        place.session(caller, &service).await;
        assert_eq!(place.bootstrap(caller, &service).await, Bootstrapped::default());
    }
}

#[tokio::test]
async fn tables_of_others_that_readers_do_not_see_are_reported() {
    let place = Place::new().await;
    let read = Service { readers: Some("readers".into()), ..service("svc") };
    place.bootstrap(Caller::Deploy, &read).await;
    let mut admin = place.admin(Caller::Deploy).await;
    run(&mut admin, "CREATE TABLE svc.foreign_one ()").await;
    let outcome = place.bootstrap(Caller::Deploy, &read).await;
    assert_eq!(statements(&outcome), [""; 0]);
    assert_eq!(
        differences(&outcome),
        ["tables that members of `readers` can't read, and others own: `svc.foreign_one`, \
          wanted: owner `svc`"]
    );
}

#[tokio::test]
async fn a_session_that_has_taken_another_role_keeps_it() {
    let place = Place::new().await;
    let mut connection = place.admin(Caller::Deploy).await;
    run(&mut connection, "SET ROLE deploy").await;
    let read = Service { readers: Some("readers".into()), ..service("svc") };
    let outcome = bootstrap(&mut connection, &read).await.expect("deploy may");
    assert!(statements(&outcome).iter().any(|sql| sql.starts_with("SET ROLE svc;")));
    assert_eq!(asked(&mut connection, "SELECT current_user").await, "deploy");
    let again = bootstrap(&mut connection, &read).await.expect("deploy may");
    assert_eq!(again, Bootstrapped::default());
}

#[tokio::test]
async fn a_revoke_without_effect_is_reported() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    run(
        &mut admin,
        "CREATE ROLE granter; GRANT ALL ON SCHEMA public TO granter WITH GRANT OPTION;
         SET ROLE granter; GRANT CREATE ON SCHEMA public TO PUBLIC; RESET ROLE",
    )
    .await;
    let service = Service { close_public: true, ..service("svc") };
    let outcome = place.bootstrap(Caller::Superuser, &service).await;
    let found: Vec<&str> = outcome.differences.iter().map(|it| it.found.as_str()).collect();
    assert_eq!(found, ["`REVOKE CREATE ON SCHEMA public FROM PUBLIC` had no effect"]);
}

#[tokio::test]
async fn what_is_otherwise_than_wanted_is_reported_and_left() {
    let place = Place::new().await;
    for caller in CALLERS {
        let mut admin = place.admin(caller).await;
        let name = format!("svc_{caller:?}").to_lowercase();
        let member = format!("member_of_{name}");
        run(
            &mut admin,
            &format!(
                "CREATE ROLE {name} SUPERUSER CREATEROLE NOLOGIN; CREATE ROLE {member} IN ROLE {name};
                 CREATE SCHEMA {name}; CREATE ROLE r_{name} LOGIN"
            ),
        )
        .await;
        if caller != Caller::Superuser {
            // Only a superuser may change what a superuser is.
            run(
                &mut admin,
                &format!("ALTER ROLE {name} NOSUPERUSER; {}", administered(&name, caller)),
            )
            .await;
        }
        let service = Service { readers: Some(format!("r_{name}").into()), ..service(&name) };
        let outcome = place.bootstrap(caller, &service).await;
        let mut wanted = vec![
            format!("attributes of role `{name}`: CREATEROLE, wanted: NOCREATEROLE"),
            format!("attributes of role `{name}`: NOLOGIN, wanted: LOGIN"),
            format!("roles that can become `{name}`: `{member}`, wanted: none"),
            format!("owner of schema `{name}`: `postgres`, wanted: `{name}`"),
            format!("attributes of role `r_{name}`: LOGIN, wanted: NOLOGIN"),
        ];
        if caller == Caller::Superuser {
            let powers = format!("attributes of role `{name}`: SUPERUSER, wanted: NOSUPERUSER");
            wanted.insert(0, powers);
        }
        assert_eq!(differences(&outcome), wanted, "{caller:?}");
        let again = place.bootstrap(caller, &service).await;
        assert_eq!((statements(&again), differences(&again)), (vec![], wanted), "{caller:?}");
    }
}

/// Since PostgreSQL 16 `CREATEROLE` alone is no right to change a role that somebody else made.
fn administered(role: &str, caller: Caller) -> String {
    let caller = if caller == Caller::Owner { "owner" } else { "deploy" };
    format!("GRANT {role} TO {caller} WITH ADMIN OPTION")
}

#[tokio::test]
async fn a_caller_without_the_rights_is_told_what_to_do_and_nothing_is_left() {
    let place = Place::new().await;
    let mut admin = place.admin(Caller::Superuser).await;
    run(&mut admin, "REVOKE CREATE ON DATABASE \"Shared 1\" FROM deploy").await;
    let mut deploy: PgConnection = place.caller(Caller::Deploy).await;
    let error = bootstrap(&mut deploy, &service("svc")).await.expect_err("it may not");
    assert!(error.to_string().contains("`CREATE SCHEMA svc AUTHORIZATION svc`"), "{error}");
    assert!(error.to_string().contains("CREATEROLE, CREATE on the database"), "{error}");
    assert_eq!(asked(&mut deploy, "SELECT to_regrole('svc')").await, "null");
    run(&mut admin, "ALTER ROLE deploy NOCREATEROLE").await;
    let error = bootstrap(&mut deploy, &service("svc")).await.expect_err("it may not");
    assert!(error.to_string().contains("CREATE ROLE svc"), "{error}");
    assert!(!error.to_string().contains("SCRAM"), "{error}");
    assert!(!error.to_string().contains(PASSWORD), "{error}");
    deploy.close().await.expect("the session ends");
}

#[tokio::test]
async fn whoever_bootstraps_may_make_things_in_the_schema_for_the_service() {
    let place = Place::new().await;
    for caller in CALLERS {
        place.bootstrap(caller, &service("svc")).await;
        let mut connection = place.caller(caller).await;
        run(&mut connection, "CREATE TABLE svc.article (id bigint)").await;
        run(&mut connection, "ALTER TABLE svc.article OWNER TO svc").await;
        run(
            &mut place.admin(caller).await,
            "DROP SCHEMA svc CASCADE; DROP OWNED BY svc; DROP ROLE svc",
        )
        .await;
    }
}

//! A server where services log in with passwords, and a database that they share.

use migrate_core::postgres::{Binaries, ThrowawayServer};
use migrate_core::target::{Bootstrapped, Password, Service, bootstrap};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

/// Who bootstraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// The superuser.
    Superuser,
    /// A role that may make roles, and schemas in the database, and no more.
    Deploy,
    /// The same, which owns the database.
    Owner,
}

pub(super) const CALLERS: [Caller; 3] = [Caller::Superuser, Caller::Deploy, Caller::Owner];

/// What the services of these tests log in with.
pub(super) const PASSWORD: &str = "p@:/%'\"\\ ⅸ пароль";

pub(super) struct Place {
    pub(super) server: ThrowawayServer,
}

impl Place {
    /// A server whose database `Shared 1` has room for services.
    pub(super) async fn new() -> Self {
        let binaries = Binaries::find(None).expect("the tests need PostgreSQL's server programs");
        let settings = [("log_statement", "all"), ("max_prepared_transactions", "0")];
        let server = ThrowawayServer::start_with(&binaries, &settings).await;
        let place = Self { server: server.expect("a server starts") };
        let mut postgres = place.server.connect_options().connect().await.expect("it is there");
        for sql in [
            "CREATE ROLE deploy LOGIN CREATEROLE",
            "CREATE ROLE owner LOGIN CREATEROLE",
            "CREATE ROLE probe LOGIN",
            "CREATE DATABASE \"Shared 1\"",
            "CREATE DATABASE owned OWNER owner",
            "GRANT CREATE ON DATABASE \"Shared 1\" TO deploy",
        ] {
            run(&mut postgres, sql).await;
        }
        let mut owned = place.admin(Caller::Owner).await;
        run(&mut owned, "ALTER SCHEMA public OWNER TO owner").await;
        place.demand_passwords(&mut postgres).await;
        place
    }

    /// Everybody but those who bootstrap needs a password from now on.
    async fn demand_passwords(&self, postgres: &mut PgConnection) {
        let file = asked(postgres, "SELECT current_setting('hba_file')").await;
        run(
            postgres,
            &format!(
                "COPY (VALUES ('local all postgres,deploy,owner trust'), ('local all all scram-sha-256'))
                 TO '{file}'; SELECT pg_reload_conf()"
            ),
        )
        .await;
        let probe = self.server.connect_options().username("probe");
        while probe.connect().await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    fn options(&self, caller: Caller) -> PgConnectOptions {
        let options = self.server.connect_options();
        match caller {
            Caller::Superuser => options.database("Shared 1"),
            Caller::Deploy => options.database("Shared 1").username("deploy"),
            Caller::Owner => options.database("owned").username("owner"),
        }
    }

    pub(super) async fn caller(&self, caller: Caller) -> PgConnection {
        self.options(caller).connect().await.expect("the server takes connections")
    }

    /// The superuser in the database of the caller.
    pub(super) async fn admin(&self, caller: Caller) -> PgConnection {
        let options = self.options(caller).username("postgres");
        options.connect().await.expect("the server takes connections")
    }

    /// A session of the service itself, with its password.
    pub(super) async fn log_in(
        &self,
        caller: Caller,
        service: &Service,
    ) -> Result<PgConnection, sqlx::Error> {
        let password = service.password.as_ref().expect("it has one");
        let options = self.options(caller).username(service.role.as_str());
        options.password(password.reveal()).connect().await
    }

    pub(super) async fn session(&self, caller: Caller, service: &Service) -> PgConnection {
        self.log_in(caller, service).await.expect("the service logs in")
    }

    pub(super) async fn bootstrap(&self, caller: Caller, service: &Service) -> Bootstrapped {
        let mut connection = self.caller(caller).await;
        let outcome = bootstrap(&mut connection, service).await;
        connection.close().await.expect("the session ends");
        outcome.unwrap_or_else(|error| panic!("{caller:?}: {error}: {:?}", cause(&error)))
    }

    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.server.log_path()).expect("the server has a log")
    }
}

pub(super) fn cause(error: &dyn std::error::Error) -> Option<String> {
    error.source().map(ToString::to_string)
}

/// A service with a password; its schema has its name.
pub(super) fn service(name: &str) -> Service {
    let password = Password::new(PASSWORD).expect("it isn't empty");
    Service { password: Some(password), ..Service::new(name, name) }
}

pub(super) async fn run(connection: &mut PgConnection, sql: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    done.unwrap_or_else(|error| panic!("`{sql}`: {error}"));
}

/// The code of the error with which the server refuses a statement.
pub(super) async fn refusal(connection: &mut PgConnection, sql: &str) -> String {
    match sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await {
        Ok(_) => panic!("`{sql}` runs"),
        Err(error) => {
            let error = error.into_database_error().expect("the server's answer");
            error.code().expect("a code").into_owned()
        }
    }
}

/// The first column of the first row.
pub(super) async fn asked(connection: &mut PgConnection, sql: &str) -> String {
    let sql = format!("SELECT coalesce(({sql})::text, 'null')");
    let answer = sqlx::query_scalar(AssertSqlSafe(sql.clone())).fetch_one(connection).await;
    answer.unwrap_or_else(|error| panic!("`{sql}`: {error}"))
}

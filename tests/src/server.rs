//! A throw-away server for each test process.

use migrate_core::postgres::{Binaries, ScratchDatabase, ScratchServer};
use migrate_core::target::Target;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;

static SERVER: OnceCell<ScratchServer> = OnceCell::const_new();

/// The server of this process.
///
/// # Panics
/// Where no PostgreSQL can be started.
pub async fn server() -> &'static ScratchServer {
    SERVER
        .get_or_init(async || {
            ScratchServer::launch(None).await.expect("the tests need PostgreSQL's server programs")
        })
        .await
}

/// The major version of the server.
///
/// # Panics
/// Where no PostgreSQL is found.
pub fn major() -> u16 {
    Binaries::find(None).expect("the tests need PostgreSQL's server programs").major
}

/// A session as revisions expect it.
///
/// # Panics
/// Where the server is gone.
pub async fn connect(database: &ScratchDatabase) -> PgConnection {
    Target::new(database.options(), "public").connect().await.expect("the server takes connections")
}

/// Runs statements.
///
/// # Panics
/// Where PostgreSQL refuses them.
pub async fn execute(database: &ScratchDatabase, sql: &str) {
    let mut connection = connect(database).await;
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await
    {
        panic!("{error}\n{sql}");
    }
    connection.close().await.expect("the session ends");
}

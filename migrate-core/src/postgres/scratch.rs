//! The server that scratch databases are made on: a throw-away one, or one that is there.

use std::sync::Arc;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, PgConnection};

use super::binaries::Binaries;
use super::scratch_database::{ScratchDatabase, connect, sweep};
use super::scratch_error::ScratchError;
use super::throwaway::ThrowawayServer;

/// Makes the missing roles of a list, in its order.
const MISSING_ROLES: &str = "
    SELECT name, format('CREATE ROLE %I NOLOGIN', name)
    FROM unnest($1::text[]) AS name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
    GROUP BY name
    ORDER BY name";

/// A server for scratch databases. A clone is the same server, which lives as long as one of its
/// clones or databases.
#[derive(Debug, Clone)]
pub struct ScratchServer {
    place: Arc<Place>,
    major: u16,
}

/// Whose server it is.
#[derive(Debug)]
pub(super) enum Place {
    /// Ours: it goes away with all its databases.
    Throwaway(ThrowawayServer),
    /// Somebody's, who sees what we leave there.
    Remote(Box<PgConnectOptions>),
}

impl Place {
    pub(super) fn options(&self) -> PgConnectOptions {
        match self {
            Self::Throwaway(server) => server.connect_options(),
            Self::Remote(options) => PgConnectOptions::clone(options),
        }
    }
}

impl ScratchServer {
    /// Starts a throw-away server, of one major version if given.
    pub async fn launch(major: Option<u16>) -> Result<Self, ScratchError> {
        let binaries = Binaries::find(major)?;
        Ok(ThrowawayServer::start(&binaries).await?.into())
    }

    /// Uses the server of these options, and removes what dead processes of this machine left
    /// there. The role needs `CREATEDB`.
    pub async fn remote(options: PgConnectOptions) -> Result<Self, ScratchError> {
        let mut connection = connect(&options).await?;
        let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int")
            .fetch_one(&mut connection)
            .await
            .map_err(ScratchError::server_refused("read the version"))?;
        sweep(&mut connection).await?;
        let major = u16::try_from(version / 10_000).unwrap_or(u16::MAX);
        Ok(Self { place: Arc::new(Place::Remote(Box::new(options))), major })
    }

    /// The major version of PostgreSQL, as 17.
    pub fn major(&self) -> u16 {
        self.major
    }

    /// Creates an empty database.
    pub async fn create(&self) -> Result<ScratchDatabase, ScratchError> {
        ScratchDatabase::create(&self.place, "template0", self.strategy()).await
    }

    /// Creates a copy of a scratch database of this server. The source must have no connection:
    /// the server waits some seconds for one that is just closing, then refuses.
    pub async fn clone_of(
        &self,
        source: &ScratchDatabase,
    ) -> Result<ScratchDatabase, ScratchError> {
        let copy = ScratchDatabase::create(&self.place, source.name(), self.strategy()).await?;
        Ok(copy.seen_from(source.schema()))
    }

    /// Makes sure that roles exist which revisions refer to. On a throw-away server missing ones
    /// are made, without login; on another server they are an error.
    pub async fn ensure_roles(&self, roles: &[String]) -> Result<(), ScratchError> {
        let options = self.place.options();
        let mut connection = connect(&options).await?;
        let missing = missing_roles(&mut connection, roles).await?;
        match &*self.place {
            Place::Throwaway(_) => create_roles(&mut connection, missing).await,
            Place::Remote(_) if missing.is_empty() => Ok(()),
            Place::Remote(_) => {
                let roles = missing.into_iter().map(|(role, _)| role).collect();
                Err(ScratchError::RolesMissing { roles })
            }
        }
    }

    /// Copying files is fastest where nothing waits for a disk. On a real server it would force
    /// two checkpoints, so that one decides itself.
    fn strategy(&self) -> &'static str {
        match &*self.place {
            Place::Throwaway(_) if self.major >= 15 => " STRATEGY FILE_COPY",
            Place::Throwaway(_) | Place::Remote(_) => "",
        }
    }
}

impl From<ThrowawayServer> for ScratchServer {
    fn from(server: ThrowawayServer) -> Self {
        Self { major: server.major(), place: Arc::new(Place::Throwaway(server)) }
    }
}

/// The roles that are missing, each with the statement that makes it.
async fn missing_roles(
    connection: &mut PgConnection,
    roles: &[String],
) -> Result<Vec<(String, String)>, ScratchError> {
    sqlx::query_as(MISSING_ROLES)
        .bind(roles)
        .fetch_all(connection)
        .await
        .map_err(ScratchError::server_refused("look for roles"))
}

async fn create_roles(
    connection: &mut PgConnection,
    missing: Vec<(String, String)>,
) -> Result<(), ScratchError> {
    for (_, sql) in missing {
        match sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await {
            Err(error) if !is_duplicate(&error) => {
                return Err(ScratchError::server_refused("create a role")(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Another task may have made the role since it was looked for.
fn is_duplicate(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    matches!(code.as_deref(), Some("42710" | "23505"))
}

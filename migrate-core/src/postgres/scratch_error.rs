//! Why a scratch database could not be had.

use super::launch_error::LaunchError;

/// Why a scratch database could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The throw-away server for it didn't start.
    #[error(transparent)]
    Launch(#[from] LaunchError),

    /// No connection to the server or to a scratch database on it.
    #[error("can't connect to database `{database}` on the scratch server")]
    Connect {
        /// The database.
        database: String,
        /// The driver's answer.
        source: sqlx::Error,
    },

    /// The role may not create databases on its server.
    #[error(
        "role `{role}` may not create scratch databases; run `ALTER ROLE \"{role}\" CREATEDB`, or \
         let scratch databases live on another server"
    )]
    CreatedbMissing {
        /// The role that connects.
        role: String,
        /// The server's answer.
        source: sqlx::Error,
    },

    /// A database that is to be copied has other connections.
    #[error(
        "scratch database `{database}` can't be copied while it is in use; close its connections"
    )]
    InUse {
        /// The database to copy.
        database: String,
        /// The server's answer.
        source: sqlx::Error,
    },

    /// Roles are missing on a server where we make none.
    #[error(
        "the server of the scratch databases has no role {}; create what is missing there, or use \
         a throw-away server",
        .roles.iter().map(|role| format!("`{role}`")).collect::<Vec<_>>().join(", ")
    )]
    RolesMissing {
        /// The missing roles, sorted.
        roles: Vec<String>,
    },

    /// The server refused a statement that is about no database.
    #[error("can't {action} on the scratch server")]
    ServerRefused {
        /// What was tried, as a verb.
        action: &'static str,
        /// The server's answer.
        source: sqlx::Error,
    },

    /// The server refused a statement about a scratch database.
    #[error("can't {action} the scratch database `{database}`")]
    Refused {
        /// What was tried, as a verb.
        action: &'static str,
        /// The database it was tried on.
        database: String,
        /// The server's answer.
        source: sqlx::Error,
    },
}

impl ScratchError {
    /// Wraps a driver error with what was tried on the server.
    pub(super) fn server_refused(action: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::ServerRefused { action, source }
    }

    /// Wraps a driver error with what was tried on which database.
    pub(super) fn refused(
        action: &'static str,
        database: &str,
    ) -> impl FnOnce(sqlx::Error) -> Self {
        let database = database.to_owned();
        move |source| Self::Refused { action, database, source }
    }
}

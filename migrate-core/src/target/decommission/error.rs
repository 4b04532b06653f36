//! Why a service could not be decommissioned.

use crate::target::Service;
use crate::target::alone::{Race, sql_state};

/// Why a service could not be decommissioned; nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum DecommissionError {
    /// The transaction could not be begun, read from or committed.
    #[error("the decommission of role `{role}` ended before it was committed; run it again")]
    Interrupted {
        /// The service's role.
        role: String,
        /// The server's answer.
        source: sqlx::Error,
    },

    /// The schema is somebody else's.
    #[error(
        "schema `{schema}` belongs to `{owner}`, not to the service; if it is to go, run \
         `ALTER SCHEMA … OWNER TO` the service's role first"
    )]
    SchemaOfOther {
        /// The schema.
        schema: String,
        /// Its owner.
        owner: String,
    },

    /// The role is the one that is connected.
    #[error("role `{role}` can't decommission itself; connect as another role")]
    OwnRole {
        /// The service's role.
        role: String,
    },

    /// Something outside would go with the schema.
    #[error(
        "schema `{schema}` can't go while others depend on it: {}; change or drop them first",
        .dependents.join(", ")
    )]
    DependentsOutside {
        /// The schema.
        schema: String,
        /// What depends on it, in PostgreSQL's words.
        dependents: Vec<String>,
    },

    /// Sessions hold what is to go.
    #[error("others use what is to go; end the sessions of the service and run it again")]
    InUse {
        /// The server's answer.
        source: sqlx::Error,
    },

    /// The connected role may not do it.
    #[error(
        "may not run `{sql}`; connect as superuser, or as the role that made the service's, after \
         others took back what they granted to it"
    )]
    Denied {
        /// The statement.
        sql: String,
        /// The server's answer.
        source: sqlx::Error,
    },

    /// The server refused a statement for another reason.
    #[error("the server refuses `{sql}`; nothing was changed")]
    Refused {
        /// The statement.
        sql: String,
        /// The server's answer.
        source: sqlx::Error,
    },
}

impl DecommissionError {
    pub(super) fn interrupted(service: &Service) -> impl FnOnce(sqlx::Error) -> Self {
        let role = service.role.as_str().to_owned();
        move |source| Self::Interrupted { role, source }
    }

    pub(super) fn refused(sql: &str) -> impl FnOnce(sqlx::Error) -> Self {
        let sql = sql.to_owned();
        move |source| match sql_state(&source).as_deref() {
            Some("55P03") => Self::InUse { source },
            Some("42501") => Self::Denied { sql, source },
            _ => Self::Refused { sql, source },
        }
    }
}

impl Race for DecommissionError {
    fn server_answer(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Interrupted { source, .. }
            | Self::InUse { source }
            | Self::Denied { source, .. }
            | Self::Refused { source, .. } => Some(source),
            Self::SchemaOfOther { .. } | Self::OwnRole { .. } | Self::DependentsOutside { .. } => {
                None
            }
        }
    }
}

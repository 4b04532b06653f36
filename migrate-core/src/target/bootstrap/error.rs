//! Why a service could not be bootstrapped.

use crate::target::Service;
use crate::target::alone::{Race, sql_state};

/// Why a service could not be bootstrapped.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The transaction that excludes other runs could not be begun.
    #[error(
        "can't begin to bootstrap role `{role}`; the connection may be in a transaction, or another \
         bootstrap of this database be stuck"
    )]
    Begin {
        /// The service's role.
        role: String,
        /// The server's answer.
        source: sqlx::Error,
    },

    /// The catalog could not be read.
    #[error("can't read what there is of role `{role}` and schema `{schema}`")]
    Read {
        /// The service's role.
        role: String,
        /// The service's schema.
        schema: String,
        /// The server's answer.
        source: sqlx::Error,
    },

    /// The connected role may not do it.
    #[error(
        "may not run `{sql}`; connect as superuser, or as a role with CREATEROLE, CREATE on the \
         database and, since PostgreSQL 16, ADMIN OPTION on the roles that exist"
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

    /// What was made could not be committed.
    #[error("can't commit the bootstrap of role `{role}`; run it again")]
    Commit {
        /// The service's role.
        role: String,
        /// The server's answer.
        source: sqlx::Error,
    },

    /// There is no password to set.
    #[error("no password is known for role `{role}`; give the service one")]
    PasswordMissing {
        /// The service's role.
        role: String,
    },
}

impl BootstrapError {
    pub(super) fn begin(service: &Service) -> impl FnOnce(sqlx::Error) -> Self {
        let role = service.role.as_str().to_owned();
        move |source| Self::Begin { role, source }
    }

    pub(super) fn read(service: &Service) -> impl FnOnce(sqlx::Error) -> Self {
        let (role, schema) = (service.role.as_str().to_owned(), service.schema.as_str().to_owned());
        move |source| Self::Read { role, schema, source }
    }

    pub(super) fn refused(sql: &str) -> impl FnOnce(sqlx::Error) -> Self {
        let sql = without_verifier(sql);
        move |source| match sql_state(&source).as_deref() {
            Some("42501") => Self::Denied { sql, source },
            _ => Self::Refused { sql, source },
        }
    }

    pub(super) fn commit(service: &Service) -> impl FnOnce(sqlx::Error) -> Self {
        let role = service.role.as_str().to_owned();
        move |source| Self::Commit { role, source }
    }
}

/// Messages end in more places than passwords should.
fn without_verifier(sql: &str) -> String {
    match sql.split_once(" PASSWORD '") {
        Some((statement, _)) => format!("{statement} PASSWORD '…'"),
        None => sql.to_owned(),
    }
}

impl Race for BootstrapError {
    fn server_answer(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Begin { source, .. }
            | Self::Read { source, .. }
            | Self::Denied { source, .. }
            | Self::Refused { source, .. }
            | Self::Commit { source, .. } => Some(source),
            Self::PasswordMissing { .. } => None,
        }
    }
}

//! Why it could not be said whether a service is isolated.

/// Why it could not be said whether a service is isolated.
#[derive(Debug, thiserror::Error)]
pub enum IsolationError {
    /// There is no such role to check.
    #[error("role `{role}` doesn't exist; bootstrap the service first")]
    RoleMissing {
        /// The service's role.
        role: String,
    },

    /// The catalog could not be read.
    #[error("can't read the privileges of role `{role}`; check the connection and run it again")]
    Read {
        /// The service's role.
        role: String,
        /// The server's answer.
        source: sqlx::Error,
    },
}

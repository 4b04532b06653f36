//! Makes the role and the schema of a service, and says what isn't as the service wants it.
//!
//! The catalog is read first, so that only what is missing runs; a second run makes no statement.

mod compare;
mod error;
mod found;
mod statement;

use sqlx::{AssertSqlSafe, PgConnection};

use crate::model::quote_literal;

use super::{Service, Verifier, alone};

use found::Found;

pub use compare::Bootstrapped;
pub use error::BootstrapError;
pub use statement::{BootstrapStatement, Difference};

/// Makes what is missing, in one transaction; the connection may not be in one.
///
/// It needs a superuser, or a role with `CREATEROLE` that may create in the database. The password
/// is set only where the role is made.
pub async fn bootstrap(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Bootstrapped, BootstrapError> {
    let verifier = service.password.as_ref().map(super::Password::verifier);
    let mut attempt = 1;
    loop {
        match make_missing(conn, service, verifier.as_ref()).await {
            Err(error) if alone::begins_anew(&error, attempt).await => attempt += 1,
            outcome => return outcome,
        }
    }
}

/// What [`bootstrap`] would run and report, without running it.
pub async fn planned_bootstrap(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Bootstrapped, BootstrapError> {
    let verifier = service.password.as_ref().map(super::Password::verifier);
    let mut transaction = alone::begin(conn).await.map_err(BootstrapError::begin(service))?;
    let found = Found::read(&mut transaction, service).await?;
    transaction.rollback().await.map_err(BootstrapError::commit(service))?;
    Ok(compare::compare(service, &found, verifier.as_ref()))
}

/// Sets the password of a role that is there; nothing else ever changes it.
pub async fn sync_password(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<(), BootstrapError> {
    let Some(password) = &service.password else {
        return Err(BootstrapError::PasswordMissing { role: service.role.as_str().to_owned() });
    };
    let verifier = quote_literal(password.verifier().as_str());
    let sql = format!("ALTER ROLE {} PASSWORD {verifier}", service.role);
    let mut attempt = 1;
    loop {
        match run(conn, &sql).await {
            Err(error) if alone::begins_anew(&error, attempt).await => attempt += 1,
            outcome => return outcome,
        }
    }
}

async fn make_missing(
    conn: &mut PgConnection,
    service: &Service,
    verifier: Option<&Verifier>,
) -> Result<Bootstrapped, BootstrapError> {
    let mut transaction = alone::begin(conn).await.map_err(BootstrapError::begin(service))?;
    let found = Found::read(&mut transaction, service).await?;
    let mut outcome = compare::compare(service, &found, verifier);
    for statement in &outcome.statements {
        run(&mut transaction, &statement.sql).await?;
    }
    if !outcome.statements.is_empty() {
        let found = Found::read(&mut transaction, service).await?;
        let left = compare::compare(service, &found, verifier);
        outcome.differences = left.differences;
        outcome.lacks = left.lacks;
        outcome.differences.extend(left.statements.into_iter().map(without_effect));
    }
    transaction.commit().await.map_err(BootstrapError::commit(service))?;
    Ok(outcome)
}

/// PostgreSQL only warns where somebody revokes what somebody else has granted.
fn without_effect(statement: BootstrapStatement) -> Difference {
    Difference {
        what: statement.reason,
        found: format!("`{}` had no effect", statement.sql),
        wanted: "the statement run by whoever granted it".to_owned(),
    }
}

async fn run(conn: &mut PgConnection, sql: &str) -> Result<(), BootstrapError> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await;
    done.map(|_| ()).map_err(BootstrapError::refused(sql))
}

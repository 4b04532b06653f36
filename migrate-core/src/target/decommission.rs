//! Takes a service out of the database it shares: its schema, what it was granted, its role.
//!
//! Nothing else is touched. What stands on the schema elsewhere is named and refused, and what the
//! role owns elsewhere goes to whoever decommissions it.

mod error;
mod leaving;

use sqlx::{AssertSqlSafe, PgConnection};

use crate::catalog::Ident;

use super::{Service, alone};

use leaving::Standing;

pub use error::DecommissionError;
pub use leaving::{ElsewhereHeld, Leaving, LeavingObject};

/// How a decommission ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decommissioned {
    /// What went; with what stayed elsewhere.
    pub leaving: Leaving,
    /// The statements that ran.
    pub statements: Vec<String>,
    /// Why the role stays, where it does.
    pub role_stays: Option<RoleStays>,
}

/// Why a role can't be dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleStays {
    /// It has objects or privileges in other databases.
    Elsewhere {
        /// The databases.
        databases: Vec<String>,
    },
    /// It has privileges that only whoever granted them can take back.
    Granted {
        /// What they are on.
        privileges: Vec<String>,
    },
}

/// What [`decommission`] would take away, and what is in its way.
pub async fn leaving(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Leaving, DecommissionError> {
    let mut transaction =
        alone::begin(conn).await.map_err(DecommissionError::interrupted(service))?;
    let read = leaving::read(&mut transaction, service).await;
    let (leaving, _) = read.map_err(DecommissionError::interrupted(service))?;
    transaction.rollback().await.map_err(DecommissionError::interrupted(service))?;
    Ok(leaving)
}

/// Takes the service away, in one transaction; the connection may not be in one. Where nothing is
/// there, nothing is done.
pub async fn decommission(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Decommissioned, DecommissionError> {
    let mut attempt = 1;
    loop {
        match take_away(conn, service).await {
            Err(error) if alone::begins_anew(&error, attempt).await => attempt += 1,
            outcome => return outcome,
        }
    }
}

async fn take_away(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Decommissioned, DecommissionError> {
    let interrupted = || DecommissionError::interrupted(service);
    let mut transaction = alone::begin(conn).await.map_err(interrupted())?;
    let (leaving, standing) =
        leaving::read(&mut transaction, service).await.map_err(interrupted())?;
    refuse(service, &leaving, &standing)?;
    let mut statements = preparation(service, &leaving, &standing);
    for sql in &statements {
        run(&mut transaction, sql).await?;
    }
    // Nobody can build on the tables any more; somebody may have since they were read.
    let dependents = leaving::dependents(&mut transaction, service).await.map_err(interrupted())?;
    refuse_dependents(service, &dependents)?;
    for sql in removal(service, &leaving, &standing) {
        run(&mut transaction, &sql).await?;
        statements.push(sql);
    }
    let role_stays = role_stays(&mut transaction, service, &leaving).await?;
    if let Some(sql) = farewell(service, &leaving, &standing, role_stays.as_ref()) {
        run(&mut transaction, &sql).await?;
        statements.push(sql);
    }
    transaction.commit().await.map_err(interrupted())?;
    Ok(Decommissioned { leaving, statements, role_stays })
}

fn refuse(
    service: &Service,
    leaving: &Leaving,
    standing: &Standing,
) -> Result<(), DecommissionError> {
    let (role, schema) = (service.role.as_str(), service.schema.as_str());
    if standing.caller == role {
        return Err(DecommissionError::OwnRole { role: role.to_owned() });
    }
    if let Some(owner) = leaving.schema_owner.as_ref().filter(|owner| *owner != role) {
        let (schema, owner) = (schema.to_owned(), owner.clone());
        return Err(DecommissionError::SchemaOfOther { schema, owner });
    }
    refuse_dependents(service, &leaving.dependents)
}

fn refuse_dependents(service: &Service, dependents: &[String]) -> Result<(), DecommissionError> {
    if dependents.is_empty() {
        return Ok(());
    }
    let schema = service.schema.as_str().to_owned();
    Err(DecommissionError::DependentsOutside { schema, dependents: dependents.to_vec() })
}

/// The right to act for the role, and locks on what it has.
fn preparation(service: &Service, leaving: &Leaving, standing: &Standing) -> Vec<String> {
    let role = &service.role;
    let mut statements = Vec::new();
    if lacks_role(leaving, standing) {
        let options = if standing.version >= 160_000 { " WITH INHERIT TRUE, SET TRUE" } else { "" };
        statements.push(format!("GRANT {role} TO CURRENT_USER{options}"));
    }
    let is_own_table = |object: &&LeavingObject| {
        object.kind == "table" && object.owner.as_deref() == Some(role.as_str())
    };
    let tables = leaving.contents.iter().filter(is_own_table);
    let tables: Vec<&str> = tables.map(|object| object.name.as_str()).collect();
    if !tables.is_empty() {
        statements.push(format!("LOCK TABLE {}", tables.join(", ")));
    }
    statements
}

/// Everything but the last statement, which only runs when nothing is left.
fn removal(service: &Service, leaving: &Leaving, standing: &Standing) -> Vec<String> {
    let Service { role, schema, .. } = service;
    let mut statements = Vec::new();
    if leaving.schema_owner.is_some() {
        statements.push(format!("DROP SCHEMA {schema} CASCADE"));
    }
    if !leaving.role_exists {
        return statements;
    }
    // Also where nothing was found: a session of the service may have made something meanwhile,
    // which the next statement would drop. That one is here for what the role was granted.
    statements.push(format!("REASSIGN OWNED BY {role} TO CURRENT_USER"));
    statements.push(format!("DROP OWNED BY {role}"));
    let database = Ident::new(&standing.database);
    statements.push(format!("ALTER ROLE {role} IN DATABASE {database} RESET ALL"));
    statements
}

/// The last statement: the role goes, or the caller gives back what it took for the work.
fn farewell(
    service: &Service,
    leaving: &Leaving,
    standing: &Standing,
    role_stays: Option<&RoleStays>,
) -> Option<String> {
    let role = &service.role;
    if role_stays.is_none() {
        return leaving.role_exists.then(|| format!("DROP ROLE {role}"));
    }
    let what = if standing.version >= 160_000 { "INHERIT OPTION FOR " } else { "" };
    lacks_role(leaving, standing).then(|| format!("REVOKE {what}{role} FROM CURRENT_USER"))
}

/// Whether the caller has to take the service's privileges first.
fn lacks_role(leaving: &Leaving, standing: &Standing) -> bool {
    leaving.role_exists && standing.caller_has_role != Some(true)
}

/// A `REVOKE` by somebody else than who granted is only warned of, so the catalog is asked.
async fn role_stays(
    conn: &mut PgConnection,
    service: &Service,
    leaving: &Leaving,
) -> Result<Option<RoleStays>, DecommissionError> {
    if !leaving.elsewhere.is_empty() {
        let databases = leaving.elsewhere.iter().map(|held| held.database.clone()).collect();
        return Ok(Some(RoleStays::Elsewhere { databases }));
    }
    let left = leaving::references(conn, service).await;
    let left = left.map_err(DecommissionError::interrupted(service))?;
    let privileges: Vec<String> = left.into_iter().map(|(_, description)| description).collect();
    Ok((!privileges.is_empty()).then_some(RoleStays::Granted { privileges }))
}

async fn run(conn: &mut PgConnection, sql: &str) -> Result<(), DecommissionError> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await;
    done.map(|_| ()).map_err(DecommissionError::refused(sql))
}

//! Whether a service can leave its schema, and who else can enter it, as the privileges are.
//!
//! What is harmless is no finding: the use of `public`, schemas that hold an extension, grants to
//! everybody in a schema that the role can't enter. A privilege that comes with a membership is
//! reported as the membership.

mod error;
mod finding;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::QueryAs;
use sqlx::{AssertSqlSafe, Connection, FromRow, PgConnection, Postgres};

use crate::catalog::Ident;

use super::Service;

use finding::{Grant, Shared, who};

pub use error::IsolationError;
pub use finding::Finding;

/// Everything that breaks the isolation of a service in the connected database; any role may ask.
pub async fn isolation(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Vec<Finding>, IsolationError> {
    let role = || service.role.as_str().to_owned();
    match read(conn, service).await {
        Ok(Some(findings)) => Ok(findings),
        Ok(None) => Err(IsolationError::RoleMissing { role: role() }),
        Err(source) => Err(IsolationError::Read { role: role(), source }),
    }
}

/// One snapshot for all queries; none where there is no role.
async fn read(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Option<Vec<Finding>>, sqlx::Error> {
    let mut transaction =
        conn.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    sqlx::raw_sql("SET LOCAL search_path = pg_catalog").execute(&mut *transaction).await?;
    let exists: bool = sqlx::query_scalar("SELECT to_regrole(quote_ident($1)) IS NOT NULL")
        .persistent(false)
        .bind(service.role.as_str())
        .fetch_one(&mut *transaction)
        .await?;
    if !exists {
        return Ok(None);
    }
    let mut findings = powers(&mut transaction, service).await?;
    // A superuser has every privilege; naming them all would hide the one that matters.
    if !findings.iter().any(|finding| finding.close.ends_with(" NOSUPERUSER")) {
        findings.extend(memberships(&mut transaction, service).await?);
        findings.extend(owned(&mut transaction, service).await?);
        findings.extend(granted(&mut transaction, service).await?);
        findings.extend(on_the_server(&mut transaction, service).await?);
        findings.extend(functions(&mut transaction, service).await?);
        findings.extend(default_privileges(&mut transaction, service).await?);
    }
    findings.extend(members(&mut transaction, service).await?);
    findings.extend(visitors(&mut transaction, service).await?);
    transaction.commit().await?;
    Ok(Some(findings))
}

/// A query about the role, `$1`, whose own schemas are `$2`.
fn query<'a, Row>(
    sql: &'static str,
    service: &'a Service,
) -> QueryAs<'a, Postgres, Row, PgArguments>
where
    Row: for<'row> FromRow<'row, PgRow>,
{
    of_role(sql, service).bind(service.schemas())
}

/// A query about the role alone, `$1`.
fn of_role<'a, Row>(
    sql: &'static str,
    service: &'a Service,
) -> QueryAs<'a, Postgres, Row, PgArguments>
where
    Row: for<'row> FromRow<'row, PgRow>,
{
    sqlx::query_as(sql).persistent(false).bind(service.role.as_str())
}

async fn powers(conn: &mut PgConnection, service: &Service) -> Result<Vec<Finding>, sqlx::Error> {
    let powers: Vec<(String,)> =
        of_role(include_str!("isolation/powers.sql"), service).fetch_all(conn).await?;
    let finding = |(power,): (String,)| Finding {
        what: format!("{} is {power}", service.role),
        why: consequence(&power).to_owned(),
        close: format!("ALTER ROLE {} NO{power}", service.role),
    };
    Ok(powers.into_iter().map(finding).collect())
}

/// What an attribute of a role lets it do to others.
fn consequence(power: &str) -> &'static str {
    match power {
        "SUPERUSER" => "no privilege holds it back",
        "BYPASSRLS" => "row security doesn't hold it back",
        "CREATEROLE" => "it makes roles, and up to PostgreSQL 15 it can give itself any other",
        "CREATEDB" => "it makes databases on the server that all share",
        _ => "it reads every database of the server as a replica does",
    }
}

async fn memberships(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Vec<Finding>, sqlx::Error> {
    let memberships: Vec<(String, String, Option<String>)> =
        of_role(include_str!("isolation/memberships.sql"), service).fetch_all(conn).await?;
    let finding = |(other, via, grantor): (String, String, Option<String>)| {
        let by = grantor.map(|grantor| format!(" GRANTED BY {}", Ident::new(grantor)));
        let by = by.unwrap_or_default();
        let (other_role, via) = (Ident::new(&other), Ident::new(via));
        let through = if other_role == via { String::new() } else { format!(" through {via}") };
        Finding {
            what: format!("{} is a member of {other_role}{through}", service.role),
            why: format!("it can do whatever {other_role} can"),
            close: format!("REVOKE {via} FROM {}{by}", service.role),
        }
    };
    Ok(memberships.into_iter().map(finding).collect())
}

async fn owned(conn: &mut PgConnection, service: &Service) -> Result<Vec<Finding>, sqlx::Error> {
    let owned: Vec<(String, String)> =
        query(include_str!("isolation/owned.sql"), service).fetch_all(conn).await?;
    let finding = |(kind, name): (String, String)| Finding {
        what: format!("{} owns {kind} {name} outside of schema {}", service.role, service.schema),
        why: "an owner can change and drop it, and let others use it".to_owned(),
        close: new_owner(&kind, &name),
    };
    Ok(owned.into_iter().map(finding).collect())
}

/// PostgreSQL's words for kinds of objects are those of its statements but for a few, and an
/// extension keeps its owner.
fn new_owner(kind: &str, name: &str) -> String {
    let kind = match kind {
        "extension" => return format!("DROP EXTENSION {name}"),
        "composite type" => "TYPE".to_owned(),
        "foreign-data wrapper" => "FOREIGN DATA WRAPPER".to_owned(),
        "statistics object" => "STATISTICS".to_owned(),
        _ => kind.to_uppercase(),
    };
    format!("ALTER {kind} {name} OWNER TO CURRENT_USER")
}

async fn granted(conn: &mut PgConnection, service: &Service) -> Result<Vec<Finding>, sqlx::Error> {
    let schemas: Vec<Grant> =
        query(include_str!("isolation/schemas.sql"), service).fetch_all(&mut *conn).await?;
    let relations: Vec<Grant> =
        query(include_str!("isolation/relations.sql"), service).fetch_all(&mut *conn).await?;
    let database: Vec<Grant> = of_role(include_str!("isolation/database.sql"), service)
        .bind(service.close_database)
        .fetch_all(conn)
        .await?;
    let role = &service.role;
    let in_schema = |grant: &Grant| {
        let creates = grant.privileges.iter().any(|privilege| privilege == "CREATE");
        let why = if creates {
            format!("{role} makes objects there that others may take for theirs")
        } else {
            format!("{role} calls the functions and uses the types of others there")
        };
        grant.finding("SCHEMA", why)
    };
    let on_relation =
        |grant: &Grant| grant.finding("TABLE", format!("{role} reaches what others own"));
    let on_database = |grant: &Grant| {
        grant.finding("DATABASE", format!("{role} takes room outside of its schema"))
    };
    let schemas = schemas.iter().map(in_schema);
    let relations = relations.iter().map(on_relation);
    Ok(schemas.chain(relations).chain(database.iter().map(on_database)).collect())
}

/// The rows of `pg_parameter_acl`, which is there since 15.
const PARAMETERS: &str =
    "UNION ALL SELECT 'PARAMETER', p.parname, 10, p.paracl FROM pg_parameter_acl p";

async fn on_the_server(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Vec<Finding>, sqlx::Error> {
    let has_parameters = conn.server_version_num().is_some_and(|version| version >= 150_000);
    let parameters = if has_parameters { PARAMETERS } else { "" };
    let sql = include_str!("isolation/server.sql").replace("{parameters}", parameters);
    let shared: Vec<Shared> = sqlx::query_as(AssertSqlSafe(sql))
        .persistent(false)
        .bind(service.role.as_str())
        .fetch_all(conn)
        .await?;
    let finding = |Shared { kind, grant }: Shared| {
        grant.finding(&kind, format!("{} uses what all services share", service.role))
    };
    Ok(shared.into_iter().map(finding).collect())
}

async fn functions(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Vec<Finding>, sqlx::Error> {
    let functions: Vec<(String, String, String)> =
        of_role(include_str!("isolation/functions.sql"), service).fetch_all(conn).await?;
    let finding = |(function, owner, grantee): (String, String, String)| Finding {
        what: format!("{} may call {function}, a SECURITY DEFINER function", who(&grantee)),
        why: format!("for {} it runs with the privileges of `{owner}`", service.role),
        close: format!("REVOKE EXECUTE ON ROUTINE {function} FROM {grantee}"),
    };
    Ok(functions.into_iter().map(finding).collect())
}

async fn default_privileges(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Vec<Finding>, sqlx::Error> {
    let later: Vec<(String, Option<String>, String, String)> =
        query(include_str!("isolation/default_privileges.sql"), service).fetch_all(conn).await?;
    let finding = |(owner, schema, kind, grantee): (String, Option<String>, String, String)| {
        let place = schema.map(|schema| format!(" IN SCHEMA {schema}")).unwrap_or_default();
        let objects = kind.to_lowercase();
        Finding {
            what: format!("{} gets privileges on later {objects} of {owner}", who(&grantee)),
            why: format!("{} reaches what others make from now on", service.role),
            close: format!(
                "ALTER DEFAULT PRIVILEGES FOR ROLE {owner}{place} REVOKE ALL ON {kind} FROM {grantee}"
            ),
        }
    };
    Ok(later.into_iter().map(finding).collect())
}

async fn members(conn: &mut PgConnection, service: &Service) -> Result<Vec<Finding>, sqlx::Error> {
    let members: Vec<(String, Option<String>)> =
        of_role(include_str!("isolation/members.sql"), service).fetch_all(conn).await?;
    let role = &service.role;
    let finding = |(member, grantor): (String, Option<String>)| {
        let by = grantor.map(|grantor| format!(" GRANTED BY {grantor}")).unwrap_or_default();
        Finding {
            what: format!("{member} is a member of {role}"),
            why: format!("it can do whatever {role} can"),
            close: format!("REVOKE {role} FROM {member}{by}"),
        }
    };
    Ok(members.into_iter().map(finding).collect())
}

async fn visitors(conn: &mut PgConnection, service: &Service) -> Result<Vec<Finding>, sqlx::Error> {
    let visitors: Vec<Grant> = of_role(include_str!("isolation/visitors.sql"), service)
        .bind(service.schema.as_str())
        .bind(service.readers.as_ref().map(Ident::as_str))
        .fetch_all(conn)
        .await?;
    let why = "others enter the schema of the service";
    Ok(visitors.iter().map(|grant| grant.finding("SCHEMA", why)).collect())
}

//! What goes with a service, as plain data.

use sqlx::{FromRow, PgConnection};

use crate::target::Service;

/// What goes with a service, and what is in its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaving {
    /// Whether there is a role.
    pub role_exists: bool,
    /// Who owns the schema, where there is one.
    pub schema_owner: Option<String>,
    /// What is dropped with the schema.
    pub contents: Vec<LeavingObject>,
    /// What stands elsewhere and depends on the schema; while there is any, nothing goes.
    pub dependents: Vec<String>,
    /// What the role owns outside of the schema; whoever decommissions gets it.
    pub handed_over: Vec<String>,
    /// Privileges and policies of others' objects that the role is taken out of.
    pub privileges: Vec<String>,
    /// The role's settings, with their database.
    pub settings: Vec<String>,
    /// Roles that it is a member of.
    pub member_of: Vec<String>,
    /// Roles that are its members.
    pub members: Vec<String>,
    /// Sessions that it has open now.
    pub sessions: i64,
    /// Other databases where it has something; while there is any, the role stays.
    pub elsewhere: Vec<ElsewhereHeld>,
}

/// An object of the schema.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct LeavingObject {
    /// What it is, in PostgreSQL's words.
    pub kind: String,
    /// Its name with its schema, quoted where SQL needs that.
    pub name: String,
    /// Who owns it, where it is a table, a view or a sequence.
    pub owner: Option<String>,
    /// About how many rows it has; 0 where that was never counted.
    pub rows: Option<i64>,
    /// How large it is, with its indexes.
    pub bytes: Option<i64>,
}

/// What a role has in another database.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ElsewhereHeld {
    /// The database.
    pub database: String,
    /// How many objects it owns there.
    pub owned: i64,
    /// On how many objects it has privileges there.
    pub privileges: i64,
}

/// What the statements depend on, beside what is reported.
#[derive(Debug, FromRow)]
pub(super) struct Standing {
    pub(super) version: i32,
    pub(super) database: String,
    pub(super) caller: String,
    role_exists: bool,
    /// Null where there is no role.
    pub(super) caller_has_role: Option<bool>,
    schema_owner: Option<String>,
    settings: Vec<String>,
    member_of: Vec<String>,
    members: Vec<String>,
    sessions: i64,
}

/// Reads all of it.
pub(super) async fn read(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<(Leaving, Standing), sqlx::Error> {
    let (role, schema) = (service.role.as_str(), service.schema.as_str());
    let standing: Standing = sqlx::query_as(include_str!("standing.sql"))
        .persistent(false)
        .bind(role)
        .bind(schema)
        .fetch_one(&mut *conn)
        .await?;
    let contents = sqlx::query_as(include_str!("contents.sql"))
        .persistent(false)
        .bind(schema)
        .fetch_all(&mut *conn)
        .await?;
    let dependents = dependents(&mut *conn, service).await?;
    let references = references(conn, service).await?;
    let elsewhere = sqlx::query_as(include_str!("elsewhere.sql"))
        .persistent(false)
        .bind(role)
        .fetch_all(&mut *conn)
        .await?;
    let of = |wanted: bool| {
        let chosen = references.iter().filter(move |(is_owned, _)| *is_owned == wanted);
        chosen.map(|(_, description)| description.clone()).collect()
    };
    let leaving = Leaving {
        role_exists: standing.role_exists,
        schema_owner: standing.schema_owner.clone(),
        contents,
        dependents,
        handed_over: of(true),
        privileges: of(false),
        settings: standing.settings.clone(),
        member_of: standing.member_of.clone(),
        members: standing.members.clone(),
        sessions: standing.sessions,
        elsewhere,
    };
    Ok((leaving, standing))
}

/// What stands outside of the schema and depends on it.
pub(super) async fn dependents(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(include_str!("dependents.sql"))
        .persistent(false)
        .bind(service.schema.as_str())
        .fetch_all(conn)
        .await
}

/// What belongs to the role or names it outside of its schema, and whether it is owned.
pub(super) async fn references(
    conn: &mut PgConnection,
    service: &Service,
) -> Result<Vec<(bool, String)>, sqlx::Error> {
    sqlx::query_as(include_str!("references.sql"))
        .persistent(false)
        .bind(service.role.as_str())
        .bind(service.schema.as_str())
        .fetch_all(conn)
        .await
}

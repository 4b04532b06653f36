//! What a privileged revision made in the service's schema becomes the service's own.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection};

use crate::catalog::Ident;
use crate::model::quote_literal as quoted;
use crate::revision::{Header, RunAs};
use crate::target::Target;

/// An object of a schema that the current role owns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, FromRow)]
struct Owned {
    /// What it is, as `ALTER` names it.
    kind: String,
    /// Its name, with its schema and arguments.
    identity: String,
}

/// Catalogs of what a schema holds, the prefix of their columns, and which rows stand for
/// themselves.
const KINDS: [(&str, &str, &str); 11] = [
    ("pg_class", "rel", " AND made.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"),
    (
        "pg_type",
        "typ",
        " AND made.typelem = 0 AND (made.typrelid = 0 OR EXISTS (
             SELECT FROM pg_catalog.pg_class c WHERE c.oid = made.typrelid AND c.relkind = 'c'))",
    ),
    ("pg_proc", "pro", ""),
    ("pg_collation", "coll", ""),
    ("pg_operator", "opr", ""),
    ("pg_opclass", "opc", ""),
    ("pg_opfamily", "opf", ""),
    ("pg_conversion", "con", ""),
    ("pg_ts_config", "cfg", ""),
    ("pg_ts_dict", "dict", ""),
    ("pg_statistic_ext", "stx", ""),
];

/// The objects of a schema that the current role owns. Indexes, sequences of columns, types of
/// tables, arrays and members of extensions go with what they belong to.
async fn owned(conn: &mut PgConnection, schema: &Ident) -> Result<Vec<Owned>, sqlx::Error> {
    let schema = quoted(schema.as_str());
    let kinds = KINDS.map(|(catalog, prefix, only)| {
        format!(
            "SELECT 'pg_catalog.{catalog}'::regclass, made.oid FROM pg_catalog.{catalog} made
             JOIN pg_catalog.pg_namespace n ON n.oid = made.{prefix}namespace
             JOIN pg_catalog.pg_roles owner ON owner.oid = made.{prefix}owner
             WHERE n.nspname = {schema} AND owner.rolname = current_user{only}"
        )
    });
    let sql = format!(
        "WITH owned (classid, objid) AS ({})
         SELECT object.type AS kind, object.identity
         FROM owned, pg_catalog.pg_identify_object(owned.classid, owned.objid, 0) AS object
         WHERE NOT EXISTS (
             SELECT FROM pg_catalog.pg_depend d
             WHERE d.classid = owned.classid AND d.objid = owned.objid AND d.objsubid = 0
               AND (d.deptype IN ('e', 'i')
                    OR d.deptype = 'a' AND d.refobjsubid > 0
                       AND owned.classid = 'pg_catalog.pg_class'::regclass))",
        kinds.join(" UNION ALL ")
    );
    let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    rows.iter().map(Owned::from_row).collect()
}

/// A privilege that others get on what a role makes.
#[derive(Debug, FromRow)]
struct DefaultPrivilege {
    /// `pg_default_acl.defaclobjtype`.
    on: String,
    privilege: String,
    /// Quoted.
    grantee: String,
    grantable: bool,
}

impl DefaultPrivilege {
    fn is_for(&self, kind: &str) -> bool {
        match kind {
            "table" | "view" | "materialized view" | "foreign table" => self.on == "r",
            "sequence" => self.on == "S",
            "function" | "procedure" | "aggregate" => self.on == "f",
            "type" => self.on == "T",
            _ => false,
        }
    }

    fn on(&self, identity: &str) -> String {
        let noun = match self.on.as_str() {
            "S" => "SEQUENCE",
            "f" => "ROUTINE",
            "T" => "TYPE",
            _ => "TABLE",
        };
        let Self { privilege, grantee, .. } = self;
        let option = if self.grantable { " WITH GRANT OPTION" } else { "" };
        format!("GRANT {privilege} ON {noun} {identity} TO {grantee}{option}")
    }
}

/// What others get on what the role makes in the schema.
async fn default_privileges(
    conn: &mut PgConnection,
    role: &Ident,
    schema: &Ident,
) -> Result<Vec<DefaultPrivilege>, sqlx::Error> {
    let [role, schema] = [role, schema].map(|name| quoted(name.as_str()));
    let sql = format!(
        "SELECT acl.defaclobjtype::text AS on, one.privilege_type AS privilege,
             CASE one.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(grantee.rolname) END AS grantee,
             one.is_grantable AS grantable
         FROM pg_catalog.pg_default_acl acl
         JOIN pg_catalog.pg_roles made ON made.oid = acl.defaclrole AND made.rolname = {role}
         LEFT JOIN pg_catalog.pg_namespace n ON n.oid = acl.defaclnamespace
         CROSS JOIN LATERAL pg_catalog.aclexplode(acl.defaclacl) one
         LEFT JOIN pg_catalog.pg_roles grantee ON grantee.oid = one.grantee
         WHERE one.grantee <> acl.defaclrole AND coalesce(n.nspname, {schema}) = {schema}
         ORDER BY 1, 2, 3"
    );
    let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    rows.iter().map(DefaultPrivilege::from_row).collect()
}

/// A privileged revision on its way, after which its objects change hands.
pub(super) struct Handover<'a> {
    schema: &'a Ident,
    role: &'a Ident,
    before: BTreeSet<Owned>,
}

impl<'a> Handover<'a> {
    /// Notes what the login owns, where a revision runs as it for a service. Of a revision that
    /// goes on after an interruption, nobody knows any more what it made before.
    pub(super) async fn begin(
        conn: &mut PgConnection,
        target: &'a Target,
        header: &Header,
        goes_on: bool,
    ) -> Result<Option<Self>, sqlx::Error> {
        let privileged =
            target.session.role.as_ref().filter(|_| header.run_as == RunAs::Privileged);
        let Some(role) = privileged else { return Ok(None) };
        let begin = format!("BEGIN; {}", target.scope(RunAs::Privileged));
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut *conn).await?;
        let schema = &target.schema;
        let before = if goes_on {
            BTreeSet::new()
        } else {
            owned(conn, schema).await?.into_iter().collect()
        };
        sqlx::raw_sql("COMMIT").execute(conn).await?;
        Ok(Some(Self { schema, role, before }))
    }

    /// Gives to the service what the login owns now and didn't before, with what the service's default
    /// privileges grant on it, and goes on as the service, whose the history is. A transaction is open.
    pub(super) async fn end(self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { schema, role, before } = self;
        sqlx::raw_sql("SET LOCAL ROLE NONE").execute(&mut *conn).await?;
        let defaults = default_privileges(conn, role, schema).await?;
        let mut granted = Vec::new();
        for one in owned(conn, schema).await?.into_iter().filter(|one| !before.contains(one)) {
            let Owned { kind, identity } = one;
            let noun = if kind == "statistics object" { "statistics" } else { &kind };
            let sql = format!("ALTER {noun} {identity} OWNER TO {role}");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *conn).await?;
            granted.extend(
                defaults.iter().filter(|one| one.is_for(&kind)).map(|one| one.on(&identity)),
            );
        }
        granted.insert(0, format!("SET LOCAL ROLE {role}"));
        for sql in granted {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *conn).await?;
        }
        Ok(())
    }
}

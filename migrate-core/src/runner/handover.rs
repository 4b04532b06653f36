//! What a privileged revision made in the service's schema becomes the service's own.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection};

use crate::catalog::Ident;
use crate::model::quote_literal as quoted;

/// An object of a schema that the current role owns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, FromRow)]
pub(super) struct Owned {
    /// What it is, as `ALTER` names it.
    kind: String,
    /// Its name, with its schema and arguments.
    identity: String,
}

/// The objects of a schema that the current role owns. Indexes, sequences of columns, types of
/// tables, arrays and members of extensions go with what they belong to.
pub(super) async fn owned(
    conn: &mut PgConnection,
    schema: &Ident,
) -> Result<Vec<Owned>, sqlx::Error> {
    let schema = quoted(schema.as_str());
    let sql = format!(
        "WITH owned (classid, objid) AS (
             SELECT 'pg_catalog.pg_class'::regclass, c.oid FROM pg_catalog.pg_class c
             WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
               AND c.relowner = current_user::regrole AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
             UNION ALL
             SELECT 'pg_catalog.pg_type'::regclass, t.oid FROM pg_catalog.pg_type t
             LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
             WHERE t.typnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
               AND t.typowner = current_user::regrole AND t.typtype IN ('c', 'd', 'e', 'r', 'b')
               AND (c.oid IS NULL OR c.relkind = 'c') AND t.typelem = 0
             UNION ALL
             SELECT 'pg_catalog.pg_proc'::regclass, p.oid FROM pg_catalog.pg_proc p
             WHERE p.pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
               AND p.proowner = current_user::regrole
             UNION ALL
             SELECT 'pg_catalog.pg_collation'::regclass, l.oid FROM pg_catalog.pg_collation l
             WHERE l.collnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
               AND l.collowner = current_user::regrole
             UNION ALL
             SELECT 'pg_catalog.pg_operator'::regclass, o.oid FROM pg_catalog.pg_operator o
             WHERE o.oprnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
               AND o.oprowner = current_user::regrole
             UNION ALL
             SELECT 'pg_catalog.pg_ts_config'::regclass, g.oid FROM pg_catalog.pg_ts_config g
             WHERE g.cfgnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
               AND g.cfgowner = current_user::regrole
             UNION ALL
             SELECT 'pg_catalog.pg_ts_dict'::regclass, d.oid FROM pg_catalog.pg_ts_dict d
             WHERE d.dictnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
               AND d.dictowner = current_user::regrole
             UNION ALL
             SELECT 'pg_catalog.pg_statistic_ext'::regclass, s.oid FROM pg_catalog.pg_statistic_ext s
             WHERE s.stxnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
               AND s.stxowner = current_user::regrole
         )
         SELECT object.type AS kind, object.identity
         FROM owned, pg_catalog.pg_identify_object(owned.classid, owned.objid, 0) AS object
         WHERE NOT EXISTS (
             SELECT FROM pg_catalog.pg_depend d
             WHERE d.classid = owned.classid AND d.objid = owned.objid AND d.objsubid = 0
               AND (d.deptype IN ('e', 'i')
                    OR d.deptype = 'a' AND d.refobjsubid > 0
                       AND owned.classid = 'pg_catalog.pg_class'::regclass))"
    );
    let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    rows.iter().map(Owned::from_row).collect()
}

/// Gives everything to a role that the current one owns now and didn't own before.
pub(super) async fn hand_over(
    conn: &mut PgConnection,
    schema: &Ident,
    role: &Ident,
    before: &[Owned],
) -> Result<(), sqlx::Error> {
    let before: BTreeSet<&Owned> = before.iter().collect();
    let now = owned(conn, schema).await?;
    for Owned { kind, identity } in now.iter().filter(|one| !before.contains(one)) {
        let sql = format!("ALTER {kind} {identity} OWNER TO {role}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *conn).await?;
    }
    Ok(())
}

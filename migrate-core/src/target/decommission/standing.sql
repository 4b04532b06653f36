-- One row: what there is of a service ($1 role, $2 schema).
SELECT current_setting('server_version_num')::int4 AS version,
       current_database() AS database,
       caller.rolname AS caller,
       role.oid IS NOT NULL AS role_exists,
       pg_has_role(caller.oid, role.oid, 'USAGE') AS caller_has_role,
       pg_get_userbyid(n.nspowner)::text AS schema_owner,
       ARRAY(SELECT coalesce(quote_ident(d.datname), 'all databases') || ': ' || setting
             FROM pg_db_role_setting s
             CROSS JOIN LATERAL unnest(s.setconfig) setting
             LEFT JOIN pg_database d ON d.oid = s.setdatabase
             WHERE s.setrole = role.oid
             ORDER BY 1) AS settings,
       ARRAY(SELECT DISTINCT other.rolname::text
             FROM pg_auth_members m JOIN pg_roles other ON other.oid = m.roleid
             WHERE m.member = role.oid ORDER BY 1) AS member_of,
       ARRAY(SELECT DISTINCT other.rolname::text
             FROM pg_auth_members m JOIN pg_roles other ON other.oid = m.member
             WHERE m.roleid = role.oid ORDER BY 1) AS members,
       (SELECT count(*) FROM pg_stat_activity a
        WHERE a.usename = $1 AND a.pid <> pg_backend_pid()) AS sessions
FROM pg_roles caller
LEFT JOIN pg_roles role ON role.rolname = $1
LEFT JOIN pg_namespace n ON n.nspname = $2
WHERE caller.rolname = current_user

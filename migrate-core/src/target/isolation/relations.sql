-- Tables, views and sequences of others that the role $1 (own schemas $2) has a privilege on, whole
-- or by column, by a grant to it, or to everybody in a schema that it may use. In its own schema
-- only views are of interest, which reach what their owners can.
SELECT string_agg(DISTINCT format('%I.%I', n.nspname, c.relname), ', ') AS object,
       array_agg(DISTINCT acl.privilege_type) AS privileges,
       CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END AS grantee
FROM pg_roles role
CROSS JOIN pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT grantee, privilege_type FROM aclexplode(c.relacl)
    UNION ALL
    SELECT by_column.grantee, by_column.privilege_type
    FROM pg_attribute a, aclexplode(a.attacl) by_column
    WHERE a.attrelid = c.oid AND NOT a.attisdropped
) acl
WHERE role.rolname = $1
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND NOT pg_has_role(role.oid, c.relowner, 'USAGE')
  AND (n.nspname::text <> ALL ($2::text[]) OR c.relkind = 'v') AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname::text, 'pg_')
  AND (acl.grantee = role.oid
       OR acl.grantee = 0 AND has_schema_privilege(role.oid, n.oid, 'USAGE'))
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
-- A sequence has privileges that no table has.
GROUP BY n.nspname, c.relkind = 'S', acl.grantee, role.rolname
ORDER BY 1, 3

-- Schemas of others that the role $1 (own schema $2) may create in or use, by a grant to it or to
-- everybody. Using `public`, or a schema with nothing but an extension's objects, is harmless.
SELECT quote_ident(n.nspname) AS object, array_agg(acl.privilege_type ORDER BY acl.privilege_type) AS privileges,
       CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END AS grantee
FROM pg_roles role
JOIN pg_namespace n ON n.nspname::text <> ALL ($2::text[])
CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) acl
WHERE role.rolname = $1
  AND NOT pg_has_role(role.oid, n.nspowner, 'USAGE')
  AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname::text, 'pg_')
  AND acl.grantee IN (0, role.oid)
  AND has_schema_privilege(role.oid, n.oid, acl.privilege_type)
  AND (acl.privilege_type = 'CREATE' OR n.nspname <> 'public' AND EXISTS (
        SELECT FROM pg_depend d
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
          AND d.classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass)
          AND NOT EXISTS (SELECT FROM pg_depend e
                          WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')))
GROUP BY n.nspname, acl.grantee, role.rolname
ORDER BY 1, 3

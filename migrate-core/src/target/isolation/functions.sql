-- Functions that run as their owner and that the role $1 may call, also in its own schemas.
SELECT p.oid::regprocedure::text AS function, pg_get_userbyid(p.proowner)::text AS owner,
       CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END AS grantee
FROM pg_roles role
CROSS JOIN pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
WHERE role.rolname = $1
  AND p.prosecdef AND NOT pg_has_role(role.oid, p.proowner, 'USAGE')
  AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
  AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname::text, 'pg_')
  AND acl.grantee IN (0, role.oid)
  AND has_schema_privilege(role.oid, n.oid, 'USAGE')
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
ORDER BY 1, 3

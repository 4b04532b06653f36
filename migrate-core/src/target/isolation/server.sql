-- Privileges on what the whole server or database shares and no schema holds, that the role $1 has by
-- a grant to it or to everybody.
WITH shared AS (
    SELECT 'TABLESPACE' AS kind, quote_ident(t.spcname) AS object, t.spcowner AS owner, t.spcacl AS acl
    FROM pg_tablespace t
    UNION ALL
    SELECT 'FOREIGN SERVER', quote_ident(s.srvname), s.srvowner, s.srvacl FROM pg_foreign_server s
    UNION ALL
    SELECT 'FOREIGN DATA WRAPPER', quote_ident(w.fdwname), w.fdwowner, w.fdwacl
    FROM pg_foreign_data_wrapper w
    UNION ALL
    SELECT 'LARGE OBJECT', l.oid::text, l.lomowner, l.lomacl FROM pg_largeobject_metadata l
    {parameters}
)
SELECT shared.kind, shared.object, array_agg(acl.privilege_type ORDER BY acl.privilege_type) AS privileges,
       CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END AS grantee
FROM pg_roles role
CROSS JOIN shared
CROSS JOIN LATERAL aclexplode(shared.acl) acl
WHERE role.rolname = $1
  AND shared.owner <> role.oid
  AND acl.grantee IN (0, role.oid)
GROUP BY shared.kind, shared.object, acl.grantee, role.rolname
ORDER BY 1, 2, 4

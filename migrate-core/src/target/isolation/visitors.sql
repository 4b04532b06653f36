-- Who else may enter the schema $2 of the role $1: nobody but its readers ($3) is meant to.
SELECT quote_ident(n.nspname) AS object, array_agg(acl.privilege_type ORDER BY acl.privilege_type) AS privileges,
       CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END AS grantee
FROM pg_namespace n
CROSS JOIN LATERAL aclexplode(n.nspacl) acl
WHERE n.nspname = $2
  AND acl.grantee NOT IN (SELECT oid FROM pg_roles WHERE rolname = $1 OR rolsuper)
  AND acl.grantee <> n.nspowner
  AND NOT (acl.privilege_type = 'USAGE' AND acl.grantee IN (SELECT oid FROM pg_roles WHERE rolname = $3))
GROUP BY n.nspname, acl.grantee
ORDER BY 1, 3

-- What others let the role $1 (own schemas $2) have of objects that they make later.
SELECT quote_ident(pg_get_userbyid(da.defaclrole)) AS owner,
       quote_ident(n.nspname) AS schema,
       CASE da.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
            WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END AS kind,
       CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END AS grantee
FROM pg_roles role
CROSS JOIN pg_default_acl da
LEFT JOIN pg_namespace n ON n.oid = da.defaclnamespace
CROSS JOIN LATERAL aclexplode(da.defaclacl) acl
WHERE role.rolname = $1
  AND da.defaclrole <> role.oid
  AND NOT coalesce(n.nspname::text = ANY ($2::text[]), false)
  AND (acl.grantee = role.oid
       OR acl.grantee = 0 AND (n.oid IS NULL OR has_schema_privilege(role.oid, n.oid, 'USAGE')))
  -- Everybody may call new functions and use new types unless that was taken away.
  AND NOT (acl.grantee = 0 AND n.oid IS NULL AND da.defaclobjtype IN ('f', 'T'))
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4

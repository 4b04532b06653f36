-- Privileges on the database that the role $1 has by a grant to it or to everybody.
SELECT quote_ident(d.datname) AS object, array_agg(acl.privilege_type ORDER BY acl.privilege_type) AS privileges,
       CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END AS grantee
FROM pg_database d
JOIN pg_roles role ON role.rolname = $1
CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
WHERE d.datname = current_database()
  AND d.datdba <> role.oid
  AND acl.grantee IN (0, role.oid)
  AND (acl.privilege_type = 'CREATE' OR acl.privilege_type = 'TEMPORARY' AND $2)
GROUP BY d.datname, acl.grantee, role.rolname
ORDER BY 1, 3

-- What of this database or of none belongs to the role $1, or names it, outside of the schema $2.
SELECT d.deptype = 'o' AND d.classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass) AS is_owned,
       CASE d.deptype WHEN 'a' THEN 'privileges for ' WHEN 'r' THEN 'the roles of ' ELSE '' END
           || pg_describe_object(d.classid, d.objid, d.objsubid) AS description
FROM pg_shdepend d
JOIN pg_roles role ON role.oid = d.refobjid
JOIN pg_database here ON here.datname = current_database()
CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) object
WHERE role.rolname = $1
  AND d.refclassid = 'pg_authid'::regclass AND d.dbid IN (0, here.oid)
  -- It may be gone since the snapshot.
  AND object.identity IS NOT NULL
  AND object.schema IS DISTINCT FROM quote_ident($2)
  AND NOT (d.classid = 'pg_namespace'::regclass AND object.name = quote_ident($2))
  AND NOT (d.classid = 'pg_extension'::regclass
           AND d.objid IN (SELECT e.oid FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                           WHERE n.nspname = $2))
  AND NOT (d.classid = 'pg_default_acl'::regclass
           AND d.objid IN (SELECT da.oid FROM pg_default_acl da JOIN pg_namespace n ON n.oid = da.defaclnamespace
                           WHERE n.nspname = $2))
ORDER BY 1, 2

-- What the role $1 owns outside of its schemas $2, in this database or in none. Default privileges
-- and user mappings only say what the role grants and how it logs in elsewhere.
SELECT object.type AS kind, object.identity AS name
FROM pg_shdepend d
JOIN pg_roles role ON role.oid = d.refobjid
JOIN pg_database here ON here.datname = current_database()
CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) object
WHERE role.rolname = $1
  AND d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o' AND d.dbid IN (0, here.oid)
  AND d.classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass)
  -- It may be gone since the snapshot.
  AND object.identity IS NOT NULL
  AND NOT coalesce(object.schema = ANY (ARRAY(SELECT quote_ident(own) FROM unnest($2::text[]) own)), false)
  AND NOT starts_with(coalesce(object.schema, ''), 'pg_temp')
  AND NOT (d.classid = 'pg_extension'::regclass
           AND d.objid IN (SELECT e.oid FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                           WHERE n.nspname::text = ANY ($2)))
  AND NOT (d.classid = 'pg_namespace'::regclass AND object.name = ANY (ARRAY(SELECT quote_ident(own) FROM unnest($2) own)))
ORDER BY 1, 2

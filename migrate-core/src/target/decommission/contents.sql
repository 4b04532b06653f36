-- What stands in the schema $1, but for what belongs to a table or an extension.
SELECT object.type AS kind, object.identity AS name,
       pg_get_userbyid(c.relowner)::text AS owner,
       CASE WHEN c.relkind IN ('r', 'p', 'm', 'f') THEN greatest(c.reltuples, 0)::int8 END AS rows,
       CASE WHEN c.relkind IN ('r', 'm') THEN pg_total_relation_size(c.oid) END AS bytes
FROM pg_namespace n
JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) object
WHERE n.nspname = $1
  -- It may be gone since the snapshot.
  AND object.identity IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_depend part
                  WHERE part.classid = d.classid AND part.objid = d.objid AND part.objsubid = 0
                    AND part.deptype IN ('i', 'e'))
ORDER BY 1, 2

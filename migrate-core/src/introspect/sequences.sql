SELECT c.oid, n.nspname AS schema, c.relname AS name,
       nullif(pg_catalog.pg_get_userbyid(c.relowner), current_user) AS other_owner,
       pg_catalog.format_type(s.seqtypid, NULL) AS data_type,
       s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS min, s.seqmax AS max,
       s.seqcache AS cache, s.seqcycle AS cycle,
       {sequence_unlogged} AS unlogged,
       d.deptype::pg_catalog.text AS owner_kind, d.refobjid AS owner_oid, d.refobjsubid AS owner_number
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend d
    ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
WHERE n.nspname = ANY ($1)
ORDER BY n.nspname, c.relname

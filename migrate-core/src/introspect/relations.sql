SELECT c.oid, c.reltype AS type_oid, coalesce(ty.typarray, 0) AS array_oid,
       n.nspname AS schema, c.relname AS name,
       nullif(pg_catalog.pg_get_userbyid(c.relowner), current_user) AS other_owner,
       CASE WHEN c.relispartition THEN 'partition'
           WHEN c.reloftype <> 0 THEN 'typed'
           WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) THEN 'inheriting'
           ELSE c.relkind::pg_catalog.text END AS kind,
       c.relpersistence::pg_catalog.text AS persistence,
       CASE WHEN c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL THEN c.reloptions || ARRAY(
            SELECT 'toast.' || o FROM unnest(t.reloptions) WITH ORDINALITY one (o, place) ORDER BY place
        ) END AS options,
       ts.spcname AS tablespace,
       nullif(am.amname, 'heap') AS access_method,
       c.relreplident::pg_catalog.text AS replica_identity,
       CASE WHEN c.relreplident = 'i' THEN (
            SELECT ic.relname FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
            WHERE i.indrelid = c.oid AND i.indisreplident) END AS replica_index,
       (SELECT ic.relname FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisclustered) AS cluster_index
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_type ty ON ty.oid = c.reltype
LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam AND c.relkind = 'r'
WHERE n.nspname = ANY ($1)
  AND c.relkind IN ('r', 'p', 'f')
ORDER BY n.nspname, c.relname

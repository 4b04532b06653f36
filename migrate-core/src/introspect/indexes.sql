SELECT c.oid, n.nspname AS schema, c.relname AS name, i.indrelid AS relation_oid,
       i.indisunique AS is_unique, am.amname AS method, i.indisvalid AS valid,
       {nulls_not_distinct} AS nulls_not_distinct,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       c.reloptions AS options, ts.spcname AS tablespace,
       i.indnkeyatts AS key_count,
       -- The vectors begin at 0, which only their texts hide.
       string_to_array(i.indkey::pg_catalog.text, ' ')::pg_catalog.int2[] AS numbers,
       string_to_array(i.indoption::pg_catalog.text, ' ')::pg_catalog.int2[] AS sorting,
       string_to_array(i.indclass::pg_catalog.text, ' ')::pg_catalog.oid[] AS opclasses,
       string_to_array(i.indcollation::pg_catalog.text, ' ')::pg_catalog.oid[] AS collations,
       CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(
           SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, false)
           FROM pg_catalog.generate_series(1, i.indnatts) k ORDER BY k
       ) END AS expressions,
       (SELECT json_object_agg(a.attnum, a.attoptions)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = i.indexrelid AND a.attoptions IS NOT NULL) AS opclass_options
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class r ON r.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
WHERE n.nspname = ANY ($1)
  AND r.relkind = 'r' AND NOT r.relispartition
ORDER BY c.oid

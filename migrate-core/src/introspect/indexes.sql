SELECT c.oid::int8 AS oid, n.nspname AS schema, c.relname AS name, i.indrelid::int8 AS relation_oid,
       i.indisunique AS is_unique, am.amname AS method, i.indisvalid AS valid,
       {nulls_not_distinct} AS nulls_not_distinct,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       c.reloptions AS options, ts.spcname AS tablespace,
       (SELECT json_agg(json_build_object(
            'number', i.indkey[k.n - 1],
            'key', k.n <= i.indnkeyatts,
            'expression', CASE WHEN i.indkey[k.n - 1] = 0
                THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.n, false) END,
            'option', CASE WHEN k.n <= i.indnkeyatts THEN i.indoption[k.n - 1] ELSE 0 END,
            'opclass', CASE WHEN NOT opc.opcdefault OR ia.attoptions IS NOT NULL THEN opc.opcname END,
            'opclass_schema', opn.nspname,
            'opclass_options', ia.attoptions,
            'collation', CASE WHEN co.oid <> coalesce(nullif(ta.attcollation, 0), 100)
                THEN co.collname END,
            'collation_schema', con.nspname
        ) ORDER BY k.n)
        FROM pg_catalog.generate_series(1, i.indnatts) k (n)
        JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.n
        LEFT JOIN pg_catalog.pg_attribute ta
            ON ta.attrelid = i.indrelid AND ta.attnum = i.indkey[k.n - 1] AND ta.attnum <> 0
        LEFT JOIN pg_catalog.pg_opclass opc
            ON k.n <= i.indnkeyatts AND opc.oid = i.indclass[k.n - 1]
        LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = opc.opcnamespace
        LEFT JOIN pg_catalog.pg_collation co
            ON k.n <= i.indnkeyatts AND co.oid = i.indcollation[k.n - 1]
        LEFT JOIN pg_catalog.pg_namespace con ON con.oid = co.collnamespace
       ) AS elements
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class r ON r.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
WHERE n.nspname = ANY ($1)
  AND r.relkind IN ('r', 'm') AND NOT r.relispartition
ORDER BY n.nspname, c.relname

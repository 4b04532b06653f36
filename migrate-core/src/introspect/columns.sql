SELECT a.attrelid AS relation_oid, a.attnum AS number, a.attname AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS sql_type,
       {not_null} AS not_null, a.attcollation AS collation_oid,
       cn.nspname AS collation_schema, co.collname AS collation_name,
       a.attidentity::pg_catalog.text AS identity, a.attgenerated::pg_catalog.text AS generated,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::pg_catalog.text END AS storage,
       t.typstorage::pg_catalog.text AS type_storage,
       a.attcompression::pg_catalog.text AS compression,
       nullif(a.attstattarget, -1)::pg_catalog.int2 AS statistics,
       a.attoptions AS options,
       d.oid AS default_oid,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default_expression
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE n.nspname = ANY ($1)
  AND c.relkind = 'r' AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum

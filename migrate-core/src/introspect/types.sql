SELECT t.oid, t.typarray AS array_oid, t.typrelid AS relation_oid,
       n.nspname AS schema, t.typname AS name, t.typtype::pg_catalog.text AS kind,
       nullif(pg_catalog.pg_get_userbyid(t.typowner), current_user) AS other_owner,
       pg_catalog.format_type(t.typbasetype, t.typtypmod) AS base,
       t.typnotnull AS not_null,
       pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS default_expression,
       cn.nspname AS collation_schema, co.collname AS collation_name,
       CASE t.typtype
           WHEN 'e' THEN (
               SELECT array_agg(e.enumlabel::pg_catalog.text ORDER BY e.enumsortorder)
               FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
           WHEN 'c' THEN (
               SELECT array_agg(a.attname::pg_catalog.text ORDER BY a.attnum)
               FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
       END AS labels,
       CASE t.typtype
           WHEN 'c' THEN (
               SELECT array_agg(
                   concat(pg_catalog.format_type(a.atttypid, a.atttypmod), ' COLLATE ' ||
                       CASE WHEN acn.nspname IN ('pg_catalog', current_schema())
                           THEN quote_ident(aco.collname)
                           ELSE quote_ident(acn.nspname) || '.' || quote_ident(aco.collname) END) ORDER BY a.attnum)
               FROM pg_catalog.pg_attribute a
               JOIN pg_catalog.pg_type aty ON aty.oid = a.atttypid
               LEFT JOIN pg_catalog.pg_collation aco
                   ON aco.oid = a.attcollation AND a.attcollation <> aty.typcollation
               LEFT JOIN pg_catalog.pg_namespace acn ON acn.oid = aco.collnamespace
               WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
       END AS attribute_types,
       CASE t.typtype
           WHEN 'c' THEN (
               SELECT array_agg(a.attnum ORDER BY a.attnum)
               FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
       END AS attribute_numbers
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE n.nspname = ANY ($1)
  AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
ORDER BY n.nspname, t.typname

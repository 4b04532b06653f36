-- Parts that PostgreSQL makes and drops by itself ('i') are no objects of their own. The order is
-- that of the catalog, which sorts by key.
SELECT d.classid AS class_oid, d.objid AS oid, d.objsubid AS number,
       d.refclassid AS target_class_oid, d.refobjid AS target_oid,
       d.refobjsubid AS target_number, d.deptype AS kind
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384
  AND (d.refobjid >= 16384 OR d.deptype = 'e')
  AND d.refclassid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass
  AND d.deptype <> 'i'

SELECT d.classoid AS class_oid, d.objoid AS oid, d.objsubid AS number, d.description AS text
FROM pg_catalog.pg_description d
WHERE d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
ORDER BY d.classoid, d.objoid, d.objsubid

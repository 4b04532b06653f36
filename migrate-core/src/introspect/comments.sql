SELECT d.classoid::int8 AS class_oid, d.objoid::int8 AS oid, d.objsubid AS number, d.description AS text
FROM pg_catalog.pg_description d
WHERE d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_namespace'::regclass
ORDER BY d.classoid, d.objoid, d.objsubid

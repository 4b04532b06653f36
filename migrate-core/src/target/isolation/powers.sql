-- Attributes of the role $1 that reach beyond its schema.
SELECT power
FROM pg_roles role,
     LATERAL (VALUES (1, 'SUPERUSER', role.rolsuper),
                     (2, 'BYPASSRLS', role.rolbypassrls),
                     (3, 'CREATEROLE', role.rolcreaterole),
                     (4, 'CREATEDB', role.rolcreatedb),
                     (5, 'REPLICATION', role.rolreplication)) powers (rank, power, has)
WHERE role.rolname = $1 AND has
ORDER BY rank

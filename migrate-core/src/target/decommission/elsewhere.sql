-- Other databases where the role $1 owns something or has privileges.
SELECT d.datname AS database, count(*) FILTER (WHERE s.deptype = 'o') AS owned, count(*) FILTER (WHERE s.deptype <> 'o') AS privileges
FROM pg_shdepend s
JOIN pg_roles role ON role.oid = s.refobjid
JOIN pg_database d ON d.oid = s.dbid
WHERE role.rolname = $1 AND s.refclassid = 'pg_authid'::regclass AND d.datname <> current_database()
GROUP BY d.datname
ORDER BY 1

-- Roles that the role $1 can act as, and the one of its own memberships that leads there. One with
-- nothing (no attribute, object, privilege or setting) gives nothing. Up to PostgreSQL 15 a
-- membership has no options of its own, and it doesn't matter who granted it.
WITH RECURSIVE granted AS (
    SELECT m.roleid, m.member, m.grantor
    FROM pg_auth_members m, to_jsonb(m) AS options
    WHERE coalesce((options ->> 'inherit_option')::bool, true)
       OR coalesce((options ->> 'set_option')::bool, true)
       OR m.admin_option
), reached AS (
    SELECT granted.roleid, granted.roleid AS via, granted.grantor
    FROM granted
    JOIN pg_roles role ON role.oid = granted.member
    WHERE role.rolname = $1
    UNION
    SELECT granted.roleid, reached.via, reached.grantor
    FROM reached
    JOIN granted ON granted.member = reached.roleid
)
SELECT other.rolname::text AS other, via.rolname::text AS via,
       CASE WHEN current_setting('server_version_num')::int4 >= 160000 THEN grantor.rolname::text END AS grantor
FROM reached
JOIN pg_roles other ON other.oid = reached.roleid
JOIN pg_roles via ON via.oid = reached.via
LEFT JOIN pg_roles grantor ON grantor.oid = reached.grantor
WHERE other.rolsuper OR other.rolbypassrls OR other.rolcreaterole OR other.rolcreatedb
   OR other.rolreplication OR starts_with(other.rolname::text, 'pg_')
   OR EXISTS (SELECT FROM pg_shdepend d
              WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = other.oid)
ORDER BY 1, 2, 3

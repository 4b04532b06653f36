-- Roles that can act as the role $1, or make others do: neither superusers nor who asks.
SELECT quote_ident(member.rolname) AS member,
       CASE WHEN current_setting('server_version_num')::int4 >= 160000 THEN quote_ident(grantor.rolname) END AS grantor
FROM pg_auth_members m
JOIN pg_roles role ON role.oid = m.roleid
JOIN pg_roles member ON member.oid = m.member
JOIN pg_roles grantor ON grantor.oid = m.grantor
WHERE role.rolname = $1
  AND member.rolname NOT IN (current_user, session_user) AND NOT member.rolsuper
ORDER BY 1, 2

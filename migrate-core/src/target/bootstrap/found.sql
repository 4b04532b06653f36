-- One row: what of a service ($1 role, $2 schema, $3 readers) is there. Roles that don't exist are null.
SELECT current_setting('server_version_num')::int4 AS version,
       d.datname AS database,
       caller.rolname AS caller,
       caller.rolsuper AS caller_is_superuser,
       pg_has_role(caller.oid, d.datdba, 'USAGE') AS caller_owns_database,
       CASE WHEN current_setting('server_version_num')::int4 >= 160000
            THEN pg_has_role(caller.oid, role.oid, 'SET') AND pg_has_role(caller.oid, role.oid, 'USAGE')
            ELSE pg_has_role(caller.oid, role.oid, 'MEMBER') END AS caller_has_role,
       role.oid IS NOT NULL AS role_exists,
       coalesce(role.rolcanlogin, true) AS role_can_login,
       array_remove(ARRAY[
            CASE WHEN role.rolsuper THEN 'SUPERUSER' END,
            CASE WHEN role.rolcreaterole THEN 'CREATEROLE' END,
            CASE WHEN role.rolcreatedb THEN 'CREATEDB' END,
            CASE WHEN role.rolreplication THEN 'REPLICATION' END,
            CASE WHEN role.rolbypassrls THEN 'BYPASSRLS' END], NULL) AS role_powers,
       ARRAY(SELECT DISTINCT member.rolname::text
             FROM pg_auth_members m
             JOIN pg_roles member ON member.oid = m.member
             WHERE m.roleid = role.oid AND member.oid <> caller.oid AND NOT member.rolsuper
             ORDER BY 1) AS members,
       -- What holds in this database goes before what holds in all.
       ARRAY(SELECT DISTINCT ON (split_part(setting, '=', 1)) setting
             FROM pg_db_role_setting s, unnest(s.setconfig) setting
             WHERE s.setrole = role.oid AND s.setdatabase IN (0, d.oid)
             ORDER BY split_part(setting, '=', 1), s.setdatabase DESC) AS settings,
       pg_get_userbyid(n.nspowner)::text AS schema_owner,
       coalesce(has_schema_privilege(role.oid, n.oid, 'USAGE')
                AND has_schema_privilege(role.oid, n.oid, 'CREATE'), false) AS role_uses_schema,
       ARRAY(SELECT format('%s `%s` of `%s`', part.kind, part.name, pg_get_userbyid(part.owner))
             FROM (SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'table' END,
                          c.relname, c.relowner, 'pg_class'::regclass, c.oid
                   FROM pg_class c
                   WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'f', 'S', 'c')
                   UNION ALL
                   SELECT 'type', t.typname, t.typowner, 'pg_type'::regclass, t.oid
                   FROM pg_type t
                   WHERE t.typnamespace = n.oid AND t.typtype IN ('d', 'e', 'r')) AS part (kind, name, owner, class, oid)
             WHERE part.owner <> role.oid
               AND NOT EXISTS (SELECT FROM pg_depend dep
                               WHERE dep.classid = part.class AND dep.objid = part.oid AND dep.deptype = 'e')
             ORDER BY part.name) AS objects_of_others,
       readers.oid IS NOT NULL AS readers_exist,
       coalesce(readers.rolcanlogin, false) AS readers_can_login,
       EXISTS (SELECT FROM aclexplode(n.nspacl) acl
               WHERE acl.grantee = readers.oid AND acl.privilege_type = 'USAGE') AS readers_use_schema,
       EXISTS (SELECT FROM pg_default_acl da, aclexplode(da.defaclacl) acl
               WHERE da.defaclrole = role.oid AND da.defaclnamespace IN (0, n.oid)
                 AND da.defaclobjtype = 'r' AND acl.grantee = readers.oid
                 AND acl.privilege_type = 'SELECT') AS readers_read_later_tables,
       ARRAY(SELECT format('%I.%I', n.nspname, c.relname)
             FROM pg_class c
             WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND (caller.rolsuper OR c.relowner = role.oid)
               AND NOT EXISTS (SELECT FROM aclexplode(c.relacl) acl
                               WHERE acl.grantee = readers.oid AND acl.privilege_type = 'SELECT')
             ORDER BY 1) AS unread_tables,
       ARRAY(SELECT format('%I.%I', n.nspname, c.relname)
             FROM pg_class c
             WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND NOT caller.rolsuper AND c.relowner <> role.oid
               AND NOT EXISTS (SELECT FROM aclexplode(c.relacl) acl
                               WHERE acl.grantee = readers.oid AND acl.privilege_type = 'SELECT')
             ORDER BY 1) AS unreadable_tables,
       EXISTS (SELECT FROM aclexplode(coalesce(p.nspacl, acldefault('n', p.nspowner))) acl
               WHERE acl.grantee = 0 AND acl.privilege_type = 'CREATE') AS public_is_open,
       coalesce(pg_has_role(caller.oid, p.nspowner, 'USAGE'), false) AS caller_owns_public,
       coalesce(has_database_privilege(role.oid, d.oid, 'CONNECT'),
                EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
                        WHERE acl.grantee = 0 AND acl.privilege_type = 'CONNECT')) AS role_connects,
       EXISTS (SELECT FROM aclexplode(d.datacl) acl
               WHERE acl.grantee = role.oid AND acl.privilege_type = 'CONNECT') AS role_has_own_connect,
       EXISTS (SELECT FROM aclexplode(d.datacl) acl
               WHERE acl.grantee = readers.oid AND acl.privilege_type = 'CONNECT') AS readers_have_own_connect,
       EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
               WHERE acl.grantee = 0) AS database_is_open,
       ARRAY(SELECT other.rolname::text
             FROM pg_roles other
             WHERE other.rolcanlogin AND NOT other.rolsuper AND other.rolname <> $1
               AND NOT EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
                               WHERE acl.grantee <> 0 AND acl.privilege_type = 'CONNECT'
                                 AND pg_has_role(other.oid, acl.grantee, 'USAGE'))
             ORDER BY 1) AS roles_without_own_connect
FROM pg_database d
JOIN pg_roles caller ON caller.rolname = current_user
LEFT JOIN pg_roles role ON role.rolname = $1
LEFT JOIN pg_namespace n ON n.nspname = $2
LEFT JOIN pg_roles readers ON readers.rolname = $3
LEFT JOIN pg_namespace p ON p.nspname = 'public'
WHERE d.datname = current_database()

SELECT p.oid, n.nspname AS schema, p.proname AS name, s.arguments,
       p.prokind = 'a' AS aggregate,
       ARRAY(SELECT part.statement FROM (
            SELECT 1 AS place, '' AS name,
                   -- The definition always names the schema: its beginning is known, and written anew.
                   CASE WHEN p.prokind <> 'a' THEN
                       rtrim(format('CREATE %s %s', k.kind, s.name) || substr(
                           pg_catalog.pg_get_functiondef(p.oid),
                           length(format('CREATE OR REPLACE %s %I.%I', k.kind, n.nspname, p.proname)) + 1
                       ), E'\n')
                   END AS statement
            UNION ALL
            SELECT 2, '', format('REVOKE ALL ON %s %s(%s) FROM PUBLIC', k.kind, s.name, s.arguments)
            WHERE p.proacl IS NOT NULL
              AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) g WHERE g.grantee = 0)
            UNION ALL
            -- What whoever makes it again grants by default.
            SELECT 2, '', format('REVOKE ALL ON %s %s(%s) FROM %s', k.kind, s.name, s.arguments,
                          string_agg(DISTINCT quote_ident(pg_catalog.pg_get_userbyid(g.grantee)), ', '))
            FROM pg_catalog.pg_default_acl d, pg_catalog.aclexplode(d.defaclacl) g
            WHERE pg_catalog.pg_get_userbyid(d.defaclrole) = current_user AND d.defaclobjtype = 'f'
              AND d.defaclnamespace IN (0, p.pronamespace) AND g.grantee NOT IN (0, d.defaclrole)
            HAVING count(*) > 0
            UNION ALL
            SELECT 3, lpad(g.place::pg_catalog.text, 9, '0'),
                   format('GRANT EXECUTE ON %s %s(%s) TO %s%s', k.kind, s.name, s.arguments,
                          CASE g.grantee WHEN 0 THEN 'PUBLIC'
                              ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END,
                          CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END)
            FROM pg_catalog.aclexplode(
                    coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) WITH ORDINALITY
                g (grantor, grantee, privilege_type, is_grantable, place)
            WHERE g.grantee <> p.proowner
              AND (g.grantee <> 0 OR EXISTS (
                  SELECT FROM pg_catalog.pg_default_acl d
                  WHERE pg_catalog.pg_get_userbyid(d.defaclrole) = current_user AND d.defaclobjtype = 'f'))
            UNION ALL
            SELECT 4, '', format('ALTER %s %s(%s) OWNER TO %I', k.kind, s.name, s.arguments, o.rolname)
            FROM pg_catalog.pg_roles o
            WHERE o.oid = p.proowner AND o.rolname <> current_user
            UNION ALL
            -- What the owner took from itself.
            SELECT 5, '', format('REVOKE ALL ON %s %s(%s) FROM %I', k.kind, s.name, s.arguments,
                          pg_catalog.pg_get_userbyid(p.proowner))
            WHERE p.proacl IS NOT NULL
              AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) g WHERE g.grantee = p.proowner)
       ) part WHERE part.statement IS NOT NULL ORDER BY part.place, part.name, part.statement) AS create,
       format('DROP %s %s(%s)', k.kind, s.name, s.arguments) AS drop
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL (
    SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind
) k
CROSS JOIN LATERAL (
    SELECT pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
           CASE WHEN n.nspname = current_schema() THEN quote_ident(p.proname)
               ELSE format('%I.%I', n.nspname, p.proname) END AS name
) s
WHERE n.nspname = ANY ($1)
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
ORDER BY n.nspname, p.proname, s.arguments

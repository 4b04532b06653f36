-- What is granted on columns of tables and on types, and taken from everyone.
WITH part AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.oid, a.attnum::int AS number,
           c.relnamespace AS namespace, a.attacl AS acl, c.relowner AS owner,
           format(' (%I)', a.attname) AS column, c.oid::pg_catalog.regclass::pg_catalog.text AS name
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relkind = 'r'
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0,
           t.typnamespace, t.typacl, t.typowner, '', 'TYPE ' || t.oid::pg_catalog.regtype
    FROM pg_catalog.pg_type t
    WHERE t.typacl IS NOT NULL
)
SELECT part.class::pg_catalog.oid AS class_oid, part.oid, part.number,
       ARRAY(
           SELECT format('REVOKE ALL ON %s FROM PUBLIC', part.name)
           WHERE part.number = 0
             AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(part.acl) g WHERE g.grantee = 0)
       ) || ARRAY(
           SELECT format('GRANT %s ON %s TO %s%s',
                         string_agg(g.privilege_type || part.column, ', ' ORDER BY g.privilege_type),
                         part.name,
                         CASE g.grantee WHEN 0 THEN 'PUBLIC'
                             ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END,
                         CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END)
           FROM pg_catalog.aclexplode(part.acl) WITH ORDINALITY
               g (grantor, grantee, privilege_type, is_grantable, place)
           WHERE g.grantee <> part.owner AND (part.number > 0 OR g.grantee <> 0)
           GROUP BY g.grantee, g.is_grantable
           ORDER BY min(g.place)
       ) AS create,
       format('REVOKE ALL%s ON %s FROM %s', part.column, part.name, concat_ws(', ', 'PUBLIC',
              (SELECT string_agg(DISTINCT quote_ident(pg_catalog.pg_get_userbyid(g.grantee)), ', ')
               FROM pg_catalog.aclexplode(part.acl) g
               WHERE g.grantee NOT IN (0, part.owner)))) AS drop
FROM part
JOIN pg_catalog.pg_namespace n ON n.oid = part.namespace
WHERE n.nspname = ANY ($1)
ORDER BY part.name, part.column

SELECT c.oid, r.oid AS rule_oid, c.reltype AS type_oid,
       coalesce(ty.typarray, 0) AS array_oid,
       n.nspname AS schema, c.relname AS name, c.relkind = 'm' AS materialized,
       ARRAY(SELECT part.statement FROM (
            SELECT 1 AS place, '' AS name,
                   format('CREATE %s %s%s%s%s AS%s%s%s', k.kind, c.oid::pg_catalog.regclass,
                          ' USING ' || quote_ident(nullif(am.amname, 'heap')),
                          ' WITH (' || (
                              SELECT string_agg(format('%s=%L', split_part(o, '=', 1),
                                                       substr(o, strpos(o, '=') + 1)), ', ' ORDER BY o)
                              FROM (SELECT unnest(c.reloptions) AS o
                                    UNION ALL
                                    SELECT 'toast.' || unnest(t.reloptions)) options
                          ) || ')',
                          ' TABLESPACE ' || quote_ident(ts.spcname),
                          E'\n', rtrim(pg_catalog.pg_get_viewdef(c.oid), ';'),
                          CASE WHEN c.relkind = 'm' AND NOT c.relispopulated
                              THEN E'\nWITH NO DATA' END) AS statement
            UNION ALL
            SELECT 2, a.attname,
                   format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', c.oid::pg_catalog.regclass, a.attname,
                          pg_catalog.pg_get_expr(d.adbin, d.adrelid))
            FROM pg_catalog.pg_attrdef d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
            WHERE d.adrelid = c.oid
            UNION ALL
            SELECT 2, a.attname,
                   format('ALTER MATERIALIZED VIEW %s ALTER COLUMN %I SET %s', c.oid::pg_catalog.regclass, a.attname, v.setting)
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type aty ON aty.oid = a.atttypid
            CROSS JOIN LATERAL (VALUES
                (CASE WHEN a.attstorage <> aty.typstorage THEN 'STORAGE ' || CASE a.attstorage
                    WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
                ('COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END),
                (CASE WHEN a.attstattarget >= 0 THEN format('STATISTICS %s', a.attstattarget) END),
                ('(' || array_to_string(a.attoptions, ', ') || ')')) v (setting)
            WHERE c.relkind = 'm' AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              AND v.setting IS NOT NULL
            UNION ALL
            SELECT 3, ic.relname, pg_catalog.pg_get_indexdef(i.indexrelid, 0, true)
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
            WHERE i.indrelid = c.oid
            UNION ALL
            SELECT 4, ic.relname,
                   format('ALTER INDEX %s SET TABLESPACE %I', ic.oid::pg_catalog.regclass, its.spcname)
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
            JOIN pg_catalog.pg_tablespace its ON its.oid = ic.reltablespace
            WHERE i.indrelid = c.oid
            UNION ALL
            SELECT 4, ic.relname,
                   format('ALTER MATERIALIZED VIEW %s CLUSTER ON %I', c.oid::pg_catalog.regclass, ic.relname)
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
            WHERE i.indrelid = c.oid AND i.indisclustered
            UNION ALL
            SELECT 5, ic.relname,
                   format('COMMENT ON INDEX %s IS %L', ic.oid::pg_catalog.regclass, de.description)
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
            JOIN pg_catalog.pg_description de
                ON de.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND de.objoid = ic.oid AND de.objsubid = 0
            WHERE i.indrelid = c.oid
            UNION ALL
            SELECT 6, a.attname,
                   format('COMMENT ON COLUMN %s.%I IS %L', c.oid::pg_catalog.regclass, a.attname, de.description)
            FROM pg_catalog.pg_description de
            JOIN pg_catalog.pg_attribute a ON a.attrelid = de.objoid AND a.attnum = de.objsubid
            WHERE de.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND de.objoid = c.oid AND de.objsubid > 0
            UNION ALL
            -- What whoever makes it again grants by default.
            SELECT 7, '', format('REVOKE ALL ON %s FROM %s', c.oid::pg_catalog.regclass, string_agg(DISTINCT
                          CASE g.grantee WHEN 0 THEN 'PUBLIC'
                              ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END, ', '))
            FROM pg_catalog.pg_default_acl d, pg_catalog.aclexplode(d.defaclacl) g
            WHERE pg_catalog.pg_get_userbyid(d.defaclrole) = current_user AND d.defaclobjtype = 'r'
              AND d.defaclnamespace IN (0, c.relnamespace) AND g.grantee <> d.defaclrole
            HAVING count(*) > 0
            UNION ALL
            SELECT 7, lpad(min(g.place)::pg_catalog.text, 9, '0'),
                   format('GRANT %s ON %s TO %s%s',
                          string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), c.oid::pg_catalog.regclass,
                          CASE g.grantee WHEN 0 THEN 'PUBLIC'
                              ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END,
                          CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END)
            FROM pg_catalog.aclexplode(c.relacl) WITH ORDINALITY
                g (grantor, grantee, privilege_type, is_grantable, place)
            WHERE g.grantee <> c.relowner
            GROUP BY g.grantee, g.is_grantable
            UNION ALL
            SELECT 8, a.attname,
                   format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, a.attname, c.oid::pg_catalog.regclass,
                          CASE g.grantee WHEN 0 THEN 'PUBLIC'
                              ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END,
                          CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END)
            FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) g
            WHERE a.attrelid = c.oid
            UNION ALL
            SELECT 9, '', format('ALTER %s %s OWNER TO %I', k.kind, c.oid::pg_catalog.regclass, o.rolname)
            FROM pg_catalog.pg_roles o
            WHERE o.oid = c.relowner AND o.rolname <> current_user
            UNION ALL
            -- What the owner took from itself.
            SELECT 10, '', format('REVOKE %s ON %s FROM %I',
                          string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), c.oid::pg_catalog.regclass,
                          pg_catalog.pg_get_userbyid(c.relowner))
            FROM pg_catalog.aclexplode(pg_catalog.acldefault('r', c.relowner)) a
            WHERE c.relacl IS NOT NULL AND a.grantee = c.relowner
              AND NOT EXISTS (
                  SELECT FROM pg_catalog.aclexplode(c.relacl) g
                  WHERE g.grantee = a.grantee AND g.privilege_type = a.privilege_type)
            HAVING count(*) > 0
       ) part WHERE part.statement IS NOT NULL ORDER BY part.place, part.name, part.statement) AS create,
       format('DROP %s %s', k.kind, c.oid::pg_catalog.regclass) AS drop,
       ARRAY(SELECT ic.relname::pg_catalog.text
             FROM pg_catalog.pg_index i
             JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
             WHERE i.indrelid = c.oid) AS indexes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
CROSS JOIN LATERAL (
    SELECT CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
) k
LEFT JOIN pg_catalog.pg_type ty ON ty.oid = c.reltype
LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE n.nspname = ANY ($1)
  AND c.relkind IN ('v', 'm')
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname

WITH part AS (
    SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass AS class, r.oid, 'rule' AS kind, r.ev_class AS relation,
           0::pg_catalog.oid AS namespace, r.rulename AS name,
           rtrim(pg_catalog.pg_get_ruledef(r.oid, true), ';') AS definition, r.ev_enabled AS state
    FROM pg_catalog.pg_rewrite r
    WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, 'trigger', t.tgrelid, 0, t.tgname,
           pg_catalog.pg_get_triggerdef(t.oid, true), t.tgenabled
    FROM pg_catalog.pg_trigger t
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, 'policy', p.polrelid, 0, p.polname,
           format('CREATE POLICY %I ON %s%s FOR %s TO %s%s%s', p.polname, p.polrelid::pg_catalog.regclass,
                  CASE WHEN NOT p.polpermissive THEN ' AS RESTRICTIVE' END,
                  CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                      WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                  (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC'
                              ELSE quote_ident(pg_catalog.pg_get_userbyid(role)) END, ', '
                          ORDER BY pg_catalog.pg_get_userbyid(role))
                   FROM unnest(p.polroles) role),
                  ' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
                  ' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
           'O'
    FROM pg_catalog.pg_policy p
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 'row security', c.oid, 0, '',
           NULL, 'O'
    FROM pg_catalog.pg_class c
    WHERE c.relrowsecurity OR c.relforcerowsecurity
    UNION ALL
    SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, 'statistics', s.stxrelid,
           s.stxnamespace, s.stxname, pg_catalog.pg_get_statisticsobjdef(s.oid), 'O'
    FROM pg_catalog.pg_statistic_ext s
)
SELECT part.class::pg_catalog.oid AS class_oid, part.oid, part.kind, part.relation AS relation_oid,
       coalesce(pn.nspname, n.nspname) AS schema, part.name,
       CASE part.kind
           WHEN 'row security' THEN
               ARRAY[format('ALTER TABLE %s %s', c.oid::pg_catalog.regclass, concat_ws(', ',
                            CASE WHEN c.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
                            CASE WHEN c.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END))]
           WHEN 'statistics' THEN
               -- The definition always names the schema.
               array_remove(ARRAY[
                   format('CREATE STATISTICS %s', own.name) || substr(
                       part.definition,
                       length(format('CREATE STATISTICS %I.%I', pn.nspname, part.name)) + 1),
                   (SELECT format('ALTER STATISTICS %s SET STATISTICS %s', own.name, s.stxstattarget)
                    FROM pg_catalog.pg_statistic_ext s
                    WHERE s.oid = part.oid AND s.stxstattarget >= 0),
                   (SELECT format('ALTER STATISTICS %s OWNER TO %I', own.name, o.rolname)
                    FROM pg_catalog.pg_statistic_ext s
                    JOIN pg_catalog.pg_roles o ON o.oid = s.stxowner
                    WHERE s.oid = part.oid AND o.rolname <> current_user)
               ], NULL)
           ELSE
               ARRAY[part.definition] || CASE WHEN part.state <> 'O' THEN
                   ARRAY[format('ALTER TABLE %s %s %s %I', c.oid::pg_catalog.regclass,
                                CASE part.state WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                                    ELSE 'ENABLE ALWAYS' END,
                                upper(part.kind), part.name)]
               END
       END AS create,
       CASE part.kind
           WHEN 'row security' THEN
               format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY',
                      c.oid::pg_catalog.regclass)
           WHEN 'statistics' THEN format('DROP STATISTICS %s', own.name)
           ELSE format('DROP %s %I ON %s', upper(part.kind), part.name, c.oid::pg_catalog.regclass)
       END AS drop
FROM part
JOIN pg_catalog.pg_class c ON c.oid = part.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = part.namespace
CROSS JOIN LATERAL (
    SELECT CASE WHEN pn.nspname = current_schema() THEN quote_ident(part.name)
               ELSE format('%I.%I', pn.nspname, part.name) END AS name
) own
WHERE n.nspname = ANY ($1)
ORDER BY part.kind, n.nspname, c.relname, part.name

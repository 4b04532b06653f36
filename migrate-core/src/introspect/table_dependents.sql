WITH part AS (
    SELECT 'pg_catalog.pg_rewrite'::regclass AS class, r.oid, 'rule' AS kind, r.ev_class AS relation,
           r.rulename AS name, rtrim(pg_catalog.pg_get_ruledef(r.oid, true), ';') AS definition,
           r.ev_enabled AS state
    FROM pg_catalog.pg_rewrite r
    WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT 'pg_catalog.pg_trigger'::regclass, t.oid, 'trigger', t.tgrelid, t.tgname,
           pg_catalog.pg_get_triggerdef(t.oid, true), t.tgenabled
    FROM pg_catalog.pg_trigger t
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT 'pg_catalog.pg_policy'::regclass, p.oid, 'policy', p.polrelid, p.polname,
           format('CREATE POLICY %I ON %s%s FOR %s TO %s%s%s', p.polname, p.polrelid::regclass,
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
    SELECT 'pg_catalog.pg_class'::regclass, c.oid, 'row security', c.oid, '',
           NULL, 'O'
    FROM pg_catalog.pg_class c
    WHERE c.relrowsecurity OR c.relforcerowsecurity
)
SELECT part.class::oid AS class_oid, part.oid, part.kind,
       part.relation AS relation_oid, part.name,
       CASE WHEN part.kind = 'row security' THEN
           ARRAY[format('ALTER TABLE %s %s', c.oid::regclass, concat_ws(', ',
                        CASE WHEN c.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
                        CASE WHEN c.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END))]
       ELSE
           ARRAY[part.definition] || CASE WHEN part.state <> 'O' THEN
               ARRAY[format('ALTER TABLE %s %s %s %I', c.oid::regclass,
                            CASE part.state WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                                ELSE 'ENABLE ALWAYS' END,
                            upper(part.kind), part.name)]
           END
       END AS create,
       CASE WHEN part.kind = 'row security' THEN
           format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', c.oid::regclass)
       ELSE
           format('DROP %s %I ON %s', upper(part.kind), part.name, c.oid::regclass)
       END AS drop
FROM part
JOIN pg_catalog.pg_class c ON c.oid = part.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1)
ORDER BY part.kind, n.nspname, c.relname, part.name

-- Kinds that are not handled, to be named. What a schema holds is asked for by schema, what the
-- database holds as a whole has none.
WITH part AS (
    SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass AS class, c.oid, c.collnamespace AS namespace
    FROM pg_catalog.pg_collation c
    UNION ALL
    SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, c.oid, c.connamespace
    FROM pg_catalog.pg_conversion c
    UNION ALL
    SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprnamespace
    FROM pg_catalog.pg_operator o
    UNION ALL
    SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, o.opcnamespace
    FROM pg_catalog.pg_opclass o
    UNION ALL
    -- A family that came with a class is no object of its own.
    SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, f.oid, f.opfnamespace
    FROM pg_catalog.pg_opfamily f
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_opclass o WHERE o.opcfamily = f.oid)
    UNION ALL
    SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, t.oid, t.cfgnamespace
    FROM pg_catalog.pg_ts_config t
    UNION ALL
    SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, t.oid, t.dictnamespace
    FROM pg_catalog.pg_ts_dict t
    UNION ALL
    SELECT 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, t.oid, t.prsnamespace
    FROM pg_catalog.pg_ts_parser t
    UNION ALL
    SELECT 'pg_catalog.pg_ts_template'::pg_catalog.regclass, t.oid, t.tmplnamespace
    FROM pg_catalog.pg_ts_template t
    UNION ALL
    -- Types with functions of their own; what PostgreSQL makes beside them are arrays.
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace
    FROM pg_catalog.pg_type t
    WHERE t.typtype = 'b' AND t.typcategory <> 'A'
    UNION ALL
    SELECT 'pg_catalog.pg_default_acl'::pg_catalog.regclass, a.oid, a.defaclnamespace
    FROM pg_catalog.pg_default_acl a
    UNION ALL
    SELECT 'pg_catalog.pg_am'::pg_catalog.regclass, a.oid, 0
    FROM pg_catalog.pg_am a
    UNION ALL
    SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid, 0
    FROM pg_catalog.pg_cast c
    UNION ALL
    SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, 0
    FROM pg_catalog.pg_event_trigger e
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, f.oid, 0
    FROM pg_catalog.pg_foreign_data_wrapper f
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, f.oid, 0
    FROM pg_catalog.pg_foreign_server f
    UNION ALL
    SELECT 'pg_catalog.pg_user_mapping'::pg_catalog.regclass, u.umid, 0
    FROM pg_catalog.pg_user_mappings u
    UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 0
    FROM pg_catalog.pg_language l
    UNION ALL
    SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid, 0
    FROM pg_catalog.pg_publication p
    UNION ALL
    SELECT 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid, 0
    FROM pg_catalog.pg_subscription s
    WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
    UNION ALL
    SELECT 'pg_catalog.pg_transform'::pg_catalog.regclass, t.oid, 0
    FROM pg_catalog.pg_transform t
)
SELECT part.class::pg_catalog.oid AS class_oid, part.oid, n.nspname AS schema, found.identity,
       CASE found.type
           WHEN 'default acl' THEN 'default privileges'
           WHEN 'server' THEN 'foreign server'
           ELSE found.type
       END AS kind
FROM part
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = part.namespace
CROSS JOIN LATERAL pg_catalog.pg_identify_object(part.class, part.oid, 0) found
-- What has gone since the snapshot has no identity.
WHERE part.oid >= 16384 AND (n.oid IS NULL OR n.nspname = ANY ($1)) AND found.identity IS NOT NULL
ORDER BY found.type, found.identity

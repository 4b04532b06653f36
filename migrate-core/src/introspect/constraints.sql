SELECT con.oid, con.conname AS name, con.contype::pg_catalog.text AS kind,
       con.conrelid AS relation_oid, con.contypid AS domain_oid,
       con.conindid AS index_oid, con.confrelid AS target_oid,
       con.condeferrable AS deferrable, con.condeferred AS deferred,
       con.convalidated AS validated, con.connoinherit AS no_inherit,
       pg_catalog.pg_get_expr(con.conbin, con.conrelid) AS expression,
       con.conkey AS columns, con.confkey AS target_columns,
       con.confdeltype::pg_catalog.text AS on_delete, con.confupdtype::pg_catalog.text AS on_update,
       con.confmatchtype::pg_catalog.text AS match_type,
       {delete_columns} AS delete_columns,
       {unhandled} AS unhandled,
       CASE WHEN con.contype = 'x' THEN (SELECT array_agg(
            CASE WHEN pg_catalog.pg_operator_is_visible(o.oid) THEN o.oprname::pg_catalog.text
                 ELSE 'OPERATOR(' || pg_catalog.quote_ident(opn.nspname) || '.' || o.oprname || ')' END
            ORDER BY k.n)
        FROM unnest(con.conexclop) WITH ORDINALITY k (oid, n)
        JOIN pg_catalog.pg_operator o ON o.oid = k.oid
        JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace) END AS operators
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_namespace n ON n.oid = con.connamespace
WHERE n.nspname = ANY ($1)
  AND (con.contype IN ('p', 'u', 'f', 'c', 'x') OR {unhandled} IS NOT NULL)
  AND con.conparentid = 0
ORDER BY con.conrelid, con.conname

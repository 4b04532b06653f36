-- What would go with the schema $1 and stands elsewhere.
--
-- `dropped` is what DROP … CASCADE reaches: whatever depends on something that goes, and the whole
-- of which it is a part. What has no schema of its own (a default, a rule, a trigger) is where that
-- is which it is a part of, and a cast where everything is that it is about.
WITH RECURSIVE dropped AS (
    SELECT 'pg_namespace'::regclass::oid AS classid, oid AS objid, 0 AS objsubid
    FROM pg_namespace WHERE nspname = $1
    UNION
    SELECT next.classid, next.objid, next.objsubid
    FROM dropped
    CROSS JOIN LATERAL (
        SELECT d.classid, d.objid, d.objsubid
        FROM pg_depend d
        WHERE d.refclassid = dropped.classid AND d.refobjid = dropped.objid
          AND (dropped.objsubid = 0 OR d.refobjsubid = dropped.objsubid)
        UNION ALL
        SELECT d.refclassid, d.refobjid, d.refobjsubid
        FROM pg_depend d
        WHERE d.classid = dropped.classid AND d.objid = dropped.objid
          AND d.deptype IN ('i', 'e', 'P', 'S')
    ) next
), placed AS (
    SELECT dropped.*, object.schema,
           dropped.classid = 'pg_namespace'::regclass
           OR coalesce(object.schema = quote_ident($1), false)
           OR dropped.classid = 'pg_extension'::regclass
              AND dropped.objid IN (SELECT e.oid FROM pg_extension e
                                    JOIN pg_namespace n ON n.oid = e.extnamespace
                                    WHERE n.nspname = $1) AS is_inside
    FROM dropped
    CROSS JOIN LATERAL pg_identify_object(classid, objid, objsubid) object
    -- It may be gone since the snapshot.
    WHERE object.identity IS NOT NULL AND object.schema IS DISTINCT FROM 'pg_toast'
), outside AS (
    SELECT placed.classid, placed.objid, placed.objsubid
    FROM placed
    WHERE NOT is_inside
      AND NOT (schema IS NULL AND EXISTS (
            SELECT FROM pg_depend part
            JOIN placed whole ON whole.classid = part.refclassid AND whole.objid = part.refobjid
            WHERE part.classid = placed.classid AND part.objid = placed.objid
              AND whole.is_inside
              AND (part.deptype IN ('a', 'i', 'e')
                   OR placed.classid IN ('pg_cast'::regclass, 'pg_transform'::regclass)
                      AND NOT EXISTS (
                        SELECT FROM pg_depend other
                        WHERE other.classid = placed.classid AND other.objid = placed.objid
                          AND NOT EXISTS (SELECT FROM placed
                                          WHERE placed.classid = other.refclassid
                                            AND placed.objid = other.refobjid AND placed.is_inside)))))
)
SELECT pg_describe_object(classid, objid, objsubid)
FROM outside
WHERE NOT EXISTS (
    SELECT FROM pg_depend part
    JOIN outside whole ON whole.classid = part.refclassid AND whole.objid = part.refobjid
                      AND (whole.objid, whole.classid) <> (outside.objid, outside.classid)
    WHERE part.classid = outside.classid AND part.objid = outside.objid
      AND part.deptype IN ('a', 'i', 'P', 'S', 'e')
      AND whole.objsubid IN (0, part.refobjsubid))
  AND NOT (objsubid <> 0 AND EXISTS (
    SELECT FROM outside whole
    WHERE (whole.classid, whole.objid, whole.objsubid) = (outside.classid, outside.objid, 0)))
ORDER BY 1

-- Between which types values are cast by more than their texts, as far as somebody asks.
SELECT pg_catalog.format_type(c.castsource, NULL) AS source,
       pg_catalog.format_type(c.casttarget, NULL) AS target
FROM pg_catalog.pg_cast c
WHERE c.castsource <> c.casttarget

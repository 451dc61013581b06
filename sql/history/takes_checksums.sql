select exists (
    select from pg_catalog.pg_attribute
    where attrelid = pg_catalog.to_regclass('genjobs.schema_versions') and attname = 'checksum' and not attisdropped
)

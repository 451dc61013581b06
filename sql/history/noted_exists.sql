select pg_catalog.to_regclass('genjobs.schema_versions') is not null

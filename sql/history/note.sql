insert into genjobs.schema_versions (version) values (%s) on conflict do nothing

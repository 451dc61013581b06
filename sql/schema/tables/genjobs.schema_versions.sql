-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.schema_versions
CREATE TABLE genjobs.schema_versions (
    version text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    checksum text
);

-- constraint schema_versions_pkey of genjobs.schema_versions
ALTER TABLE genjobs.schema_versions
    ADD CONSTRAINT schema_versions_pkey PRIMARY KEY (version);

-- row security of genjobs.schema_versions
ALTER TABLE genjobs.schema_versions DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.schema_versions
REVOKE ALL ON TABLE genjobs.schema_versions FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE genjobs.schema_versions TO authenticated, service_role;

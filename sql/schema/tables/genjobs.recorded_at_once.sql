-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.recorded_at_once
CREATE UNLOGGED TABLE genjobs.recorded_at_once (
    job_id uuid NOT NULL
);

-- constraint recorded_at_once_pkey of genjobs.recorded_at_once
ALTER TABLE genjobs.recorded_at_once
    ADD CONSTRAINT recorded_at_once_pkey PRIMARY KEY (job_id);

-- row security of genjobs.recorded_at_once
ALTER TABLE genjobs.recorded_at_once DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.recorded_at_once
REVOKE ALL ON TABLE genjobs.recorded_at_once FROM PUBLIC, anon, authenticated, service_role;

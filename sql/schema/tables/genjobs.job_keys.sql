-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.job_keys
CREATE TABLE genjobs.job_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    first_job_id uuid NOT NULL,
    content jsonb NOT NULL
);

-- constraint job_keys_pkey of genjobs.job_keys
ALTER TABLE genjobs.job_keys
    ADD CONSTRAINT job_keys_pkey PRIMARY KEY (user_id, key);

-- index idx_job_keys_first_job_id of genjobs.job_keys
CREATE INDEX idx_job_keys_first_job_id ON genjobs.job_keys USING btree (first_job_id);

-- row security of genjobs.job_keys
ALTER TABLE genjobs.job_keys DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.job_keys
REVOKE ALL ON TABLE genjobs.job_keys FROM PUBLIC, anon, authenticated, service_role;

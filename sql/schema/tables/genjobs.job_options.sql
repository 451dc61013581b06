-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.job_options
CREATE TABLE genjobs.job_options (
    job_id uuid NOT NULL,
    timeout_seconds integer,
    priority smallint DEFAULT 0 NOT NULL,
    max_attempts smallint,
    urgent boolean DEFAULT false NOT NULL
);

-- constraint job_options_pkey of genjobs.job_options
ALTER TABLE genjobs.job_options
    ADD CONSTRAINT job_options_pkey PRIMARY KEY (job_id);

-- row security of genjobs.job_options
ALTER TABLE genjobs.job_options DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.job_options
REVOKE ALL ON TABLE genjobs.job_options FROM PUBLIC, anon, authenticated, service_role;

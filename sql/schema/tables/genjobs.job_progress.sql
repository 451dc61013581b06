-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.job_progress
CREATE TABLE genjobs.job_progress (
    job_id uuid NOT NULL,
    percent smallint,
    message text,
    told_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

-- storage of genjobs.job_progress
ALTER TABLE genjobs.job_progress SET (fillfactor=50);

-- constraint job_progress_pkey of genjobs.job_progress
ALTER TABLE genjobs.job_progress
    ADD CONSTRAINT job_progress_pkey PRIMARY KEY (job_id);

-- row security of genjobs.job_progress
ALTER TABLE genjobs.job_progress DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.job_progress
REVOKE ALL ON TABLE genjobs.job_progress FROM PUBLIC, anon, authenticated, service_role;

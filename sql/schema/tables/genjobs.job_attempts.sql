-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.job_attempts
CREATE TABLE genjobs.job_attempts (
    job_id uuid NOT NULL,
    first_job_id uuid NOT NULL,
    retried_as uuid,
    attempt smallint NOT NULL,
    ending text
);

-- constraint job_attempts_pkey of genjobs.job_attempts
ALTER TABLE genjobs.job_attempts
    ADD CONSTRAINT job_attempts_pkey PRIMARY KEY (job_id);

-- index idx_job_attempts_first of genjobs.job_attempts
CREATE INDEX idx_job_attempts_first ON genjobs.job_attempts USING btree (first_job_id, attempt);

-- row security of genjobs.job_attempts
ALTER TABLE genjobs.job_attempts DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.job_attempts
REVOKE ALL ON TABLE genjobs.job_attempts FROM PUBLIC, anon, authenticated, service_role;

-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.job_delays
CREATE TABLE genjobs.job_delays (
    job_id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL
);

-- constraint job_delays_pkey of genjobs.job_delays
ALTER TABLE genjobs.job_delays
    ADD CONSTRAINT job_delays_pkey PRIMARY KEY (job_id);

-- index idx_job_delays_due of genjobs.job_delays
CREATE INDEX idx_job_delays_due ON genjobs.job_delays USING btree (due_at);

-- row security of genjobs.job_delays
ALTER TABLE genjobs.job_delays DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.job_delays
REVOKE ALL ON TABLE genjobs.job_delays FROM PUBLIC, anon, authenticated, service_role;

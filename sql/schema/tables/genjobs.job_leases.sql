-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.job_leases
CREATE TABLE genjobs.job_leases (
    job_id uuid NOT NULL,
    token uuid NOT NULL,
    worker_id uuid NOT NULL,
    user_id uuid NOT NULL,
    claimed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    mode text NOT NULL
);

-- constraint job_leases_pkey of genjobs.job_leases
ALTER TABLE genjobs.job_leases
    ADD CONSTRAINT job_leases_pkey PRIMARY KEY (job_id);

-- index idx_job_leases_worker of genjobs.job_leases
CREATE INDEX idx_job_leases_worker ON genjobs.job_leases USING btree (worker_id);

-- row security of genjobs.job_leases
ALTER TABLE genjobs.job_leases DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.job_leases
REVOKE ALL ON TABLE genjobs.job_leases FROM PUBLIC, anon, authenticated, service_role;

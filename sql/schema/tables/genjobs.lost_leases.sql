-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.lost_leases
CREATE TABLE genjobs.lost_leases (
    job_id uuid NOT NULL,
    token uuid NOT NULL,
    lost_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

-- constraint lost_leases_pkey of genjobs.lost_leases
ALTER TABLE genjobs.lost_leases
    ADD CONSTRAINT lost_leases_pkey PRIMARY KEY (job_id);

-- index idx_lost_leases_lost_at of genjobs.lost_leases
CREATE INDEX idx_lost_leases_lost_at ON genjobs.lost_leases USING btree (lost_at);

-- row security of genjobs.lost_leases
ALTER TABLE genjobs.lost_leases DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.lost_leases
REVOKE ALL ON TABLE genjobs.lost_leases FROM PUBLIC, anon, authenticated, service_role;

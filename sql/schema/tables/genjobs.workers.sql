-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.workers
CREATE TABLE genjobs.workers (
    id uuid NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    leased_until timestamp with time zone NOT NULL,
    lost_jobs integer DEFAULT 0 NOT NULL
);

-- constraint workers_pkey of genjobs.workers
ALTER TABLE genjobs.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);

-- row security of genjobs.workers
ALTER TABLE genjobs.workers DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.workers
REVOKE ALL ON TABLE genjobs.workers FROM PUBLIC, anon, authenticated, service_role;

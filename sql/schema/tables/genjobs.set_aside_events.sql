-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.set_aside_events
CREATE TABLE genjobs.set_aside_events (
    user_id uuid NOT NULL,
    histogram boolean NOT NULL,
    job_id uuid NOT NULL,
    event_id bigint NOT NULL,
    set_aside_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    code text NOT NULL,
    reason text NOT NULL
);

-- constraint set_aside_events_pkey of genjobs.set_aside_events
ALTER TABLE genjobs.set_aside_events
    ADD CONSTRAINT set_aside_events_pkey PRIMARY KEY (user_id, histogram, job_id, event_id);

-- row security of genjobs.set_aside_events
ALTER TABLE genjobs.set_aside_events DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.set_aside_events
REVOKE ALL ON TABLE genjobs.set_aside_events FROM PUBLIC, anon, authenticated, service_role;

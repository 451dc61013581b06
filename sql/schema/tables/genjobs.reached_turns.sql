-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.reached_turns
CREATE TABLE genjobs.reached_turns (
    pool text NOT NULL,
    turn bigint NOT NULL,
    noted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

-- constraint reached_turns_pkey of genjobs.reached_turns
ALTER TABLE genjobs.reached_turns
    ADD CONSTRAINT reached_turns_pkey PRIMARY KEY (pool);

-- row security of genjobs.reached_turns
ALTER TABLE genjobs.reached_turns DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.reached_turns
REVOKE ALL ON TABLE genjobs.reached_turns FROM PUBLIC, anon, authenticated, service_role;

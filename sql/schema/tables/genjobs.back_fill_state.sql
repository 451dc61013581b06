-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.back_fill_state
CREATE TABLE genjobs.back_fill_state (
    only_row boolean DEFAULT true NOT NULL,
    job_created_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    job_id uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    jobs bigint DEFAULT 0 NOT NULL,
    taken_in boolean DEFAULT false NOT NULL,
    done boolean NOT NULL
);

-- constraint back_fill_state_only_row_check of genjobs.back_fill_state
ALTER TABLE genjobs.back_fill_state
    ADD CONSTRAINT back_fill_state_only_row_check CHECK (only_row);

-- constraint back_fill_state_pkey of genjobs.back_fill_state
ALTER TABLE genjobs.back_fill_state
    ADD CONSTRAINT back_fill_state_pkey PRIMARY KEY (only_row);

-- row security of genjobs.back_fill_state
ALTER TABLE genjobs.back_fill_state DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.back_fill_state
REVOKE ALL ON TABLE genjobs.back_fill_state FROM PUBLIC, anon, authenticated, service_role;

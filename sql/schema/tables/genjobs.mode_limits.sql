-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.mode_limits
CREATE TABLE genjobs.mode_limits (
    mode text NOT NULL,
    max_running integer,
    max_attempts smallint
);

-- constraint mode_limits_pkey of genjobs.mode_limits
ALTER TABLE genjobs.mode_limits
    ADD CONSTRAINT mode_limits_pkey PRIMARY KEY (mode);

-- row security of genjobs.mode_limits
ALTER TABLE genjobs.mode_limits DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.mode_limits
REVOKE ALL ON TABLE genjobs.mode_limits FROM PUBLIC, anon, authenticated, service_role;

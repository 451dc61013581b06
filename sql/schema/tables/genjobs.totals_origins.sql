-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.totals_origins
CREATE TABLE genjobs.totals_origins (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    cluster bigint NOT NULL
);

-- constraint totals_origins_pkey of genjobs.totals_origins
ALTER TABLE genjobs.totals_origins
    ADD CONSTRAINT totals_origins_pkey PRIMARY KEY (id);

-- row security of genjobs.totals_origins
ALTER TABLE genjobs.totals_origins DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.totals_origins
REVOKE ALL ON TABLE genjobs.totals_origins FROM PUBLIC, anon, authenticated, service_role;

-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.erasures
CREATE TABLE genjobs.erasures (
    user_id uuid NOT NULL
);

-- constraint erasures_pkey of genjobs.erasures
ALTER TABLE genjobs.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (user_id);

-- row security of genjobs.erasures
ALTER TABLE genjobs.erasures DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.erasures
REVOKE ALL ON TABLE genjobs.erasures FROM PUBLIC, anon, authenticated, service_role;

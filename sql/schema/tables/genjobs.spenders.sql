-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.spenders
CREATE TABLE genjobs.spenders (
    user_id uuid NOT NULL
);

-- constraint spenders_pkey of genjobs.spenders
ALTER TABLE genjobs.spenders
    ADD CONSTRAINT spenders_pkey PRIMARY KEY (user_id);

-- constraint spenders_user_id_fkey of genjobs.spenders
ALTER TABLE genjobs.spenders
    ADD CONSTRAINT spenders_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- row security of genjobs.spenders
ALTER TABLE genjobs.spenders DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.spenders
REVOKE ALL ON TABLE genjobs.spenders FROM PUBLIC, anon, authenticated, service_role;

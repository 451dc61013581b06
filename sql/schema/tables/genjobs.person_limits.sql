-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.person_limits
CREATE TABLE genjobs.person_limits (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid,
    max_running integer NOT NULL
);

-- constraint person_limits_pkey of genjobs.person_limits
ALTER TABLE genjobs.person_limits
    ADD CONSTRAINT person_limits_pkey PRIMARY KEY (id);

-- constraint person_limits_user_id_fkey of genjobs.person_limits
ALTER TABLE genjobs.person_limits
    ADD CONSTRAINT person_limits_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- constraint person_limits_user_id_key of genjobs.person_limits
ALTER TABLE genjobs.person_limits
    ADD CONSTRAINT person_limits_user_id_key UNIQUE NULLS NOT DISTINCT (user_id);

-- row security of genjobs.person_limits
ALTER TABLE genjobs.person_limits DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.person_limits
REVOKE ALL ON TABLE genjobs.person_limits FROM PUBLIC, anon, authenticated, service_role;

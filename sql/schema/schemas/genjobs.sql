-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- schema genjobs
CREATE SCHEMA genjobs;

-- grants of genjobs
REVOKE ALL ON SCHEMA genjobs FROM PUBLIC, anon, authenticated, service_role;
GRANT USAGE ON SCHEMA genjobs TO authenticated, service_role;

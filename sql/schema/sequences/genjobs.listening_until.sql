-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- sequence genjobs.listening_until
CREATE SEQUENCE genjobs.listening_until AS bigint INCREMENT BY 1 MINVALUE 0 MAXVALUE 9223372036854775807 START WITH 0 CACHE 1;

-- grants of genjobs.listening_until
REVOKE ALL ON SEQUENCE genjobs.listening_until FROM PUBLIC, anon, authenticated, service_role;

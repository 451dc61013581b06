-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- sequence genjobs.highest_turn
CREATE SEQUENCE genjobs.highest_turn AS bigint INCREMENT BY 1 MINVALUE 0 MAXVALUE 9223372036854775807 START WITH 0 CACHE 1;

-- grants of genjobs.highest_turn
REVOKE ALL ON SEQUENCE genjobs.highest_turn FROM PUBLIC, anon, authenticated, service_role;

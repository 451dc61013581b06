-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.key_difference(jsonb, jsonb)
CREATE OR REPLACE FUNCTION genjobs.key_difference(p_stored jsonb, p_given jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select string_agg(
        format(
            '%s was %s, now %s', field.name, coalesce(p_stored ->> field.name, 'left out'),
            coalesce(p_given ->> field.name, 'left out')
        ),
        '; ' order by field.name
    )
    from (select jsonb_object_keys(p_stored) union select jsonb_object_keys(p_given)) as field (name)
    where p_stored -> field.name is distinct from p_given -> field.name
$function$;

-- grants of genjobs.key_difference(jsonb, jsonb)
REVOKE ALL ON FUNCTION genjobs.key_difference(jsonb, jsonb) FROM PUBLIC, anon, authenticated, service_role;

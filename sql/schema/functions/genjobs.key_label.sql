-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.key_label(text, text)
CREATE OR REPLACE FUNCTION genjobs.key_label(p_split text, p_key text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select case p_split
        when 'project' then (select project.name from public.projects as project where project.id = p_key::uuid)
        when 'person' then (select person.email from auth.users as person where person.id = p_key::uuid)
        else p_key
    end
$function$;

-- grants of genjobs.key_label(text, text)
REVOKE ALL ON FUNCTION genjobs.key_label(text, text) FROM PUBLIC, anon, authenticated, service_role;

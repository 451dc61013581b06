-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.restart_back_fill()
CREATE OR REPLACE FUNCTION genjobs.restart_back_fill()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    insert into genjobs.back_fill_state as state (taken_in, done)
    values (true, false)
    on conflict (only_row) do update
    set job_id = '00000000-0000-0000-0000-000000000000', taken_in = true, done = false
$function$;

-- grants of genjobs.restart_back_fill()
REVOKE ALL ON FUNCTION genjobs.restart_back_fill() FROM PUBLIC, anon, authenticated, service_role;

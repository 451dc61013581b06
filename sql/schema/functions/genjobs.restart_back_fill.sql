-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.restart_back_fill()
CREATE OR REPLACE FUNCTION genjobs.restart_back_fill()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
    update genjobs.back_fill_state
    set job_id = '00000000-0000-0000-0000-000000000000', taken_in = true, done = false
$function$;

-- grants of genjobs.restart_back_fill()
REVOKE ALL ON FUNCTION genjobs.restart_back_fill() FROM PUBLIC, anon, authenticated, service_role;

-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.erase_person()
CREATE OR REPLACE FUNCTION genjobs.erase_person()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    delete from public.generation_job_events as event where event.user_id = old.id;
    delete from genjobs.set_aside_events as aside where aside.user_id = old.id;
    insert into genjobs.erasures (user_id) values (old.id) on conflict do nothing;
    if genjobs.may_fold() then
        perform genjobs.erase_totals();
    end if;
    return null;
end
$function$;

-- grants of genjobs.erase_person()
REVOKE ALL ON FUNCTION genjobs.erase_person() FROM PUBLIC, anon, authenticated, service_role;

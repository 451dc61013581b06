-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.record_deletion()
CREATE OR REPLACE FUNCTION genjobs.record_deletion()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    event_id bigint;
begin
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        old.created_at, old.id, old.user_id, old.project_id, old.mode, 'deleted',
        old.status, old.status, old.cost_cents, old.cost_cents, old.error, auth.uid(), current_setting('role')
    where exists (select from auth.users as person where person.id = old.user_id)
    returning id into event_id;
    if event_id % 2048 = 0 then
        perform genjobs.fold_sometimes(event_id);
    end if;
    return null;
end
$function$;

-- grants of genjobs.record_deletion()
REVOKE ALL ON FUNCTION genjobs.record_deletion() FROM PUBLIC, anon, authenticated, service_role;

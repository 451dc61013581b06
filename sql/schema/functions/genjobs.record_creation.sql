-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.record_creation()
CREATE OR REPLACE FUNCTION genjobs.record_creation()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    event_id bigint;
begin
    if current_setting('genjobs.recording', true) = 'later' and genjobs.is_loading() then
        return null;
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        new.created_at, new.id, new.user_id, new.project_id, new.mode,
        case when back.yes then 'restored' else 'created' end,
        case when back.yes then new.status end, new.status,
        case when back.yes then new.cost_cents end, new.cost_cents,
        new.error, auth.uid(), current_setting('role')
    from (
        select current_setting('genjobs.restoring', true) = 'on' and genjobs.comes_back(new.id) as yes
    ) as back
    returning id into event_id;
    if event_id % 2048 = 0 then
        perform genjobs.fold_sometimes(event_id);
    end if;
    return null;
end
$function$;

-- grants of genjobs.record_creation()
REVOKE ALL ON FUNCTION genjobs.record_creation() FROM PUBLIC, anon, authenticated, service_role;

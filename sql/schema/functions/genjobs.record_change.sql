-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.record_change()
CREATE OR REPLACE FUNCTION genjobs.record_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    event_id bigint;
    takes_exclusion_along boolean;
begin
    if current_setting('genjobs.server_noted', true) is distinct from 'on' then
        perform genjobs.note_server();
    end if;
    if new.project_id is distinct from old.project_id
        or new.mode is distinct from old.mode
        or new.user_id is distinct from old.user_id
        or new.created_at is distinct from old.created_at
        or new.id is distinct from old.id
    then
        if old.status = 'failed' then
            perform genjobs.notice_exclusion(old.id);
            takes_exclusion_along := genjobs.is_excluded(old.id);
        end if;
        if takes_exclusion_along then
            insert into public.generation_job_events (
                job_created_at, job_id, user_id, project_id, mode, kind, old_status, old_cost_cents, actor_id, actor_role
            )
            values (
                old.created_at, old.id, old.user_id, old.project_id, old.mode, 'excluded', 'excluded', 0,
                auth.uid(), current_setting('role')
            );
        end if;
        perform genjobs.follow_change(old, new);
        insert into public.generation_job_events (
            job_created_at, job_id, user_id, project_id, mode, kind,
            old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
        )
        values
            (
                old.created_at, old.id, old.user_id, old.project_id, old.mode, 'left',
                old.status, null, old.cost_cents, null, null, auth.uid(), current_setting('role')
            ),
            (
                new.created_at, new.id, new.user_id, new.project_id, new.mode, 'joined',
                null, new.status, null, new.cost_cents, new.error, auth.uid(), current_setting('role')
            );
        if takes_exclusion_along then
            perform genjobs.exclude_job(new);
        end if;
        return null;
    end if;
    if new.status is distinct from old.status then
        if pg_trigger_depth() > 1 or current_setting('genjobs.queue_is_kept', true) is distinct from 'on' then
            perform genjobs.follow_change(old, new);
        end if;
    elsif new.cost_cents is not distinct from old.cost_cents then
        return null;
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    values (
        new.created_at, new.id, new.user_id, new.project_id, new.mode,
        case when new.status is distinct from old.status then 'moved' else 'cost_changed' end,
        old.status, new.status, old.cost_cents, new.cost_cents, new.error, auth.uid(), current_setting('role')
    )
    returning id into event_id;
    if event_id % 4096 = 0 then
        perform genjobs.fold_sometimes(event_id, event_id);
    end if;
    return null;
end
$function$;

-- grants of genjobs.record_change()
REVOKE ALL ON FUNCTION genjobs.record_change() FROM PUBLIC, anon, authenticated, service_role;

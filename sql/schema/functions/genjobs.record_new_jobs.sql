-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.record_new_jobs()
CREATE OR REPLACE FUNCTION genjobs.record_new_jobs()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    is_restoring constant boolean := coalesce(current_setting('genjobs.restoring', true), '') = 'on';
    are_some_recorded constant boolean := coalesce(current_setting('genjobs.recorded_at_once', true), '') = 'on';
    id_before constant bigint := coalesce(pg_sequence_last_value('public.generation_job_events_id_seq'), 0);
    id_after bigint;
    unjudged public.generation_jobs;
    recorded bigint;
begin
    if current_setting('genjobs.server_noted', true) is distinct from 'on' then
        perform genjobs.note_server();
    end if;
    if current_setting('genjobs.recording', true) is not distinct from 'later' and genjobs.is_loading() then
        return null;
    end if;
    if are_some_recorded then
        for unjudged in
            select job.*
            from new_jobs as job
            where not genjobs.is_recorded(job.id) and genjobs.is_limited(job.project_id, job.user_id)
        loop
            perform genjobs.judge_spending(unjudged);
        end loop;
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        job.created_at, job.id, job.user_id, job.project_id, job.mode,
        case when back.yes then 'restored' else 'created' end,
        case when back.yes then job.status end, job.status,
        case when back.yes then job.cost_cents end, job.cost_cents,
        job.error, actor.id, actor.role
    from new_jobs as job
    cross join (select auth.uid() as id, current_setting('role') as role) as actor
    cross join lateral (select is_restoring and genjobs.comes_back(job.id) as yes) as back
    where not (are_some_recorded and genjobs.is_recorded(job.id));
    get diagnostics recorded = row_count;
    id_after := pg_sequence_last_value('public.generation_job_events_id_seq');
    if recorded = 1 then -- usually one job: it does not need the plan for many
        insert into genjobs.job_queue (job_id, user_id, project_id, turn, mode)
        select
            job.id, job.user_id, job.project_id,
            genjobs.next_turn(job.user_id, job.mode, job.project_id),
            left(job.mode, 100)
        from new_jobs as job
        where job.status = 'queued'
        on conflict (job_id) do nothing;
    else
        insert into genjobs.job_queue (job_id, user_id, project_id, turn, mode) -- as queue_jobs does, which would read the jobs anew
        with kind as materialized (
            select kind.*, genjobs.next_turn(kind.user_id, kind.mode, kind.project_id) as first_turn
            from (
                select distinct job.user_id, job.mode, job.project_id from new_jobs as job where job.status = 'queued'
            ) as kind
        ),
        placed as (
            select
                job.id, job.user_id, job.project_id, job.mode, kind.first_turn,
                row_number() over (partition by job.user_id order by kind.first_turn, job.created_at, job.id) as place
            from new_jobs as job
            join kind on kind.user_id = job.user_id and kind.mode = job.mode and kind.project_id = job.project_id
            where job.status = 'queued'
        )
        select
            placed.id, placed.user_id, placed.project_id,
            placed.place + max(placed.first_turn - placed.place) over (
                partition by placed.user_id order by placed.place
            ),
            left(placed.mode, 100)
        from placed
        on conflict (job_id) do nothing;
    end if;
    if pg_sequence_last_value('genjobs.listening_until') > extract(epoch from clock_timestamp()) then
        perform genjobs.notify_workers();
    end if;
    if are_some_recorded then
        perform genjobs.forget_recorded(job.id) from new_jobs as job;
    end if;
    if id_after / 4096 > id_before / 4096 then
        perform genjobs.fold_sometimes(id_before + 1, id_after);
    end if;
    return null;
end
$function$;

-- grants of genjobs.record_new_jobs()
REVOKE ALL ON FUNCTION genjobs.record_new_jobs() FROM PUBLIC, anon, authenticated, service_role;

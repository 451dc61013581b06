-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.mend_exclusions(uuid, uuid)
CREATE OR REPLACE FUNCTION genjobs.mend_exclusions(p_after uuid, p_upto uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.exclude_job(job) from genjobs.wrongly_counted(p_after, p_upto) as job;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind, old_status, old_cost_cents, actor_role
    )
    select
        wrong.job_created_at, wrong.job_id, wrong.user_id, wrong.project_id, wrong.mode, 'excluded', 'excluded', 0,
        current_setting('role')
    from (
        select
            event.job_created_at, event.job_id, event.user_id, event.project_id, event.mode,
            sum(case when event.new_status is null then -1 else 1 end) as number
        from public.generation_job_events as event
        where event.job_id > p_after
            and event.job_id <= p_upto
            and event.kind = 'excluded'
            and not genjobs.can_be_excluded(event.job_id)
        group by 1, 2, 3, 4, 5
    ) as wrong
    cross join lateral generate_series(1, wrong.number)
    where exists (select from auth.users as person where person.id = wrong.user_id)
$function$;

-- grants of genjobs.mend_exclusions(uuid, uuid)
REVOKE ALL ON FUNCTION genjobs.mend_exclusions(uuid, uuid) FROM PUBLIC, anon, authenticated, service_role;

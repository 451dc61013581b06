-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.back_fill(integer)
CREATE OR REPLACE FUNCTION genjobs.back_fill(p_jobs integer DEFAULT 20000)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    after_id uuid;
    upto_id uuid;
    is_taken_in boolean;
    is_done boolean;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The log can be filled only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    select state.job_id, state.taken_in, state.done into after_id, is_taken_in, is_done
    from genjobs.back_fill_state as state
    for update;
    if is_done then
        return true;
    end if;
    if not is_taken_in then
        if genjobs.back_fill_totals(p_jobs) < p_jobs then
            update genjobs.back_fill_state set job_id = '00000000-0000-0000-0000-000000000000', taken_in = true;
        end if;
        return false;
    end if;
    select batch.id into upto_id
    from (
        select job.id from public.generation_jobs as job where job.id > after_id order by job.id limit p_jobs
    ) as batch
    order by batch.id
    offset p_jobs - 1;
    is_done := upto_id is null;
    upto_id := coalesce(upto_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    perform
    from auth.users as person
    where person.id in (
        select job.user_id from public.generation_jobs as job where job.id > after_id and job.id <= upto_id
        union all
        select event.user_id
        from public.generation_job_events as event
        where event.job_id > after_id and event.job_id <= upto_id
    )
    order by person.id
    for key share;

    insert into public.generation_job_events (
        at, job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_role
    )
    select
        coalesce(job.updated_at, clock_timestamp()), lacking.created_at, lacking.job_id, lacking.user_id,
        lacking.project_id, lacking.mode, 'known',
        case when lacking.number < 0 then lacking.status end, case when lacking.number > 0 then lacking.status end,
        case when lacking.number < 0 then lacking.cost_cents end, case when lacking.number > 0 then lacking.cost_cents end,
        case when lacking.number > 0 then job.error end, current_setting('role')
    from (
        select
            side.job_id, side.user_id, side.project_id, side.mode, side.status, side.cost_cents, side.created_at,
            sum(side.number)::integer as number
        from (
            select
                job.id as job_id, job.user_id, job.project_id, job.mode, job.status, job.cost_cents, job.created_at,
                1 as number
            from public.generation_jobs as job
            where job.id > after_id and job.id <= upto_id
            union all
            select
                event.job_id, event.user_id, event.project_id, event.mode, given.status, given.cost_cents,
                event.job_created_at, given.number
            from public.generation_job_events as event
            cross join lateral (
                values
                    (event.old_status, event.old_cost_cents, 1, event.kind = 'restored'),
                    (event.new_status, event.new_cost_cents, -1, event.kind = 'deleted')
            ) as given (status, cost_cents, number, of_deleted)
            where event.job_id > after_id
                and event.job_id <= upto_id
                and given.status is not null
                and given.status <> 'excluded'
                and not given.of_deleted
        ) as side
        group by 1, 2, 3, 4, 5, 6, 7
        having sum(side.number) <> 0
    ) as lacking
    left join public.generation_jobs as job on job.id = lacking.job_id
    cross join lateral generate_series(1, abs(lacking.number))
    where exists (select from auth.users as person where person.id = lacking.user_id);
    perform genjobs.mend_exclusions(after_id, upto_id);

    update genjobs.back_fill_state set job_id = upto_id, done = is_done;
    return is_done;
end
$function$;

-- grants of genjobs.back_fill(integer)
REVOKE ALL ON FUNCTION genjobs.back_fill(integer) FROM PUBLIC, anon, authenticated, service_role;

-- A filter names at most 1,000 values: each is compared with every total that is read.

create or replace function genjobs.check_filters(
    p_project_ids uuid[], p_modes text[], p_statuses text[], p_user_ids uuid[]
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    filter record;
begin
    for filter in
        select given.name, given.number
        from (
            values
                ('p_project_ids', cardinality(p_project_ids)), ('p_modes', cardinality(p_modes)),
                ('p_statuses', cardinality(p_statuses)), ('p_user_ids', cardinality(p_user_ids))
        ) as given (name, number)
        where given.number > 1000
    loop
        raise exception 'A filter has too many values.'
            using errcode = 'invalid_parameter_value',
                detail = format('%s has %s values.', filter.name, filter.number),
                hint = 'Give at most 1,000 values, or null for all.';
    end loop;
end
$$;
revoke all on function genjobs.check_filters(uuid[], text[], text[], uuid[]) from public, anon, authenticated, service_role;
grant execute on function genjobs.check_filters(uuid[], text[], text[], uuid[]) to authenticated, service_role;

create or replace function public.get_cost_series(
    p_from timestamptz, p_to timestamptz, p_bucket text default 'day', p_time_zone text default 'UTC', p_split text default 'none',
    p_project_ids uuid[] default null, p_modes text[] default null, p_statuses text[] default null,
    p_user_ids uuid[] default null, p_everyone boolean default false
)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.read_cost_series(
        p_from, p_to, p_bucket, p_time_zone, p_split, p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone
    )
    from genjobs.check_filters(p_project_ids, p_modes, p_statuses, p_user_ids)
$$;

create or replace function public.get_cost_totals(
    p_from timestamptz, p_to timestamptz, p_time_zone text default 'UTC',
    p_project_ids uuid[] default null, p_modes text[] default null, p_statuses text[] default null,
    p_user_ids uuid[] default null, p_everyone boolean default false
)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.read_cost_totals(
        p_from, p_to, p_time_zone, p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone
    )
    from genjobs.check_filters(p_project_ids, p_modes, p_statuses, p_user_ids)
$$;

create or replace function public.get_cost_heatmap(
    p_from timestamptz, p_to timestamptz, p_time_zone text default 'UTC',
    p_project_ids uuid[] default null, p_modes text[] default null, p_statuses text[] default null,
    p_user_ids uuid[] default null, p_everyone boolean default false
)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.read_cost_heatmap(
        p_from, p_to, p_time_zone, p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone
    )
    from genjobs.check_filters(p_project_ids, p_modes, p_statuses, p_user_ids)
$$;

create or replace function public.get_cost_percentiles(
    p_from timestamptz, p_to timestamptz, p_bucket text default 'day', p_time_zone text default 'UTC',
    p_project_ids uuid[] default null, p_modes text[] default null, p_statuses text[] default null,
    p_user_ids uuid[] default null, p_everyone boolean default false
)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.read_cost_percentiles(
        p_from, p_to, p_bucket, p_time_zone, p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone
    )
    from genjobs.check_filters(p_project_ids, p_modes, p_statuses, p_user_ids)
$$;

create or replace function public.get_top_costs(
    p_from timestamptz, p_to timestamptz, p_split text default 'project', p_limit integer default 10,
    p_project_ids uuid[] default null, p_modes text[] default null, p_statuses text[] default null,
    p_user_ids uuid[] default null, p_everyone boolean default false
)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.read_top_costs(
        p_from, p_to, p_split, p_limit, p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone
    )
    from genjobs.check_filters(p_project_ids, p_modes, p_statuses, p_user_ids)
$$;

-- The caller's own jobs of [p_from, p_to), counted one by one, with those that were deleted. Null filters let everything
-- through; a long mode may be given in full or by the name that totals give it. Its time grows with what it reads, so it
-- reads at most p_most jobs and as many events, before any filter; where there are more, `capped` is true and the amounts
-- are a part only.
create or replace function public.get_cost_recount(
    p_from timestamptz, p_to timestamptz, p_project_ids uuid[] default null, p_modes text[] default null,
    p_statuses text[] default null, p_most integer default 50000
)
returns table (jobs bigint, cents bigint, deleted_jobs bigint, deleted_cents bigint, capped boolean)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with kept as materialized (
        select job.project_id, job.mode, job.status, job.cost_cents, 1 as jobs, false as deleted
        from public.generation_jobs as job
        where job.user_id = (select auth.uid()) and job.created_at >= p_from and job.created_at < p_to
        order by job.created_at desc
        limit greatest(p_most, 0)::bigint + 1
    ),
    gone as materialized (
        select
            event.project_id, event.mode, event.old_status as status, event.old_cost_cents as cost_cents,
            case event.kind when 'deleted' then 1 else -1 end as jobs, true as deleted
        from public.generation_job_events as event
        where event.user_id = (select auth.uid())
            and event.job_created_at >= p_from
            and event.job_created_at < p_to
            and event.kind in ('deleted', 'restored')
        order by event.job_created_at desc
        limit greatest(p_most, 0)::bigint + 1
    )
    select
        coalesce(sum(one.jobs), 0)::bigint,
        coalesce(sum(one.jobs::bigint * one.cost_cents), 0)::bigint,
        coalesce(sum(one.jobs) filter (where one.deleted), 0)::bigint,
        coalesce(sum(one.jobs::bigint * one.cost_cents) filter (where one.deleted), 0)::bigint,
        greatest((select count(*) from kept), (select count(*) from gone)) > greatest(p_most, 0)
    from genjobs.check_filters(p_project_ids, p_modes, p_statuses, null)
    left join (select * from kept union all select * from gone) as one on true
    where (p_project_ids is null or one.project_id = any (p_project_ids))
        and (
            p_modes is null
            or case when octet_length(one.mode) <= 100 then one.mode else genjobs.totals_mode(one.mode) end = any (
                select genjobs.totals_mode(given.name) from unnest(p_modes) as given (name)
            )
        )
        and (p_statuses is null or one.status = any (p_statuses))
$$;

insert into genjobs.schema_versions (version) values ('20261127120300') on conflict do nothing;

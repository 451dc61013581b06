-- The API of costs. Its functions run with their caller's rights; the functions of genjobs that they call decide whose
-- totals the caller sees.

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
    select genjobs.read_cost_series(p_from, p_to, p_bucket, p_time_zone, p_split, filters)
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
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
    select genjobs.read_cost_totals(p_from, p_to, p_time_zone, filters)
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
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
    select genjobs.read_top_costs(p_from, p_to, p_split, p_limit, filters)
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
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
    select genjobs.read_cost_heatmap(p_from, p_to, p_time_zone, filters)
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
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
    select genjobs.read_cost_percentiles(p_from, p_to, p_bucket, p_time_zone, filters)
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
$$;

-- Everything that a page of costs shows, from one snapshot in one call.
create or replace function public.get_cost_page(
    p_from timestamptz, p_to timestamptz, p_bucket text default 'day', p_time_zone text default 'UTC',
    p_split text default 'mode', p_project_ids uuid[] default null, p_modes text[] default null,
    p_statuses text[] default null, p_user_ids uuid[] default null, p_everyone boolean default false
)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select json_build_object(
        'series', genjobs.read_cost_series(p_from, p_to, p_bucket, p_time_zone, p_split, filters),
        'totals', genjobs.read_cost_totals(p_from, p_to, p_time_zone, filters),
        'top_modes', genjobs.read_top_costs(p_from, p_to, 'mode', 10, filters),
        'percentiles', genjobs.read_cost_percentiles(p_from, p_to, p_bucket, p_time_zone, filters)
    )
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
$$;

-- The caller's own jobs of [p_from, p_to), including deleted ones, counted one by one. A null filter means no filter; a
-- long mode may be given in full or by its name in the totals. The time grows with what is read, so it reads at most
-- p_most jobs and as many events, before any filter; if there are more, `capped` is true and the amounts are incomplete.
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
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses)
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

-- A page of costs with the recount that it must agree with, from one snapshot. The recount is null if the caller asks for
-- other people's costs.
create or replace function public.get_checked_cost_page(
    p_from timestamptz, p_to timestamptz, p_bucket text default 'day', p_time_zone text default 'UTC',
    p_split text default 'mode', p_project_ids uuid[] default null, p_modes text[] default null,
    p_statuses text[] default null, p_user_ids uuid[] default null, p_everyone boolean default false
)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select json_build_object(
        'page', public.get_cost_page(
            p_from, p_to, p_bucket, p_time_zone, p_split, p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone
        ),
        'recount', case when not p_everyone and p_user_ids is null then (
            select row_to_json(counted)
            from public.get_cost_recount(p_from, p_to, p_project_ids, p_modes, p_statuses) as counted
        ) end
    )
$$;

revoke all on function
    public.get_cost_series(timestamptz, timestamptz, text, text, text, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_totals(timestamptz, timestamptz, text, uuid[], text[], text[], uuid[], boolean),
    public.get_top_costs(timestamptz, timestamptz, text, integer, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_heatmap(timestamptz, timestamptz, text, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_percentiles(timestamptz, timestamptz, text, text, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_page(timestamptz, timestamptz, text, text, text, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_recount(timestamptz, timestamptz, uuid[], text[], text[], integer),
    public.get_checked_cost_page(timestamptz, timestamptz, text, text, text, uuid[], text[], text[], uuid[], boolean)
    from public, anon, authenticated, service_role;
grant execute on function
    public.get_cost_series(timestamptz, timestamptz, text, text, text, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_totals(timestamptz, timestamptz, text, uuid[], text[], text[], uuid[], boolean),
    public.get_top_costs(timestamptz, timestamptz, text, integer, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_heatmap(timestamptz, timestamptz, text, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_percentiles(timestamptz, timestamptz, text, text, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_page(timestamptz, timestamptz, text, text, text, uuid[], text[], text[], uuid[], boolean),
    public.get_cost_recount(timestamptz, timestamptz, uuid[], text[], text[], integer),
    public.get_checked_cost_page(timestamptz, timestamptz, text, text, text, uuid[], text[], text[], uuid[], boolean)
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132000') on conflict do nothing;

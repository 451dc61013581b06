-- What the totals are compared with on the page: the caller's own jobs of [p_from, p_to), counted one by one, with those
-- that were deleted. Only for that: its time grows with the number of jobs.
create or replace function public.get_cost_recount(p_from timestamptz, p_to timestamptz)
returns table (jobs bigint, cents bigint, deleted_jobs bigint, deleted_cents bigint)
language sql
stable
security invoker
set search_path = ''
as $$
    select
        sum(side.jobs)::bigint, sum(side.cents)::bigint,
        coalesce(sum(side.jobs) filter (where side.deleted), 0)::bigint,
        coalesce(sum(side.cents) filter (where side.deleted), 0)::bigint
    from (
        select count(*) as jobs, coalesce(sum(job.cost_cents), 0) as cents, false as deleted
        from public.generation_jobs as job
        where job.user_id = (select auth.uid()) and job.created_at >= p_from and job.created_at < p_to
        union all
        select
            coalesce(sum(case event.kind when 'deleted' then 1 else -1 end), 0),
            coalesce(sum(case event.kind when 'deleted' then event.old_cost_cents else -event.old_cost_cents end), 0),
            true
        from public.generation_job_events as event
        where event.user_id = (select auth.uid())
            and event.job_created_at >= p_from
            and event.job_created_at < p_to
            and event.kind in ('deleted', 'restored')
    ) as side
$$;
revoke all on function public.get_cost_recount(timestamptz, timestamptz) from public, anon, authenticated, service_role;
grant execute on function public.get_cost_recount(timestamptz, timestamptz) to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261124090900') on conflict do nothing;

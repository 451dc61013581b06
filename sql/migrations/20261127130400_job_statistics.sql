-- A caller's own jobs: statistics, the newest ones, and a summary. The functions and the view run with the caller's
-- rights and a fixed search path; anon may use none of them. Only service_role gets other people's totals, and no call
-- can ask for more than 1,000 recent jobs.

create or replace function public.get_job_statistics(p_user_id uuid default null)
returns table (status text, count bigint, total_cost_cents bigint, avg_cost_cents numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select job.status, count(*), sum(job.cost_cents), avg(job.cost_cents)
    from public.generation_jobs as job
    where job.user_id = (
        select case
            when p_user_id is null or p_user_id = auth.uid() then auth.uid()
            when current_user = 'service_role' then p_user_id
        end
    )
    group by job.status
    order by job.status
$$;

create or replace function public.get_recent_jobs(p_limit integer default 10)
returns table (id uuid, project_id uuid, status text, mode text, cost_cents integer, created_at timestamptz)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select job.id, job.project_id, job.status, job.mode, job.cost_cents, job.created_at
    from public.generation_jobs as job
    where job.user_id = (select auth.uid())
    order by job.created_at desc, job.id desc
    limit least(greatest(coalesce(p_limit, 10), 0), 1000)
$$;

revoke all on function public.get_job_statistics(uuid), public.get_recent_jobs(integer)
    from public, anon, authenticated, service_role;
grant execute on function public.get_job_statistics(uuid), public.get_recent_jobs(integer)
    to authenticated, service_role;

-- A view whose columns differ cannot be replaced in place.
do $$
begin
    if to_regclass('public.generation_job_summary') is not null and (
        select string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum)
        from pg_catalog.pg_attribute
        where attrelid = to_regclass('public.generation_job_summary') and attnum > 0 and not attisdropped
    ) is distinct from
        'user_id uuid, project_id uuid, status text, job_count bigint, total_cost_cents bigint, '
        'avg_cost_cents numeric, first_job_at timestamp with time zone, last_job_at timestamp with time zone'
    then
        drop view public.generation_job_summary;
    end if;
end
$$;

create or replace view public.generation_job_summary with (security_invoker = true) as
select
    job.user_id,
    job.project_id,
    job.status,
    count(*) as job_count,
    sum(job.cost_cents) as total_cost_cents,
    avg(job.cost_cents) as avg_cost_cents,
    min(job.created_at) as first_job_at,
    max(job.created_at) as last_job_at
from public.generation_jobs as job
group by job.user_id, job.project_id, job.status;
revoke all on table public.generation_job_summary from public, anon, authenticated, service_role;
grant select on table public.generation_job_summary to authenticated, service_role;

-- The summary is computed from the jobs. With an instead-of trigger, PostgreSQL first checks the right to write, which
-- nobody has: a write is refused like any other that is not allowed, and not reported as an error of the server.
create or replace function genjobs.refuse_summary_write() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'The summary of jobs is read-only.'
        using errcode = 'insufficient_privilege',
            hint = 'Write to generation_jobs; the summary follows.';
end
$$;
revoke all on function genjobs.refuse_summary_write() from public, anon, authenticated, service_role;

create or replace trigger refuse_summary_write
    instead of insert or update or delete on public.generation_job_summary
    for each row
    execute function genjobs.refuse_summary_write();

insert into genjobs.schema_versions (version) values ('20261127130400') on conflict do nothing;

-- Generation jobs: ten columns, six indexes, four policies, three functions and a view.
-- What is there already is left as it is; the later files bring older editions up to date.

do $$
begin
    create function public.update_updated_at_column() returns trigger
        language plpgsql
        set search_path = ''
        as $body$
        begin
            new.updated_at = now();
            return new;
        end
        $body$;
    revoke all on function public.update_updated_at_column() from public, anon, authenticated, service_role;
exception when duplicate_function then
    null;
end
$$;

do $$
begin
    if to_regclass('public.generation_jobs') is not null then
        return;
    end if;

    create table public.generation_jobs (
        id uuid primary key default gen_random_uuid(),
        user_id uuid not null references auth.users (id) on delete cascade,
        project_id uuid not null references public.projects (id) on delete cascade,
        status text not null default 'queued' check (status in ('queued', 'running', 'succeeded', 'failed')),
        mode text not null,
        input_asset_id uuid references public.assets (id) on delete set null,
        error text,
        cost_cents integer not null default 0,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
    );
    create index idx_generation_jobs_user_id on public.generation_jobs (user_id);
    create index idx_generation_jobs_project_id on public.generation_jobs (project_id);
    create index idx_generation_jobs_status on public.generation_jobs (status);
    create index idx_generation_jobs_input_asset_id on public.generation_jobs (input_asset_id);
    create index idx_generation_jobs_created_at on public.generation_jobs (created_at desc);
    create index idx_generation_jobs_user_status on public.generation_jobs (user_id, status);

    alter table public.generation_jobs enable row level security;
    create policy "Users can view own generation jobs" on public.generation_jobs
        for select to authenticated using ((select auth.uid()) = user_id);
    create policy "Users can insert own generation jobs" on public.generation_jobs
        for insert to authenticated with check ((select auth.uid()) = user_id);
    create policy "Users can update own generation jobs" on public.generation_jobs
        for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
    create policy "Users can delete own generation jobs" on public.generation_jobs
        for delete to authenticated using ((select auth.uid()) = user_id);

    revoke all on table public.generation_jobs from public, anon, authenticated, service_role;
    grant select, insert, update, delete on table public.generation_jobs to authenticated, service_role;

    create trigger update_generation_jobs_updated_at before update on public.generation_jobs
        for each row execute function public.update_updated_at_column();
end
$$;

do $$
begin
    create function public.get_job_statistics(p_user_id uuid default null)
        returns table (status text, count bigint, total_cost_cents bigint, avg_cost_cents numeric)
        language sql
        stable
        security invoker
        set search_path = ''
        as $body$
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
        $body$;
    revoke all on function public.get_job_statistics(uuid) from public, anon, authenticated, service_role;
    grant execute on function public.get_job_statistics(uuid) to authenticated, service_role;
exception when duplicate_function then
    null;
end
$$;

do $$
begin
    create function public.get_recent_jobs(p_limit integer default 10)
        returns table (
            id uuid, project_id uuid, status text, mode text, cost_cents integer, created_at timestamptz
        )
        language sql
        stable
        security invoker
        set search_path = ''
        as $body$
        select job.id, job.project_id, job.status, job.mode, job.cost_cents, job.created_at
        from public.generation_jobs as job
        where job.user_id = (select auth.uid())
        order by job.created_at desc, job.id desc
        limit least(greatest(coalesce(p_limit, 10), 0), 1000)
        $body$;
    revoke all on function public.get_recent_jobs(integer) from public, anon, authenticated, service_role;
    grant execute on function public.get_recent_jobs(integer) to authenticated, service_role;
exception when duplicate_function then
    null;
end
$$;

do $$
begin
    create function public.transition_job_status(p_job_id uuid, p_new_status text, p_error text default null)
        returns boolean
        language plpgsql
        security invoker
        set search_path = ''
        as $body$
        begin
            update public.generation_jobs as job
            set status = p_new_status, error = coalesce(p_error, job.error)
            where job.id = p_job_id
                and (job.status, p_new_status) in (
                    ('queued', 'running'), ('running', 'succeeded'), ('running', 'failed')
                )
                and (current_user = 'service_role' or job.user_id = (select auth.uid()));
            return found;
        end
        $body$;
    revoke all on function public.transition_job_status(uuid, text, text)
        from public, anon, authenticated, service_role;
    grant execute on function public.transition_job_status(uuid, text, text) to authenticated, service_role;
exception when duplicate_function then
    null;
end
$$;

do $$
begin
    create view public.generation_job_summary with (security_invoker = true) as
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
exception when duplicate_table then
    null;
end
$$;

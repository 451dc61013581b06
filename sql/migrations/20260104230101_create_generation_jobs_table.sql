-- Generation jobs: ten columns, six indexes, four policies.
-- What is there already is left as it is; the later files bring older editions up to date.

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
end
$$;

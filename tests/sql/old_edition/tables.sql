-- The older edition as it is met: default grants, policies for everyone, no rule but the list of statuses.

create function public.update_updated_at_column() returns trigger language plpgsql as $$
begin
    new.updated_at = now();
    return new;
end
$$;

create table public.projects (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create table public.assets (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    project_id uuid not null references public.projects (id) on delete cascade,
    kind text not null check (kind in ('input', 'output')),
    mode text not null check (mode in ('main_white', 'lifestyle', 'feature_callout', 'packaging')),
    source_asset_id uuid references public.assets (id) on delete set null,
    prompt_version text not null,
    prompt_payload jsonb not null,
    width int,
    height int,
    mime_type text,
    storage_path text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
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

create index idx_projects_user_id on public.projects (user_id);
create index idx_assets_user_id on public.assets (user_id);
create index idx_assets_project_id on public.assets (project_id);
create index idx_generation_jobs_user_id on public.generation_jobs (user_id);
create index idx_generation_jobs_project_id on public.generation_jobs (project_id);
create index idx_generation_jobs_status on public.generation_jobs (status);
create index idx_generation_jobs_input_asset_id on public.generation_jobs (input_asset_id);
create index idx_generation_jobs_created_at on public.generation_jobs (created_at desc);
create index idx_generation_jobs_user_status on public.generation_jobs (user_id, status);

alter table public.projects enable row level security;
alter table public.assets enable row level security;
alter table public.generation_jobs enable row level security;

create policy "Own projects: read" on public.projects for select using (auth.uid() = user_id);
create policy "Own projects: insert" on public.projects for insert with check (auth.uid() = user_id);
create policy "Own projects: update" on public.projects for update using (user_id = auth.uid());
create policy "Own projects: delete" on public.projects for delete using (auth.uid() = user_id);
create policy "All own assets" on public.assets using (auth.uid() = user_id) with check (auth.uid() = user_id);
create policy "Users can view own generation jobs" on public.generation_jobs
    for select using (auth.uid() = user_id);
create policy "Users can insert own generation jobs" on public.generation_jobs
    for insert with check (auth.uid() = user_id);
create policy "Users can update own generation jobs" on public.generation_jobs
    for update using (auth.uid() = user_id) with check (auth.uid() = user_id);
create policy "Users can delete own generation jobs" on public.generation_jobs
    for delete using (auth.uid() = user_id);

create trigger update_projects_updated_at before update on public.projects
    for each row execute function public.update_updated_at_column();
create trigger update_assets_updated_at before update on public.assets
    for each row execute function public.update_updated_at_column();
create trigger update_generation_jobs_updated_at before update on public.generation_jobs
    for each row execute function public.update_updated_at_column();

-- Assets: the pictures that go into and come out of jobs. Each belongs to one user, who alone sees and changes it.
-- What is there already is left as it is; the later files bring older editions up to date.

do $$
begin
    if to_regclass('public.assets') is not null then
        return;
    end if;

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
    create index idx_assets_user_id on public.assets (user_id);
    create index idx_assets_project_id on public.assets (project_id);
    create index idx_assets_source_asset_id on public.assets (source_asset_id);

    alter table public.assets enable row level security;
    create policy "Users can view own assets" on public.assets
        for select to authenticated using ((select auth.uid()) = user_id);
    create policy "Users can insert own assets" on public.assets
        for insert to authenticated with check ((select auth.uid()) = user_id);
    create policy "Users can update own assets" on public.assets
        for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
    create policy "Users can delete own assets" on public.assets
        for delete to authenticated using ((select auth.uid()) = user_id);
end
$$;

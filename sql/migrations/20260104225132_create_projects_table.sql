-- Projects. Each belongs to one user, who alone sees and changes it.
-- What is there already is left as it is; the later files bring older editions up to date.

do $$
begin
    if to_regclass('public.projects') is not null then
        return;
    end if;

    create table public.projects (
        id uuid primary key default gen_random_uuid(),
        user_id uuid not null references auth.users (id) on delete cascade,
        name text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
    );
    create index idx_projects_user_id on public.projects (user_id);

    alter table public.projects enable row level security;
    create policy "Users can view own projects" on public.projects
        for select to authenticated using ((select auth.uid()) = user_id);
    create policy "Users can insert own projects" on public.projects
        for insert to authenticated with check ((select auth.uid()) = user_id);
    create policy "Users can update own projects" on public.projects
        for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
    create policy "Users can delete own projects" on public.projects
        for delete to authenticated using ((select auth.uid()) = user_id);
end
$$;

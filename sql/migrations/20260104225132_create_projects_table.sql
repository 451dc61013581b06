-- Projects. Each belongs to one user, who alone sees and changes it.
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

    revoke all on table public.projects from public, anon, authenticated, service_role;
    grant select, insert, update, delete on table public.projects to authenticated, service_role;

    create trigger update_projects_updated_at before update on public.projects
        for each row execute function public.update_updated_at_column();
end
$$;

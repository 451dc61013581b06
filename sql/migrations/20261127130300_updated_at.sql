-- updated_at is the time of the last change, whatever the caller writes into it.

create or replace function public.update_updated_at_column() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    new.updated_at = now();
    return new;
end
$$;
revoke all on function public.update_updated_at_column() from public, anon, authenticated, service_role;

create or replace trigger update_generation_jobs_updated_at
    before update on public.generation_jobs
    for each row
    execute function public.update_updated_at_column();

do $$
declare
    target text;
begin
    foreach target in array array['projects', 'assets'] loop
        if not exists (
            select from pg_catalog.pg_trigger
            where tgrelid = to_regclass('public.' || target)
                and tgfoid = to_regprocedure('public.update_updated_at_column()')
        ) then
            execute format(
                'create trigger %I before update on public.%I'
                ' for each row execute function public.update_updated_at_column()',
                'update_' || target || '_updated_at', target
            );
        end if;
    end loop;
end
$$;

insert into genjobs.schema_versions (version) values ('20261127130300') on conflict do nothing;

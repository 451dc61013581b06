-- The summary is computed from the jobs. With a trigger in place of each write, PostgreSQL asks for the right to write first,
-- which nobody has: a write is refused as any other that is not allowed, not as a fault of the server.

create or replace function genjobs.refuse_summary_write() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'The summary of jobs cannot be written.'
        using errcode = 'insufficient_privilege',
            hint = 'Write to generation_jobs; the summary follows.';
end
$$;
revoke all on function genjobs.refuse_summary_write() from public, anon, authenticated, service_role;

create or replace trigger refuse_summary_write
    instead of insert or update or delete on public.generation_job_summary
    for each row
    execute function genjobs.refuse_summary_write();

insert into genjobs.schema_versions (version) values ('20261127120200') on conflict do nothing;

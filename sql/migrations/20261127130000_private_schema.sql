-- A schema for what clients need not see, and the list of the migration files that this database has had.
-- The API exposes only public; a caller reaches this schema through a function of public that runs with the caller's
-- rights.

create schema if not exists genjobs;
revoke all on schema genjobs from public, anon, authenticated, service_role;
grant usage on schema genjobs to authenticated, service_role;

-- `checksum` is the SHA-256 of a file that `genjobs migrate` applied, as hexadecimal digits. It is null if the file was
-- pasted or applied by another program: then only the catalogue shows what it did.
create table if not exists genjobs.schema_versions (
    version text primary key,
    applied_at timestamptz not null default now(),
    checksum text
);
revoke all on table genjobs.schema_versions from public, anon, authenticated, service_role;
grant select on table genjobs.schema_versions to authenticated, service_role;

-- Whether the session acts as the owner of the tables, even inside a function that runs as its owner.
create or replace function genjobs.is_owner() returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(nullif(current_setting('role'), 'none'), session_user) = (
        select pg_get_userbyid(relowner) from pg_class where oid = 'public.generation_jobs'::regclass
    )
$$;
revoke all on function genjobs.is_owner() from public, anon, authenticated, service_role;

-- The tables of the three earlier files must exist already, since the later files need them.
insert into genjobs.schema_versions (version)
values ('20260104225132'), ('20260104225553'), ('20260104230101'), ('20261127130000')
on conflict do nothing;

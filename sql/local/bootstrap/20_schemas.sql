-- Who may use which schema. New public objects are granted to nobody: a migration grants by name.

create schema if not exists extensions authorization postgres;
create schema if not exists auth authorization supabase_auth_admin;

grant usage on schema public, extensions to postgres, anon, authenticated, service_role;
grant usage on schema auth to postgres, anon, authenticated, service_role;

alter default privileges for role supabase_auth_admin in schema auth grant all on tables to postgres;
alter default privileges for role supabase_auth_admin in schema auth grant all on sequences to postgres;

-- A temporary object can stand in for a real one wherever a name is looked up: only the owner makes any here.
do $$
begin
    execute pg_catalog.format('revoke temporary on database %I from public', pg_catalog.current_database());
end
$$;

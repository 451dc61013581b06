-- Who may use which schema. New public objects are granted to nobody: a migration grants by name.

create schema if not exists extensions authorization postgres;
create schema if not exists auth authorization supabase_auth_admin;

grant usage on schema public, extensions to postgres, anon, authenticated, service_role;
grant usage on schema auth to postgres, anon, authenticated, service_role;

alter default privileges for role supabase_auth_admin in schema auth grant all on tables to postgres;
alter default privileges for role supabase_auth_admin in schema auth grant all on sequences to postgres;

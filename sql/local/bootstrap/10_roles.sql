-- The roles of a hosted project. Passwords come as settings of this session, so that none stands in a file.

do $$
declare
    role_name text;
begin
    foreach role_name in array array[
        'anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin', 'postgres'
    ] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            execute pg_catalog.format('create role %I', role_name);
        end if;
    end loop;
end
$$;

alter role anon nologin;
alter role authenticated nologin;
alter role service_role nologin bypassrls;
alter role authenticator login noinherit;
alter role supabase_auth_admin login noinherit;
alter role postgres login nosuperuser createdb createrole replication bypassrls;

do $$
declare
    role_name text;
begin
    foreach role_name in array array['authenticator', 'supabase_auth_admin', 'postgres'] loop
        execute pg_catalog.format('alter role %I password %L', role_name,
            pg_catalog.current_setting('bootstrap.' || role_name || '_password'));
    end loop;
    execute pg_catalog.format('alter database %I owner to postgres', pg_catalog.current_database());
end
$$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
-- As a hosted project lets it: data is restored with the triggers off.
grant set on parameter session_replication_role to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';

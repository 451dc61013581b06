-- Who may see whose totals: everybody their own; analysts and admins, by the console_role of their token, everyone's. And
-- what may be asked: a filter names at most 1,000 values, since each is compared with every total that is read.
-- The role is asked of the session, not of current_user: these functions are called by ones that run as their owner.

create or replace function genjobs.is_analyst() returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select current_setting('role') = 'service_role'
        or coalesce(auth.jwt() -> 'app_metadata' ->> 'console_role', '') in ('analyst', 'admin')
$$;

-- The people whose totals a read covers: the caller and nobody else, whatever is asked, unless an analyst asks for
-- everyone or for some. People who have gone are nobody.
create or replace function genjobs.visible_people(p_everyone boolean, p_user_ids uuid[]) returns uuid[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if (p_everyone or p_user_ids is not null) and genjobs.is_analyst() then
        return array(
            select person.id
            from auth.users as person
            where p_user_ids is null or person.id = any (p_user_ids)
        );
    end if;
    return array(select person.id from auth.users as person where person.id = auth.uid());
end
$$;

create or replace function genjobs.check_filters(
    p_project_ids uuid[], p_modes text[], p_statuses text[], p_user_ids uuid[]
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    filter record;
begin
    for filter in
        select given.name, given.number
        from (
            values
                ('p_project_ids', cardinality(p_project_ids)), ('p_modes', cardinality(p_modes)),
                ('p_statuses', cardinality(p_statuses)), ('p_user_ids', cardinality(p_user_ids))
        ) as given (name, number)
        where given.number > 1000
    loop
        raise exception 'A filter has too many values.'
            using errcode = 'invalid_parameter_value',
                detail = format('%s has %s values.', filter.name, filter.number),
                hint = 'Give at most 1,000 values, or null for all.';
    end loop;
end
$$;

create or replace function genjobs.check_split(p_split text) returns void
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_split is null or p_split not in ('none', 'mode', 'project', 'status', 'person') then
        raise exception 'The totals cannot be split by that.'
            using errcode = 'invalid_parameter_value',
                detail = format('p_split was %s.', quote_nullable(p_split)),
                hint = 'Use none, mode, project, status or person.';
    end if;
end
$$;

-- A key as people know it: a project's name, a person's e-mail; null for a project that is gone.
create or replace function genjobs.key_label(p_split text, p_key text) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select case p_split
        when 'project' then (select project.name from public.projects as project where project.id = p_key::uuid)
        when 'person' then (select person.email from auth.users as person where person.id = p_key::uuid)
        else p_key
    end
$$;

revoke all on function
    genjobs.is_analyst(),
    genjobs.visible_people(boolean, uuid[]),
    genjobs.check_filters(uuid[], text[], text[], uuid[]),
    genjobs.check_split(text),
    genjobs.key_label(text, text)
    from public, anon, authenticated, service_role;
grant execute on function genjobs.check_filters(uuid[], text[], text[], uuid[]) to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131800') on conflict do nothing;

-- Filters of the totals, and whose totals a caller sees: their own; with the console_role analyst or admin in the token,
-- everyone's.
-- The role is read from the session, not from current_user: these functions are called by functions that run as their
-- owner.

-- The filters of the reading functions of public. Null means no filter.
do $$
begin
    create type genjobs.cost_filters as (
        project_ids uuid[],
        modes text[],
        statuses text[],
        user_ids uuid[],
        everyone boolean
    );
exception when duplicate_object then
    null;
end
$$;

-- A filter may have at most 1,000 values, since each is compared with every total that is read.
create or replace function genjobs.checked_filters(
    p_project_ids uuid[] default null, p_modes text[] default null, p_statuses text[] default null,
    p_user_ids uuid[] default null, p_everyone boolean default false
)
returns genjobs.cost_filters
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    filters genjobs.cost_filters;
    long record;
begin
    for long in
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
                detail = format('%s has %s values.', long.name, long.number),
                hint = 'Give at most 1,000 values, or null for all.';
    end loop;
    filters.project_ids := p_project_ids;
    filters.modes := p_modes;
    filters.statuses := p_statuses;
    filters.user_ids := p_user_ids;
    filters.everyone := p_everyone;
    return filters;
end
$$;

create or replace function genjobs.is_analyst() returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select current_setting('role') = 'service_role'
        or coalesce(auth.jwt() -> 'app_metadata' ->> 'console_role', '') in ('analyst', 'admin')
$$;

-- The people whose totals a read covers: only the caller, whatever the filters say, unless an analyst asks for everyone
-- or for certain people. Deleted people are left out.
create or replace function genjobs.visible_people(p_filters genjobs.cost_filters) returns uuid[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if (p_filters.everyone or p_filters.user_ids is not null) and genjobs.is_analyst() then
        return array(
            select person.id
            from auth.users as person
            where p_filters.user_ids is null or person.id = any (p_filters.user_ids)
        );
    end if;
    return array(select person.id from auth.users as person where person.id = auth.uid());
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

-- The label of a key: a project's name, a person's e-mail address; null for a project that no longer exists.
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
    genjobs.visible_people(genjobs.cost_filters),
    genjobs.checked_filters(uuid[], text[], text[], uuid[], boolean),
    genjobs.check_split(text),
    genjobs.key_label(text, text)
    from public, anon, authenticated, service_role;
grant execute on function genjobs.checked_filters(uuid[], text[], text[], uuid[], boolean) to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131700') on conflict do nothing;

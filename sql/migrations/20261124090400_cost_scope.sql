-- Who may see whose totals: everybody their own; analysts and admins, by the console_role of their token, everyone's.
-- The role is asked of the session, not of current_user: these functions are called by ones that run as their owner.

create or replace function genjobs.is_analyst() returns boolean
language sql
stable
set search_path = ''
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
set search_path = ''
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

revoke all on function genjobs.is_analyst(), genjobs.visible_people(boolean, uuid[])
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261124090400') on conflict do nothing;

-- How many jobs workers may run at once, per mode and per person, and how many attempts the jobs of a mode have. Jobs
-- that were started by hand do not count.

-- The person and mode of each job that a worker is doing, or may still be doing.
create or replace function genjobs.occupied_places() returns table (user_id uuid, mode text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select lease.user_id, lease.mode from genjobs.job_leases as lease
    union all
    select job.user_id, genjobs.queue_mode(job.mode)
    from genjobs.recently_lost() as lost (job_id)
    join public.generation_jobs as job on job.id = lost.job_id
$$;

-- The modes that have reached their limit of running jobs.
create or replace function genjobs.full_modes() returns text[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(limits.mode), '{}')
    from genjobs.mode_limits as limits
    join (select place.mode, count(*) as jobs from genjobs.occupied_places() as place group by place.mode) as running
        on running.mode = limits.mode
    where running.jobs >= limits.max_running
$$;

-- The modes to choose from: those of p_modes, else of the waiting jobs, without the full ones. Null if more than 100 modes
-- wait: anybody can queue jobs of thousands, and looking at each takes longer than to pass over the jobs of full ones.
create or replace function genjobs.open_modes(p_modes text[], p_full_modes text[]) returns text[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
    waiting text[] := '{}';
    next_mode text;
begin
    if p_modes is not null then
        return array(
            select distinct genjobs.queue_mode(given.mode)
            from unnest(p_modes) as given (mode)
            where genjobs.queue_mode(given.mode) <> all (p_full_modes)
        );
    end if;
    select min(queued.mode) into next_mode from genjobs.job_queue as queued;
    while next_mode is not null loop
        if cardinality(waiting) = 100 then
            return null;
        end if;
        waiting := waiting || next_mode;
        select min(queued.mode) into next_mode from genjobs.job_queue as queued where queued.mode > next_mode;
    end loop;
    return array(select open.mode from unnest(waiting) as open (mode) where open.mode <> all (p_full_modes));
end
$$;

-- The people who have reached their limit of running jobs.
create or replace function genjobs.full_people() returns uuid[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(running.user_id), '{}')
    from (select place.user_id, count(*) as jobs from genjobs.occupied_places() as place group by place.user_id) as running
    left join genjobs.person_limits as own on own.user_id = running.user_id
    left join genjobs.person_limits as everyone on everyone.user_id is null
    where running.jobs >= coalesce(own.max_running, everyone.max_running)
$$;

-- Those of the picked jobs that may run within the limits, in their order, and the modes and people whose limits exclude
-- the others. Two claims never get the same last free place: a limit that another claim is checking counts as reached.
create or replace function genjobs.within_limits(
    p_picked uuid[], out fitting uuid[], out full_modes text[], out full_people uuid[]
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    limited jsonb;
begin
    select coalesce(jsonb_agg(jsonb_build_array(bound.key, bound.max_running)), '[]') into limited
    from (
        select distinct queued.mode as key, limits.max_running
        from genjobs.job_queue as queued
        join genjobs.mode_limits as limits on limits.mode = queued.mode and limits.max_running is not null
        where queued.job_id = any (p_picked)
        union
        select distinct queued.user_id::text, coalesce(own.max_running, everyone.max_running)
        from genjobs.job_queue as queued
        left join genjobs.person_limits as own on own.user_id = queued.user_id
        left join genjobs.person_limits as everyone on everyone.user_id is null
        where queued.job_id = any (p_picked) and coalesce(own.max_running, everyone.max_running) is not null
    ) as bound;
    limited := (
        select coalesce(jsonb_object_agg(
            bound.pair ->> 0,
            case
                when pg_try_advisory_xact_lock(hashtextextended('genjobs limit ' || (bound.pair ->> 0), 0))
                    then (bound.pair ->> 1)::bigint
                else 0
            end
        ), '{}')
        from jsonb_array_elements(limited) as bound (pair)
    );
    -- Counted in a statement of its own after the locks, so that it sees the jobs of the claims before this one.
    select
        coalesce(array_agg(ranked.job_id order by ranked.place) filter (where ranked.mode_fits and ranked.person_fits), '{}'),
        coalesce(array_agg(distinct ranked.mode) filter (where not ranked.mode_fits), '{}'),
        coalesce(array_agg(distinct ranked.user_id) filter (where not ranked.person_fits), '{}')
    into fitting, full_modes, full_people
    from (
        select
            queued.job_id, queued.mode, queued.user_id, picked.place,
            limited -> queued.mode is null
                or row_number() over (partition by queued.mode order by picked.place)
                    + coalesce(of_mode.jobs, 0)
                    <= (limited ->> queued.mode)::bigint as mode_fits,
            limited -> queued.user_id::text is null
                or row_number() over (partition by queued.user_id order by picked.place)
                    + coalesce(of_person.jobs, 0)
                    <= (limited ->> queued.user_id::text)::bigint as person_fits
        from unnest(p_picked) with ordinality as picked (job_id, place)
        join genjobs.job_queue as queued on queued.job_id = picked.job_id
        left join (
            select running.mode, count(*) as jobs from genjobs.occupied_places() as running group by running.mode
        ) as of_mode on of_mode.mode = queued.mode
        left join (
            select running.user_id, count(*) as jobs from genjobs.occupied_places() as running group by running.user_id
        ) as of_person on of_person.user_id = queued.user_id
    ) as ranked;
end
$$;

-- The next p_limit jobs that may run within the limits. If limits exclude some, it looks for jobs of other modes and
-- people.
create or replace function genjobs.pick_within_limits(p_limit integer, p_modes text[], p_project_ids uuid[]) returns uuid[]
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    full_modes text[] := genjobs.full_modes();
    modes text[] := genjobs.open_modes(p_modes, full_modes);
    people uuid[] := genjobs.full_people();
    picked uuid[] := '{}';
    candidates uuid[];
    within record;
begin
    for round in 1 .. 3 loop
        candidates := genjobs.pick_in_turn(p_limit, modes, p_project_ids, people, full_modes);
        within := genjobs.within_limits(
            picked || array(
                select one.job_id
                from unnest(candidates) with ordinality as one (job_id, place)
                where one.job_id <> all (picked)
                order by one.place
            )
        );
        picked := within.fitting[1 : p_limit];
        exit when cardinality(picked) = p_limit or within.full_modes || within.full_people::text[] = '{}';
        full_modes := full_modes || within.full_modes;
        if modes is not null then
            modes := array(select open.mode from unnest(modes) as open (mode) where open.mode <> all (full_modes));
        end if;
        people := people || within.full_people;
    end loop;
    return picked;
end
$$;

create or replace function genjobs.has_limits() returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from genjobs.mode_limits as limits where limits.max_running is not null)
        or exists (select from genjobs.person_limits);
end
$$;

-- Sets the limits of a mode, or removes them with null.
create or replace function genjobs.limit_mode(p_mode text, p_max_running integer, p_max_attempts integer) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform genjobs.refuse_unless(
        length(p_mode) between 1 and 100, 'The mode of a limit must have 1 to 100 characters.', 'Use the mode of your jobs.'
    );
    perform genjobs.refuse_unless(
        coalesce(p_max_running, 1) > 0 and coalesce(p_max_attempts, 1) between 1 and 100,
        'A mode must allow at least 1 job at once, and 1 to 100 attempts.',
        'Pass numbers in these ranges, or null for no limit.'
    );
    if p_max_running is null and p_max_attempts is null then
        delete from genjobs.mode_limits as limits where limits.mode = p_mode;
    else
        insert into genjobs.mode_limits as limits (mode, max_running, max_attempts)
        values (p_mode, p_max_running, p_max_attempts)
        on conflict (mode) do update
        set max_running = excluded.max_running, max_attempts = excluded.max_attempts;
    end if;
end
$$;

-- Sets the limit of a person, or removes it with null. Without a person, it is the limit of everyone who has none of
-- their own.
create or replace function genjobs.limit_person(p_user_id uuid, p_max_running integer) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform genjobs.refuse_unless(
        coalesce(p_max_running, 1) > 0,
        'A person''s limit must be at least 1 job at once.', 'Pass 1 or more, or null for no limit.'
    );
    perform genjobs.refuse_unless(
        p_max_running is null or p_user_id is null or exists (select from auth.users as person where person.id = p_user_id),
        format('There is no person with the id %s.', p_user_id), 'Use the id of a user of this project.'
    );
    delete from genjobs.person_limits as limits where limits.user_id is not distinct from p_user_id;
    if p_max_running is not null then
        insert into genjobs.person_limits (user_id, max_running) values (p_user_id, p_max_running);
    end if;
end
$$;

create or replace function genjobs.list_limits()
returns table (mode text, user_id uuid, max_running integer, max_attempts smallint)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select limits.mode, null::uuid, limits.max_running, limits.max_attempts from genjobs.mode_limits as limits
    union all
    select null, limits.user_id, limits.max_running, null from genjobs.person_limits as limits
    order by 1 nulls last, 2 nulls first
$$;

create or replace function public.limit_generation_mode(
    p_mode text, p_max_running integer default null, p_max_attempts integer default null
)
returns void
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.limit_mode(p_mode, p_max_running, p_max_attempts)
$$;

create or replace function public.limit_generation_person(p_user_id uuid default null, p_max_running integer default null)
returns void
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.limit_person(p_user_id, p_max_running)
$$;

create or replace function public.get_generation_limits()
returns table (mode text, user_id uuid, max_running integer, max_attempts smallint)
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.list_limits()
$$;

revoke all on function
    genjobs.occupied_places(),
    genjobs.full_modes(),
    genjobs.open_modes(text[], text[]),
    genjobs.full_people(),
    genjobs.within_limits(uuid[]),
    genjobs.pick_within_limits(integer, text[], uuid[]),
    genjobs.has_limits(),
    genjobs.limit_mode(text, integer, integer),
    genjobs.limit_person(uuid, integer),
    genjobs.list_limits(),
    public.limit_generation_mode(text, integer, integer),
    public.limit_generation_person(uuid, integer),
    public.get_generation_limits()
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.limit_mode(text, integer, integer),
    genjobs.limit_person(uuid, integer),
    genjobs.list_limits(),
    public.limit_generation_mode(text, integer, integer),
    public.limit_generation_person(uuid, integer),
    public.get_generation_limits()
    to service_role;

insert into genjobs.schema_versions (version) values ('20261127132970') on conflict do nothing;

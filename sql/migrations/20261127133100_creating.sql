-- Creates jobs from people's own code: many in one call, each independently, and never two with the same key.

-- The options that p_job, an object of p_jobs, asks for. Raises if it cannot be read, or the caller may not ask for that.
create or replace function genjobs.read_request(p_job jsonb) returns genjobs.job_options
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    is_service constant boolean := current_setting('role') = 'service_role';
    unknown text;
begin
    perform genjobs.refuse_unless(
        jsonb_typeof(p_job) = 'object', 'Each job must be a JSON object.', 'Pass p_jobs as an array of objects.'
    );
    select string_agg(name, ', ' order by name) into unknown
    from jsonb_object_keys(p_job) as name
    where name not in (
        'user_id', 'project_id', 'mode', 'input_asset_id', 'key', 'priority', 'urgent', 'not_before', 'timeout_seconds',
        'max_attempts'
    );
    perform genjobs.refuse_unless(
        unknown is null, format('The job has unknown fields: %s.', unknown),
        'Use project_id, mode, input_asset_id, key, priority, not_before, timeout_seconds, max_attempts; with the secret key'
        ' also user_id and urgent.'
    );
    perform genjobs.refuse_unless(
        is_service or coalesce((p_job ->> 'user_id')::uuid = auth.uid(), p_job ->> 'user_id' is null),
        'Only the secret key creates jobs for someone else.', 'Leave out user_id.'
    );
    perform genjobs.refuse_unless(
        not is_service or p_job ->> 'user_id' is not null,
        'The job names no owner.', 'Pass user_id too: with the secret key, each job must name its owner.'
    );
    perform genjobs.refuse_unless(
        is_service or not coalesce((p_job ->> 'urgent')::boolean, false),
        'Only the secret key can make a job urgent.', 'Use priority, which orders your own jobs.'
    );
    perform genjobs.refuse_unless(
        p_job ->> 'project_id' is not null and p_job ->> 'mode' is not null,
        'A job needs a project and a mode.', 'Pass project_id and mode.'
    );
    perform genjobs.refuse_unless(
        coalesce((p_job ->> 'priority')::integer, 0) between -100 and 100,
        'A priority must be from -100 to 100.', 'Pass a priority in this range; the default is 0, higher comes first.'
    );
    perform genjobs.refuse_unless(
        coalesce((p_job ->> 'timeout_seconds')::integer, 1) between 1 and 86400
            and coalesce((p_job ->> 'max_attempts')::integer, 1) between 1 and 100,
        'A job may take 1 to 86400 seconds and have 1 to 100 attempts.',
        'Pass timeout_seconds and max_attempts in these ranges, or leave them out.'
    );
    perform genjobs.refuse_unless(
        coalesce(length(p_job ->> 'key'), 1) between 1 and 200,
        'A key must have 1 to 200 characters.', 'Pass a key of this length, or leave it out.'
    );
    perform genjobs.refuse_unless(
        coalesce(isfinite((p_job ->> 'not_before')::timestamptz), true),
        'not_before must be a finite time.', 'Pass a time such as 2026-12-01T08:00:00Z, or leave it out.'
    );
    return (
        gen_random_uuid(), (p_job ->> 'timeout_seconds')::integer, coalesce((p_job ->> 'priority')::smallint, 0::smallint),
        (p_job ->> 'max_attempts')::smallint, coalesce((p_job ->> 'urgent')::boolean, false)
    );
end
$$;

-- The content of a key: all fields of the job except key and user_id, and without nulls.
create or replace function genjobs.key_content(p_job jsonb) returns jsonb
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(p_job - 'key' - 'user_id')
$$;

-- How two contents of one key differ, in words.
create or replace function genjobs.key_difference(p_stored jsonb, p_given jsonb) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select string_agg(
        format(
            '%s was %s, now %s', field.name, coalesce(p_stored ->> field.name, 'left out'),
            coalesce(p_given ->> field.name, 'left out')
        ),
        '; ' order by field.name
    )
    from (select jsonb_object_keys(p_stored) union select jsonb_object_keys(p_given)) as field (name)
    where p_stored -> field.name is distinct from p_given -> field.name
$$;

-- Creates one job, or finds the existing one with its key: outcome created or existing, and its id. If another call is
-- using the key, it waits for that call. The caller must give the new job the place in the queue that its options ask
-- for.
create or replace function genjobs.create_job(p_job jsonb, out outcome text, out job_id uuid)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    options constant genjobs.job_options := genjobs.read_request(p_job);
    owner_id constant uuid := coalesce((p_job ->> 'user_id')::uuid, auth.uid());
    content constant jsonb := genjobs.key_content(p_job);
    stored genjobs.job_keys;
begin
    while p_job ->> 'key' is not null loop
        insert into genjobs.job_keys (user_id, key, first_job_id, content)
        values (owner_id, p_job ->> 'key', options.job_id, content)
        on conflict do nothing;
        exit when found;
        select known.* into stored
        from genjobs.job_keys as known
        where known.user_id = owner_id and known.key = p_job ->> 'key';
        continue when not found; -- its job was deleted in between
        if stored.content <> content then
            raise exception 'The key % already belongs to another job.', p_job ->> 'key'
                using errcode = 'PT409',
                    detail = genjobs.key_difference(stored.content, content),
                    hint = 'Use a new key for a new job; the job of this key is ' || stored.first_job_id || '.';
        end if;
        outcome := 'existing';
        job_id := stored.first_job_id;
        return;
    end loop;
    insert into public.generation_jobs (id, user_id, project_id, mode, input_asset_id)
    values (
        options.job_id, owner_id, (p_job ->> 'project_id')::uuid, p_job ->> 'mode', (p_job ->> 'input_asset_id')::uuid
    );
    if (options.timeout_seconds, options.max_attempts) is distinct from (null::integer, null::smallint)
        or options.priority <> 0
        or options.urgent
    then
        insert into genjobs.job_options values (options.*);
    end if;
    if (p_job ->> 'not_before')::timestamptz > clock_timestamp() then
        perform genjobs.delay_job(options.job_id, (p_job ->> 'not_before')::timestamptz);
    end if;
    outcome := 'created';
    job_id := options.job_id;
end
$$;

-- Creates up to 1,000 jobs, each independently, and returns the outcome of each in their order: created; existing, found
-- by its key; or refused, with code, reason, details and hint. Keys are taken in sorted order, so that two calls with the
-- same keys do not deadlock.
create or replace function genjobs.create_jobs(p_jobs jsonb)
returns table (outcome text, job_id uuid, code text, reason text, details text, hint text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    made jsonb := '[]';
    created uuid[] := '{}';
    limited uuid;
    job jsonb;
    number bigint;
    told record;
    said_code text;
    said text;
    said_details text;
    said_hint text;
begin
    perform genjobs.refuse_unless(
        jsonb_typeof(p_jobs) = 'array' and jsonb_array_length(p_jobs) <= 1000,
        'p_jobs must be an array of at most 1,000 jobs.',
        'Pass p_jobs as a JSON array; send more than 1,000 jobs in several calls.'
    );
    for limited in -- their turn is taken before their keys, since two calls could deadlock otherwise
        select distinct budget.user_id
        from public.budgets as budget
        join jsonb_array_elements(p_jobs) as given (job)
            on lower(coalesce(given.job ->> 'user_id', auth.uid()::text)) = budget.user_id::text
        where budget.is_hard and given.job ->> 'key' is not null and coalesce(auth.uid(), budget.user_id) = budget.user_id
        order by budget.user_id
    loop
        perform genjobs.take_turn(limited);
    end loop;
    for job, number in
        select given.job, given.number
        from jsonb_array_elements(p_jobs) with ordinality as given (job, number)
        order by
            translate(lower(coalesce(given.job ->> 'user_id', auth.uid()::text)), '{}-', ''), -- however it is spelled
            given.job ->> 'key', given.number
    loop
        begin
            select one.outcome, one.job_id into told from genjobs.create_job(job) as one;
            made := made || jsonb_build_object('number', number, 'outcome', told.outcome, 'job_id', told.job_id);
            if told.outcome = 'created' then
                created := created || told.job_id;
            end if;
        exception when others then
            if not genjobs.is_refusal(sqlstate) then
                raise;
            end if;
            get stacked diagnostics said_code = returned_sqlstate, said = message_text, said_details = pg_exception_detail,
                said_hint = pg_exception_hint;
            made := made || jsonb_build_object(
                'number', number, 'outcome', 'refused', 'code', said_code, 'reason', said, 'details', said_details,
                'hint', said_hint
            );
        end;
    end loop;
    perform genjobs.place_jobs(created);
    return query
    select one.outcome, one.job_id, one.code, one.reason, nullif(one.details, ''), nullif(one.hint, '')
    from jsonb_to_recordset(made) as one (
        number bigint, outcome text, job_id uuid, code text, reason text, details text, hint text
    )
    order by one.number;
end
$$;

create or replace function public.create_generation_jobs(p_jobs jsonb)
returns table (outcome text, job_id uuid, code text, reason text, details text, hint text)
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.create_jobs(p_jobs)
$$;

revoke all on function
    genjobs.read_request(jsonb),
    genjobs.key_content(jsonb),
    genjobs.key_difference(jsonb, jsonb),
    genjobs.create_job(jsonb),
    genjobs.create_jobs(jsonb),
    public.create_generation_jobs(jsonb)
    from public, anon, authenticated, service_role;
grant execute on function genjobs.create_jobs(jsonb), public.create_generation_jobs(jsonb) to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127133100') on conflict do nothing;
